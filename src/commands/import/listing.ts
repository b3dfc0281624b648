/** What would be imported, one account per line, with its current code: only its code reveals a wrong seed. */

import { printable } from "../../base/printable.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { codeOf, stepAt } from "../../otp/one-time-code.ts";
import { quoted } from "../../talk/say.ts";
import { loginFinder } from "../../vault/compare-export.ts";
import type { Enrolled } from "../../vault/enrolled.ts";
import type { Needs } from "../../world.ts";
import { isAhead } from "./advance-counters.ts";

const MARKS: Record<Enrolled["status"], string> = {
  added: "",
  replaced: "",
  exists: "  (here already)",
  restored: "  (removed before: restored)",
  dead: "  (an old seed, left out)",
};

/** `places` are where each was found, as far as the user needs that to recognize it; "" otherwise. */
export function listing(
  plans: readonly Enrolled[],
  places: readonly string[],
  needs: Needs<"clock" | "ledger">,
): string {
  const now = needs.clock.now();
  const codes = plans.map(({ enrollment }) => codeNow(enrollment, now));
  const alike = loginFinder(needs.ledger.accounts());
  const width = Math.max(0, ...codes.map(({ length }) => length));
  return plans
    .map((plan, i) => {
      const { account, status } = plan;
      const mark = isAhead(plan) ? "  (here already, with an older counter)" : MARKS[status];
      const other = status === "added" ? alike(plan.enrollment)[0] : undefined;
      const clash = other === undefined ? "" : `  (another seed than ${quoted(other.name)} here)`;
      const place = places[i] ? `  (${places[i]})` : "";
      return `${(codes[i] ?? "").padEnd(width)}  ${printable(account.name)}${place}${mark}${clash}\n`;
    })
    .join("");
}

/** Showing the code of a counter-based account would use it up, so this shows the counter. */
function codeNow({ otp, secret }: Enrollment, now: number): string {
  return otp.type === "hotp" ? `(${otp.counter})` : codeOf(secret, otp, stepAt(otp, now));
}
