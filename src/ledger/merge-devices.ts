/** Merges two lists of devices. Pure; docs/sync.md has the rules. No device ever gets lost in a merge. */
import { type JsonObject, objectsOf, parseFields } from "../base/untrusted-json.ts";
import { visibleText } from "../base/visible-text.ts";
import { freeName } from "./free-name.ts";
import { byAge, earlier, firstOf, inOrderOf, later, threeWay } from "./three-way.ts";

export interface MergedDevices {
  readonly devices: readonly JsonObject[];
  /** A device that both sides added separately, under two ids, is one device: this maps the newer id to the older one. */
  idOf(id: string): string;
}

type Devices = readonly JsonObject[];

export function mergeDeviceLists(base: Devices, ours: Devices, theirs: Devices): MergedDevices {
  const find = (list: Devices, id: unknown): JsonObject | undefined => list.find((one) => one.id === id);
  const ids = [...new Set([...base, ...ours, ...theirs].map(({ id }) => id))];
  const all = ids
    .map((id) => mergeDevice(find(base, id), find(ours, id), find(theirs, id)))
    .filter((device) => device !== undefined);
  const aliases = new Map<string, string>();
  const distinct: JsonObject[] = [];
  for (const device of all.toSorted(byAge)) {
    const at = distinct.findIndex((one) => isSame(one, device));
    const known = distinct[at];
    if (known === undefined) distinct.push({ ...device, name: nameFor(device, distinct) });
    else {
      distinct[at] = { ...bothChanged(known, device), id: known.id, name: known.name };
      aliases.set(String(device.id), String(known.id));
    }
  }
  const order = base.map(({ id }) => String(id));
  return {
    devices: inOrderOf(distinct, order, ({ id }) => String(id), byAge),
    idOf: (id) => aliases.get(id) ?? id,
  };
}

/** The devices in the text of devices.json. */
export function devicesIn(text: string | undefined): JsonObject[] {
  return objectsOf(parseFields(text ?? "").devices).map((item) => item ?? {});
}

function mergeDevice(base?: JsonObject, ours?: JsonObject, theirs?: JsonObject): JsonObject | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? base;
  return threeWay(base, ours, theirs, (a, b) => mergeFields(base ?? {}, a ?? {}, b ?? {}));
}

function mergeFields(base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject {
  const keys = Object.keys({ ...ours, ...theirs });
  const merged = keys.map((key) => {
    const resolve = key === "wipedAt" || key === "openedAt" ? later : firstOf;
    return [key, threeWay(base[key], ours[key], theirs[key], resolve)] as const;
  });
  return inOrder({ ...withoutUndefined(merged), ...stateOf(base, ours, theirs), ...placeOf(ours, theirs) });
}

/** Where it is kept, as the user said last. */
function placeOf(ours: JsonObject, theirs: JsonObject): JsonObject {
  const placedAt = later(ours.placedAt, theirs.placedAt);
  if (ours.placedAt === theirs.placedAt)
    return withoutUndefined([["place", firstOf(ours.place, theirs.place)]]);
  return { place: placedAt === ours.placedAt ? ours.place : theirs.place, placedAt };
}

function bothChanged(a: JsonObject, b: JsonObject): JsonObject {
  return inOrder({ ...mergeFields({}, a, b), addedAt: earlier(a.addedAt, b.addedAt) });
}

/** Merges a state together with its date. If both sides changed it, the more cautious one wins: lost, then retired. */
function stateOf(base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject {
  const pair = ({ state = "active", stateSince }: JsonObject) => ({ state, stateSince });
  const { state, stateSince } = threeWay(pair(base), pair(ours), pair(theirs), (a, b) => {
    if (a.state === "active" || b.state === "active") return a.state === "active" ? b : a;
    if (a.state !== b.state) return a.state === "lost" ? a : b;
    return later(a.stateSince, b.stateSince) === a.stateSince ? a : b;
  });
  return stateSince === undefined ? { state } : { state, stateSince };
}

/**
 * The same computer, the same member, or the same name for the same kind of thing. A computer with an id of its own
 * is never the same as something that only has its name.
 */
function isSame(a: JsonObject, b: JsonObject): boolean {
  if (a.member !== undefined && a.member === b.member)
    return a.computer === undefined || b.computer === undefined || a.computer === b.computer;
  if (a.computer !== undefined || b.computer !== undefined) return a.computer === b.computer;
  return a.kind === b.kind && folded(a) === folded(b);
}

function nameFor(device: JsonObject, taken: Devices): string {
  return freeName(String(device.name), (name) => taken.some((one) => folded(one) === folded({ name })));
}

/** As deviceNamed compares names. */
function folded({ name }: JsonObject): string {
  return visibleText(String(name)).toLowerCase();
}

/** The same order whichever side merges; other fields follow, sorted by name. */
const ORDER = "id name kind addedAt state stateSince wipedAt openedAt computer member".split(" ");

function inOrder(fields: JsonObject): JsonObject {
  const place = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  const sorted = Object.entries(fields).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

function withoutUndefined(entries: readonly (readonly [string, unknown])[]): JsonObject {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
