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
