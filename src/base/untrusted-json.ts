/**
 * The only reader for JSON that someone else wrote or that may be damaged: no function here assumes anything about its input.
 * All of src reads JSON through this file; test/base/untrusted-json.test.ts enforces that. Pure.
 */
import { LIMITS } from "./limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * undefined for anything but an object or an array of bounded depth. JSON.parse itself accepts any depth, and code that walks
 * or serializes such a value runs out of stack.
 */
export function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || isDeeperThan(text, LIMITS.jsonDepth)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of the JSON object in `text`; an empty object for anything else. */
export function parseFields(text: string): JsonObject {
  return objectOf(parseJson(text)) ?? {};
}

/** An object's own members, without a prototype to fall back on; undefined for anything else, arrays included. */
export function objectOf(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // Not { ...value }: that has a "constructor" even if the file doesn't. Without a prototype, assigning "__proto__" sets an
  // ordinary member.
  const members: Record<string, unknown> = Object.create(null);
  return Object.assign(members, value);
}

/** The items of an array, with undefined for each item that is not an object; [] for anything but an array. */
export function objectsOf(value: unknown): readonly (JsonObject | undefined)[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** ISO 8601. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** A whole number, 0 or more, that JavaScript represents exactly. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

const [QUOTE, BACKSLASH] = [34, 92];
const [SQUARE, END_SQUARE, CURLY, END_CURLY] = [91, 93, 123, 125];

/** One pass over the characters: 64 MiB of brackets must not take long. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH && isQuoted) i++;
    else if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === SQUARE || code === CURLY) {
      if (++depth > limit) return true;
    } else if (code === END_SQUARE || code === END_CURLY) depth--;
  }
  return false;
}
