/**
 * What Apple's NSKeyedArchiver writes: a property list with a flat table of objects, which refer to each other. Only the kinds of
 * objects that OTP Auth uses are read; the members of any other class are kept under their names.
 */
import { LIMITS } from "../base/limits.ts";
import { type PlistValue, readBinaryPlist, Uid } from "./binary-plist.ts";

export type Archived = null | boolean | number | string | Uint8Array | Archived[] | Map<string, Archived>;

export interface Archive {
  readonly root: Archived;
  /** All of them, whatever they belong to. */
  readonly texts: readonly string[];
}

/** undefined if it is damaged, or not such an archive. */
export function readKeyedArchive(bytes: Uint8Array): Archive | undefined {
  const file = readBinaryPlist(bytes);
  if (!(file instanceof Map)) return undefined;
  const [objects, top] = [file.get("$objects"), file.get("$top")];
  const root = top instanceof Map ? top.get("root") : undefined;
  if (!Array.isArray(objects) || root === undefined) return undefined;
  return { root: resolver(objects)(root), texts: objects.filter((one) => typeof one === "string") };
}

/** The members of an object; empty for anything else. */
export function membersOf(value: Archived | undefined): ReadonlyMap<string, Archived> {
  return value instanceof Map ? value : new Map();
}

/** Each object is resolved once. A circle is broken with null. */
function resolver(objects: readonly PlistValue[]): (value: PlistValue) => Archived {
  const known = new Map<number, Archived>();
  let depth = 0;
  const resolve = (value: PlistValue): Archived => {
    if (value instanceof Map) return resolveObject(value);
    if (Array.isArray(value)) return value.map(resolve);
    return value instanceof Uid ? resolveReference(value.index) : value;
  };
  /** The first object stands for null. */
  const resolveReference = (index: number): Archived => {
    const object = known.get(index) ?? null;
    if (known.has(index) || index === 0 || depth >= LIMITS.jsonDepth) return object;
    known.set(index, null);
    depth += 1;
    const resolved = resolve(objects[index] ?? null);
    depth -= 1;
    known.set(index, resolved);
    return resolved;
  };
  const resolveObject = (object: ReadonlyMap<string, PlistValue>): Archived => {
    const value = object.get("NS.string") ?? object.get("NS.data") ?? object.get("NS.time");
    if (value !== undefined) return resolve(value);
    const [keys, values] = [object.get("NS.keys"), object.get("NS.objects")];
    if (!Array.isArray(keys) && Array.isArray(values)) return values.map(resolve);
    if (!Array.isArray(keys) || !Array.isArray(values))
      return new Map([...object].map(([name, member]) => [name, resolve(member)]));
    return new Map(keys.map((key, i) => [String(resolve(key)), resolve(values[i] ?? null)]));
  };
  return resolve;
}
