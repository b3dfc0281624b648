/** Merges the copies of one account, device by device. Pure; docs/sync.md has the rules. */
import { type JsonObject, objectsOf } from "../base/untrusted-json.ts";
import { byAge, earlier, firstOf, inOrderOf, later, sameValue } from "./three-way.ts";

type Copies = ReadonlyMap<string, JsonObject>;

const TIMES = ["addedAt", "confirmedAt", "doubtedAt", "deadSince", "wipedAt", "shownAt"];

/** `idOf` maps devices that turned out to be the same to one id. */
export function mergeCopyLists(
  base: unknown,
  ours: unknown,
  theirs: unknown,
  idOf: (device: string) => string,
): JsonObject[] {
  // As it is, in its order: otherwise each side would write it in another one.
  for (const [one, other] of [
    [ours, theirs],
    [theirs, ours],
  ])
    if (base !== undefined && sameValue(one, base)) return [...copiesIn(other, idOf).values()];
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

/**
 * Two accounts of one copy, neither of which is known to come after the other. It counts as proved only if the proof came after
 * everything that speaks against it, and as gone only if both sides say so: when in doubt it is neither.
 */
function bothChanged(a: JsonObject, b: JsonObject): JsonObject {
  if (sameValue(a, b)) return a;
  const keys = Object.keys({ ...a, ...b }).filter((key) => !TIMES.includes(key));
  const others = keys.map((key) => [key, firstOf(a[key], b[key])] as const);
  const times = Object.entries(mergeTimes(a, b)).filter(([, time]) => time !== undefined);
  return { ...Object.fromEntries(others), ...Object.fromEntries(times) };
}

function mergeTimes(a: JsonObject, b: JsonObject): JsonObject {
  const addedAt = earlier(a.addedAt, b.addedAt);
  const confirmedAt = later(proofIn(a), proofIn(b));
  const deadSince = earlier(a.deadSince, b.deadSince);
  const wipedAt = later(a.wipedAt, b.wipedAt);
  const against = later(deadSince, wipedAt);
  // A code that the device showed after that is a code of the seed that the account has now.
  const isProved =
    confirmedAt !== undefined && confirmedAt !== against && later(against, confirmedAt) === confirmedAt;
  if (against === undefined || isProved)
    return { addedAt, ...undoubted(confirmedAt, a, b), shownAt: later(a.shownAt, b.shownAt) };
  return { addedAt, deadSince, wipedAt, shownAt: later(shownIn(a), shownIn(b)) };
}

/** One side proved it, and the other one doubted it: what came later counts. */
function undoubted(confirmedAt: unknown, a: JsonObject, b: JsonObject): JsonObject {
  const doubtedAt = later(a.doubtedAt, b.doubtedAt);
  if (doubtedAt === undefined) return { confirmedAt };
  const isLater = confirmedAt !== doubtedAt && later(confirmedAt, doubtedAt) === confirmedAt;
  return isLater && confirmedAt !== undefined ? { confirmedAt } : { doubtedAt };
}

/** When the device last showed a code that counts. */
function proofIn(copy: JsonObject): unknown {
  return isVoid(copy) ? undefined : copy.confirmedAt;
}

/** When the device was last given the seed, as far as it may have it now: as copy-states.ts decides it. */
function shownIn(copy: JsonObject): unknown {
  return isVoid(copy) ? copy.shownAt : later(copy.shownAt, copy.confirmedAt ?? copy.addedAt);
}

function isVoid({ deadSince, wipedAt }: JsonObject): boolean {
  return deadSince !== undefined || wipedAt !== undefined;
}
