/** Values as other apps write them into their JSON: read as leniently as they are written. */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** [] for anything but an array. Throws UserError (exit 5) beyond the limit of entries. */
export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  if (value.length > LIMITS.entries)
    throw new UserError(`it holds more than ${LIMITS.entries} entries`, ExitCode.unreadable);
  return value;
}

/** Trimmed; numbers as they are written; "" for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" ? String(value) : "";
}

/** What base64 (either alphabet, padded or not) stands for; undefined where the text is none. */
export function base64Of(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.replace(/\s/g, "");
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** undefined where the text is no hex of whole bytes. */
export function hexOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string" || !/^([0-9a-f]{2})*$/i.test(value)) return undefined;
  return Buffer.from(value, "hex");
}
