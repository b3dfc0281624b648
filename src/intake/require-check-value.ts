/** A key from a recovery sheet is compared with its check value, which depends on the parameters too. */
import { ExitCode, UserError } from "../base/errors.ts";
import { checkValueOf } from "../otp/check-value.ts";
import type { Enrolment } from "../otp/enrolment.ts";

/** Throws UserError (exit 5); never says what the right one would be, as that says nothing of what is wrong. */
export function demandCheckValue(enrolment: Enrolment, check: string | undefined): void {
  if (check === undefined || check === checkValueOf(enrolment)) return;
  throw new UserError("the key and its check value do not match; nothing was added", ExitCode.unreadable, [
    "a character of the key or of the check value is mistyped: compare them group by group",
    "or an option is missing: the sheet has the whole command (--type, --algorithm, --digits, --period)",
  ]);
}
