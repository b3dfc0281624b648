/** Merges the copies of one account, device by device. Pure; docs/sync.md has the rules. */
import { type JsonObject, objectsOf } from "../base/untrusted-json.ts";
import { byAge, earlier, firstOf, inOrderOf, later, sameValue } from "./three-way.ts";

type Copies = ReadonlyMap<string, JsonObject>;

/** `idOf` maps devices that turned out to be the same to one id. */
export function mergeCopyLists(
  base: unknown,
  ours: unknown,
  theirs: unknown,
  idOf: (device: string) => string,
): JsonObject[] {
  const sides = { base: copiesIn(base, idOf), ours: copiesIn(ours, idOf), theirs: copiesIn(theirs, idOf) };
  const devices = new Set([...sides.ours.keys(), ...sides.theirs.keys()]);
  const merged = [...devices]
    .map((device) => mergeCopy(sides.base.get(device), sides.ours.get(device), sides.theirs.get(device)))
    .filter((copy) => copy !== undefined);
  return inOrderOf(merged, [...sides.base.keys()], (copy) => String(copy.device), byAge);
}

export function withDevices(copies: unknown, idOf: (device: string) => string): JsonObject[] {
  return [...copiesIn(copies, idOf).values()];
}

function copiesIn(list: unknown, idOf: (device: string) => string): Copies {
  const copies = new Map<string, JsonObject>();
  for (const item of objectsOf(list)) {
    const fields = item ?? {};
    const device = idOf(String(fields.device));
    const copy = { ...fields, device };
    const known = copies.get(device);
    copies.set(device, known === undefined ? copy : bothChanged(known, copy));
  }
  return copies;
}

/** A copy that one side removed stays removed, unless the other side has learned something new about it. */
function mergeCopy(
  base: JsonObject | undefined,
  ours: JsonObject | undefined,
  theirs: JsonObject | undefined,
): JsonObject | undefined {
  if (ours === undefined || theirs === undefined) {
    const left = ours ?? theirs;
    return sameValue(left, base) ? undefined : left;
  }
  if (sameValue(ours, base)) return theirs;
  return sameValue(theirs, base) ? ours : bothChanged(ours, theirs);
}

function bothChanged(a: JsonObject, b: JsonObject): JsonObject {
  if (sameValue(a, b)) return a;
  const isDead = (copy: JsonObject): boolean => copy.deadSince !== undefined;
  if (isDead(a) !== isDead(b)) {
    const [dead, live] = isDead(a) ? [a, b] : [b, a];
    // A code that the device showed after the new seed was issued is a code of the new seed.
    return live.confirmedAt !== undefined && later(dead.deadSince, live.confirmedAt) === live.confirmedAt
      ? live
      : dead;
  }
  const others = Object.keys({ ...a, ...b }).map((key) => [key, firstOf(a[key], b[key])] as const);
  const confirmedAt = later(a.confirmedAt, b.confirmedAt);
  const deadSince = earlier(a.deadSince, b.deadSince);
  const { confirmedAt: _, deadSince: __, ...rest } = Object.fromEntries(others);
  return {
    ...rest,
    addedAt: earlier(a.addedAt, b.addedAt),
    ...(confirmedAt === undefined ? {} : { confirmedAt }),
    ...(deadSince === undefined ? {} : { deadSince }),
  };
}
