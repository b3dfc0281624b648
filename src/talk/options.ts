/** Parses option values, which are trusted afterwards. Each function throws UserError (exit 2) that names the option. */
import { usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

export function wholeSeconds(option: string, text: string): number {
  return wholeNumber(option, text, "whole seconds");
}

export function wholeNumber(option: string, text: string, what = "a whole number"): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`${option} takes ${what}, not "${printable(text)}"`);
}

const SECONDS = /^\d{1,12}(\.\d+)?$/;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Seconds since 1970, or ISO 8601 (UTC where no offset is given), as milliseconds since 1970. */
export function pointInTime(option: string, text: string): number {
  const time = SECONDS.test(text)
    ? Number(text) * 1000
    : ISO_8601.test(text)
      ? Date.parse(inUtc(text))
      : Number.NaN;
  if (time >= 0) return time;
  throw usageError(
    `${option} takes seconds since 1970 or ISO 8601 (2026-01-31T12:00:00Z), not "${printable(text)}"`,
  );
}

/** JavaScript reads a date and time without an offset as local time; scripts want the same answer everywhere. */
function inUtc(text: string): string {
  const hasTime = /[T ]\d{2}:/.test(text);
  return hasTime && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
}

/** How many accounts --google may put into one QR code. */
export function countPerCode({
  google,
  perCode,
}: {
  google?: boolean;
  perCode?: string;
}): number | undefined {
  if (perCode === undefined) return undefined;
  if (!google) throw usageError("--per-code requires --google");
  const number = wholeNumber("--per-code", perCode);
  if (number >= 1 && number <= 100) return number;
  throw usageError("--per-code takes a whole number from 1 to 100");
}
