/** Several codes in one picture are never silently reduced to one. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import { isInteractive } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Found } from "./found.ts";

/** The user chooses; a script passes --all, or gets a UserError (exit 5). */
export async function choose(
  { from, enrollments, isPicture }: Found,
  all: boolean | undefined,
  needs: Needs<"stdout" | "terminal">,
): Promise<Found["enrollments"]> {
  if (!isPicture || enrollments.length < 2 || all) return enrollments;
  const list = enrollments.map((enrollment, i) => `  ${i + 1}  ${describe(enrollment)}`);
  const terminal = isInteractive(needs) ? needs.terminal() : undefined;
  if (terminal === undefined) {
    throw new UserError(`${from} holds ${enrollments.length} otpauth codes`, ExitCode.unreadable, [
      ...list.map((line) => line.trim()),
      "enroll all of them with --all, or crop the picture to one",
    ]);
  }
  terminal.print(`${from} holds ${enrollments.length} otpauth codes:\n${list.join("\n")}\n`);
  const answer = await terminal.ask('Which one? (a number, or "all"): ');
  if (/^all?$/i.test(answer)) return enrollments;
  const picked = /^\d+$/.test(answer) ? enrollments[Number(answer) - 1] : undefined;
  if (picked === undefined) throw usageError("not one of the choices; nothing was added");
  return [picked];
}

/** Issuer and label, never the seed. */
function describe({ issuer, label, otp }: Enrollment): string {
  const who = [issuer, label].filter((text) => text !== "").map((text) => printable(text));
  return `${who.join(", ") || "unnamed"}${otp === STEAM ? " (Steam)" : ""}`;
}
