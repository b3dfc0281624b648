/** Several codes in one picture or text are never silently reduced to one. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import { codeOf, stepAt } from "../otp/one-time-code.ts";
import { isInteractive, note, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Found, FoundEnrollment } from "./found.ts";
import { UNREAD } from "./read-picture.ts";

type ChooseNeeds = Needs<"stdout" | "stderr" | "terminal" | "clock">;

/**
 * The user chooses; a script passes --all, or gets a UserError (exit 5). What was found in the middle of a text is shown with its
 * place and, on a terminal, its code.
 */
export async function choose(
  found: Found,
  all: boolean | undefined,
  needs: ChooseNeeds,
): Promise<Found["enrollments"]> {
  const { from, enrollments, isPicture, hasUnread = false, isProse = false, left = [] } = found;
  if (hasUnread) warn(needs, `${from}: ${UNREAD}`);
  for (const at of left) warn(needs, `left out ${from}, ${at}: it may be a key, and has no URI`);
  const terminal = isInteractive(needs) ? needs.terminal() : undefined;
  const now = terminal === undefined ? undefined : needs.clock.now();
  const lines = enrollments.map((enrollment) => (isProse ? placed(enrollment, now) : describe(enrollment)));
  if (!(isPicture || isProse) || enrollments.length < 2 || all) {
    if (isProse) for (const line of lines) note(needs, `found in ${from}, ${line}`);
    return enrollments;
  }
  const what = isProse ? "otpauth URIs" : "otpauth codes";
  const list = lines.map((line, i) => `  ${i + 1}  ${line}`);
  if (terminal === undefined) {
    throw new UserError(`${from} holds ${enrollments.length} ${what}`, ExitCode.unreadable, [
      ...list.map((line) => line.trim()),
      isProse ? "enroll all of them with --all" : "enroll all of them with --all, or crop the picture to one",
    ]);
  }
  terminal.print(`${from} holds ${enrollments.length} ${what}:\n${list.join("\n")}\n`);
  const answer = await terminal.ask('Which one? (a number, or "all"): ');
  if (/^all?$/i.test(answer)) return enrollments;
  const picked = /^\d+$/.test(answer) ? enrollments[Number(answer) - 1] : undefined;
  if (picked === undefined) throw usageError("not one of the choices; nothing was added");
  return [picked];
}

/** The code of a counter-based account is not shown, as it would be used up. */
function placed(found: FoundEnrollment, now: number | undefined): string {
  const { otp, secret, at = "" } = found;
  const code =
    now === undefined || otp.type === "hotp" ? "" : `, code ${codeOf(secret, otp, stepAt(otp, now))}`;
  return `${at}: ${describe(found)}${code}`;
}

/** Issuer and label, never the seed. */
function describe({ issuer, label, otp }: Enrollment): string {
  const who = [issuer, label].filter((text) => text !== "").map((text) => printable(text));
  return `${who.join(", ") || "unnamed"}${otp === STEAM ? " (Steam)" : ""}`;
}
