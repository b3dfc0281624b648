/** No code twice, and no counter that moves on by itself. */

import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import type { Operation } from "./operations.ts";
import * as operations from "./operations.ts";
import type { Died } from "./process.ts";
import type { View } from "./view.ts";

interface Spent {
  readonly operation: Operation;
  readonly end: Died;
}

export function checkCodes(
  ended: readonly Spent[],
  spenders: readonly Enrollment[],
  seen: Map<string, Set<string>>,
  before: View,
  after: View,
  said: (problem: string) => void,
): void {
  const asked = ended.flatMap(({ operation, end }) =>
    operation.codes === undefined ? [] : [{ ...operation.codes, end }],
  );
  for (const { of, end } of asked) {
    const enrollment = spenders.find((one) =>
      after.here.some(({ id, key }) => id === of && key === operations.keyOf(one)),
    );
    if (enrollment === undefined) {
      said(`the account of ${of} is gone`);
      continue;
    }
    const known = seen.get(of) ?? new Set();
    seen.set(of, known);
    for (const [code = ""] of end.stdout.matchAll(/^\d{9}$(?=\n)/gm)) {
      if (known.has(code)) said(`the code ${code} was given out twice`);
      known.add(code);
      const counter = after.counters.get(of);
      if (!isRight(code, enrollment, counter))
        said(`${code} is no code, or one that will come again (${counter})`);
    }
  }
  for (const [id, counter] of after.counters) {
    const was = before.counters.get(id);
    const takers = asked.filter((one) => one.of === id);
    const most = takers.reduce((sum, { amount }) => sum + amount, 0);
    const moved = counter - (was ?? counter);
    if (moved < 0 || moved > most)
      said(`the counter went from ${was} to ${counter} with ${takers.length} takers`);
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
