/** `watch --plain`: prints all codes as lines, and again whenever one of them changes, until no one reads stdout any more. */

import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Steam, Totp } from "../../otp/enrollment.ts";
import { codeOf, remainingSeconds, stepAt } from "../../otp/one-time-code.ts";
import type { Secret } from "../../otp/secret.ts";
import { count, note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import type { Watched } from "./watched.ts";

interface Timed {
  readonly name: string;
  readonly secret: Secret;
  readonly otp: Totp | Steam;
}

export async function watchPlain(
  watched: readonly Watched[],
  needs: Needs<"stdout" | "stderr" | "clock">,
): Promise<void> {
  const timed = timedOf(watched, needs);
  let shown: string | undefined;
  while (timed.length > 0) {
    const now = needs.clock.now();
    const steps = timed.map(({ otp }) => stepAt(otp, now)).join();
    if (steps !== shown) {
      needs.stdout.write(`${shown === undefined ? "" : "\n"}${lines(timed, now)}`);
      if (!needs.stdout.isOpen) return;
      shown = steps;
    }
    // At most a second, because the clock may be set, or the computer may sleep, in the meantime.
    await needs.clock.sleep(1000 - (needs.clock.now() % 1000));
  }
}

/** Throws the first failure if nothing is left to show. */
function timedOf(watched: readonly Watched[], needs: Needs<"stderr">): Timed[] {
  const timed: Timed[] = [];
  const failures: UserError[] = [];
  let counterBased = 0;
  for (const { account, maker } of watched) {
    const { name } = account;
    if (maker instanceof UserError)
      failures.push(new UserError(`${quoted(name)}: ${maker.message}`, maker.exitCode, maker.hints));
    else if (maker.otp.type === "hotp") counterBased += 1;
    else timed.push({ name: printable(name), secret: maker.secret, otp: maker.otp });
  }
  if (counterBased > 0) {
    const accounts = count(counterBased, "counter-based (HOTP) account");
    note(needs, `skipped ${accounts}: showing a code uses it up; run: twinseed code NAME`);
  }
  if (timed.length === 0 && failures[0] !== undefined) throw failures[0];
  for (const { message } of failures) note(needs, `error: ${message}`);
  return timed;
}

function lines(timed: readonly Timed[], now: number): string {
  const rows = timed.map(({ name, secret, otp }) => ({
    name,
    code: codeOf(secret, otp, stepAt(otp, now)),
    left: `${remainingSeconds(otp, now)} s`,
  }));
  const codeWidth = Math.max(...rows.map(({ code }) => code.length));
  const leftWidth = Math.max(...rows.map(({ left }) => left.length));
  return rows
    .map(({ name, code, left }) => `${code.padEnd(codeWidth)}  ${left.padStart(leftWidth)}  ${name}\n`)
    .join("");
}
