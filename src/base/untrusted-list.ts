import { type JsonObject, objectsOf } from "./untrusted-json.ts";

/** Every item of an array of objects, parsed; undefined for anything but an array, or if one item is not right. Pure. */
export function parseEach<T>(items: unknown, parse: (item: JsonObject) => T | undefined): T[] | undefined {
  if (!Array.isArray(items)) return undefined;
  const parsed = objectsOf(items).flatMap((item) => (item && parse(item)) ?? []);
  return parsed.length === items.length ? parsed : undefined;
}
