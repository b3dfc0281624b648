/** Reading JSON that somebody may have damaged: look before you trust. Pure. */
import { OWN_LIMITS } from "../base/limits.ts";
import { isDeeperThan } from "../base/nesting.ts";

/** What is wrong with a file that an older twinseed must not touch. */
export const NEWER = "it was written by a newer twinseed";

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object, given as it is or as JSON text; undefined for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  const object = typeof value === "string" ? parsed(value) : value;
  return typeof object === "object" && object !== null && !Array.isArray(object) ? { ...object } : undefined;
}

function parsed(text: string): unknown {
  if (isDeeperThan(text, OWN_LIMITS.jsonDepth)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** ISO 8601. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** A whole number, 0 or more, that JavaScript holds exactly. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
