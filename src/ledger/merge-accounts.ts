/** Merges two sides' versions of one account. Pure; docs/sync.md has the rules. An account never disappears in a merge. */
import { faultOf } from "../base/errors.ts";
import { isWhole, type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { parseAccount } from "./account-file.ts";
import { mergeCopyLists, withDevices } from "./merge-copies.ts";
import { earlier, firstOf, later, sameValue, threeWay } from "./three-way.ts";

export interface Entry {
  readonly fields: JsonObject;
  readonly isRemoved: boolean;
}

export interface MergedEntry extends Entry {
  /** What the user should know; the caller puts the account's name in front. */
  readonly notes: readonly string[];
}

type IdOf = (device: string) => string;

export interface KnownDevices {
  readonly idOf: IdOf;
  /** Whether it is a computer that enters its own copies: that is no use of the account. */
  isComputer(device: string): boolean;
  /** When this computer's store last opened. */
  openedAt(device: string): string | undefined;
}

/** Whether an account is removed is decided separately, so these fields do not count as its content. */
const REMOVAL = ["removedAt", "replacedBy"];
/** What a drill noted: the later date counts, and it is no use of the account that would undo its removal. */
const DRILLS = ["drilledAt", "otherWayAt"];
/** The order of the fields in a file, as account-file.ts writes them; other fields follow, sorted by name. */
const ORDER =
  "version id name issuer label type algorithm digits period counter addedAt copies fingerprint replaces removedAt replacedBy adopted rival";

/** `base`: the entry when the sides last agreed; undefined if they never both had it. */
export function mergeEntries(
  base: Entry | undefined,
  ours: Entry | undefined,
  theirs: Entry | undefined,
  devices: KnownDevices,
): MergedEntry | undefined {
  const { idOf } = devices;
  const known = (entry: Entry): Entry => withIds(entry, idOf);
  const [before, a, b] = [base && known(base), ours && known(ours), theirs && known(theirs)];
  if (a === undefined || b === undefined) {
    const left = a ?? b ?? before;
    return left && { ...left, notes: [] };
  }
  const isRemoved = mergeRemoval(before, a, b, devices);
  const merged = mergeFields(before?.fields ?? {}, a.fields, b.fields, isRemoved, idOf);
  const fields = { ...merged, copies: withOpened(merged.copies, devices) };
  return { fields, isRemoved, notes: notesOn(before, a, b, isRemoved, fields) };
}

/**
 * A removal wins, unless the other side has used the account since: then someone needs it. The removal of an account that
 * got a new seed always wins.
 */
function mergeRemoval(base: Entry | undefined, a: Entry, b: Entry, devices: KnownDevices): boolean {
  if (a.isRemoved === b.isRemoved) return a.isRemoved;
  const [removed, present] = a.isRemoved ? [a, b] : [b, a];
  if (removed.fields.replacedBy !== undefined && base?.fields.replacedBy !== removed.fields.replacedBy)
    return true;
  // Either it was removed when they last agreed and one side has restored it since, or they never both had it.
  if (base === undefined || base.isRemoved) return false;
  return sameValue(usedContent(present, devices), usedContent(base, devices));
}

function mergeFields(
  base: JsonObject,
  a: JsonObject,
  b: JsonObject,
  isRemoved: boolean,
  idOf: IdOf,
): JsonObject {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const merged = keys.map((key): [string, unknown] => {
    const [before, ours, theirs] = [base[key], a[key], b[key]];
    if (key === "copies") return [key, mergeCopyLists(before, ours, theirs, idOf)];
    if (key === "counter" && typeof ours === "number" && typeof theirs === "number")
      return [key, Math.max(ours, theirs)];
    if (key === "note") return [key, threeWay(before, ours, theirs, mergeNotes)];
    if (key === "addedAt") return [key, earlier(ours, theirs)];
    if (DRILLS.includes(key)) return [key, threeWay(before, ours, theirs, later)];
    if (REMOVAL.includes(key)) {
      const value = key === "removedAt" ? earlier(ours, theirs) : firstOf(ours, theirs);
      return [key, isRemoved ? value : undefined];
    }
    return [key, threeWay(before, ours, theirs, firstOf)];
  });
  const fields = inOrder(merged.filter(([, value]) => value !== undefined));
  // Each field is valid on its own, but together they may not make a valid account.
  const fault = faultOf(() => parseAccount(JSON.stringify(fields), String(fields.id)));
  return fault === undefined ? fields : firstOf(a, b);
}

/** Both sides used codes: fewer may be left than either knows. Whatever opens the note next counts them. */
function mergeNotes(a: unknown, b: unknown): unknown {
  const [one, other] = [objectOf(a), objectOf(b)];
  if (one === undefined || other === undefined) return one ?? other;
  const left = [one.unused, other.unused].filter((number) => isWhole(number));
  const since = earlier(one.since, other.since);
  return left.length === 0 ? { since } : { since, unused: Math.min(...left) };
}

function notesOn(
  base: Entry | undefined,
  a: Entry,
  b: Entry,
  isRemoved: boolean,
  { name }: JsonObject,
): string[] {
  const notes: string[] = [];
  const names = [a.fields.name, b.fields.name];
  if (!names.includes(base?.fields.name) && a.fields.name !== b.fields.name) {
    const other = names.find((one) => one !== name);
    notes.push(`was renamed on both sides: the name "${String(other)}" was dropped`);
  }
  if (!isRemoved && a.isRemoved !== b.isRemoved && base?.isRemoved === false)
    notes.push("was removed on one side and used on the other: it was kept");
  return notes;
}

/** What changes if someone uses the account. */
function usedContent({ fields }: Entry, { isComputer }: KnownDevices): unknown {
  const copies = objectsOf(fields.copies).filter((copy) => !isComputer(String(copy?.device)));
  return Object.entries({ ...fields, copies }).filter(
    ([key]) => !REMOVAL.includes(key) && !DRILLS.includes(key),
  );
}

/** A computer whose store opened after someone noted that it was wiped may have the seed. */
function withOpened(copies: unknown, { openedAt }: KnownDevices): JsonObject[] {
  return objectsOf(copies).map((item) => {
    const copy = item ?? {};
    const opened = openedAt(String(copy.device));
    if (copy.wipedAt === undefined || opened === undefined || later(copy.wipedAt, opened) !== opened)
      return copy;
    return copy.wipedAt === opened ? copy : { ...copy, shownAt: later(copy.shownAt, opened) };
  });
}

function withIds(entry: Entry, idOf: IdOf): Entry {
  const copies = withDevices(entry.fields.copies, idOf);
  return sameValue(copies, entry.fields.copies) ? entry : { ...entry, fields: { ...entry.fields, copies } };
}

function inOrder(entries: readonly (readonly [string, unknown])[]): JsonObject {
  const order = ORDER.split(" ");
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const sorted = entries.toSorted(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
