/** Checks that no code is given out twice and that no counter advances on its own. */

import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import type { Operation } from "./operations.ts";
import * as operations from "./operations.ts";
import type { ProcessEnd } from "./process.ts";
import type { View } from "./view.ts";

interface EndedOperation {
  readonly operation: Operation;
  readonly end: ProcessEnd;
}

export function checkCodes(
  ended: readonly EndedOperation[],
  codeAccounts: readonly Enrollment[],
  seen: Map<string, Set<string>>,
  before: View,
  after: View,
  addProblem: (problem: string) => void,
): void {
  const asked = ended.flatMap(({ operation, end }) =>
    operation.codes === undefined ? [] : [{ ...operation.codes, end }],
  );
  for (const { of, end } of asked) {
    const enrollment = codeAccounts.find((one) =>
      after.here.some(({ id, key }) => id === of && key === operations.keyOf(one)),
    );
    if (enrollment === undefined) {
      addProblem(`the account of ${of} is gone`);
      continue;
    }
    const known = seen.get(of) ?? new Set();
    seen.set(of, known);
    for (const [code = ""] of end.stdout.matchAll(/^\d{9}$(?=\n)/gm)) {
      if (known.has(code)) addProblem(`the code ${code} was given out twice`);
      known.add(code);
      const counter = after.counters.get(of);
      if (!isRight(code, enrollment, counter))
        addProblem(`${code} is not a valid code, or will be given out again (${counter})`);
    }
  }
  for (const [id, counter] of after.counters) {
    const was = before.counters.get(id);
    const users = asked.filter((one) => one.of === id);
    const most = users.reduce((sum, { amount }) => sum + amount, 0);
    const moved = counter - (was ?? counter);
    if (moved < 0 || moved > most)
      addProblem(`the counter went from ${was} to ${counter} with ${users.length} users`);
  }
}

function isRight(code: string, { secret, otp }: Enrollment, next: number | undefined): boolean {
  if (otp.type === "hotp") {
    for (let counter = 0; counter < (next ?? 0); counter++)
      if (codeOf(secret, otp, counter) === code) return true;
    return false;
  }
  const now = stepAt(otp, Date.now());
  for (let step = now - 120; step <= now; step++) if (codeOf(secret, otp, step) === code) return true;
  return false;
}
