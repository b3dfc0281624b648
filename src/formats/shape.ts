/** Reads values from other apps' JSON, as leniently as those apps write them. */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

/** [] for anything other than an array. Throws UserError (exit 5) beyond the limit of entries. */
export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  if (value.length > LIMITS.entries)
    throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
  return value;
}

/** Strings trimmed, numbers as text, "" for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" ? String(value) : "";
}

/** Decodes base64 (either alphabet, padded or not); undefined if the text is not base64. */
export function base64Of(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.replace(/\s/g, "");
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** Decodes hex; undefined if the text is not hex or has an odd length. */
export function hexOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string" || !/^([0-9a-f]{2})*$/i.test(value)) return undefined;
  return Buffer.from(value, "hex");
}
