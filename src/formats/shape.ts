/** Reading JSON that somebody else wrote: every step may find anything. */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object's own members; prototypes are never looked at. undefined for anything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.assign(Object.create(null), value);
}

/** [] for anything but an array. Throws UserError (exit 5) beyond the limit of entries. */
export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  if (value.length > LIMITS.entries)
    throw new UserError(`it holds more than ${LIMITS.entries} entries`, ExitCode.unreadable);
  return value;
}

/** The members of an array, undefined where one is no object; [] for anything but an array. `collect` counts them. */
export function objectsOf(value: unknown): readonly (JsonObject | undefined)[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
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
