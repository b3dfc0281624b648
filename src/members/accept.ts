/**
 * Which entry of the members' list counts on this computer: the rule behind all that is sealed and pushed. It takes what this
 * computer remembers, every entry that it finds (here, and in what others pushed), and the data keys that it has open. Pure.
 *
 * Starting from the entry that was checked last, it follows those that a member of the entry before signed and whose MAC is
 * right. An entry whose MAC can't be checked yet is followed, but nothing is sealed or pushed until it is. Unsure means: read,
 * but seal nothing and push nothing.
 */
import type { ReadEntry } from "./entry.ts";
import { isMac, isSignedBy } from "./vouch.ts";

export interface Pin {
  readonly number: number;
  /** SHA-256 of the entry, in hexadecimal. */
  readonly hash: string;
}

/** What a computer remembers of a store, outside of all that is shared. */
export interface Memory {
  readonly store: string;
  /** The newest entry whose MACs were checked here, or that the user chose by its words. */
  readonly checked: Pin;
  /** The newest entry that was seen. */
  readonly seen: Pin;
  /** Entries that the user decided against, by hash. */
  readonly refused: readonly string[];
  /** The ids of all data keys that were in the list: seeds sealed with them can be read even if the list is gone. */
  readonly keys: readonly string[];
}

/** Why a person must decide. */
export type Stop =
  | { readonly why: "unknown" }
  /** `known`: from the memory, if that entry is not here. */
  | { readonly why: "two-lists"; readonly known: ReadEntry | Pin; readonly found: ReadEntry }
  | { readonly why: "older"; readonly known: Pin; readonly found: ReadEntry | undefined }
  | { readonly why: "other-store"; readonly store: string }
  | { readonly why: "awaited" };

export interface Standing {
  /** Each entry with the one after it, the newest last: their data keys open seeds. */
  readonly path: readonly ReadEntry[];
  /** The newest entry whose MACs are right. */
  readonly checked: ReadEntry | undefined;
  readonly stop: Stop | undefined;
  /** Entries that no member made, and those that the user decided against. */
  readonly ignored: readonly ReadEntry[];
  /** What to remember from now on. */
  readonly memory: Memory | undefined;
}

export interface Known {
  readonly memory: Memory | undefined;
  /** The beginnings of the hashes of entries that must be in the list: what the user typed as words. */
  readonly awaited: readonly string[];
}

export type FindKey = (id: string) => Uint8Array | undefined;

/** Whether this is the list of now, with everything checked: only then something is sealed or pushed. */
export function isSure({ stop, checked, path }: Standing): boolean {
  return stop === undefined && checked !== undefined && checked === path.at(-1);
}

export function accept(known: Known, found: readonly ReadEntry[], keyOf: FindKey): Standing {
  const entries = [...new Map(found.map((one) => [one.hash, one])).values()];
  const isAwaited = ({ hash }: ReadEntry) => known.awaited.some((start) => hash.startsWith(start));
  const chosen = known.memory === undefined ? entries.filter(isAwaited) : [];
  const [pin] = chosen.toSorted((a, b) => b.entry.number - a.entry.number);
  const memory = known.memory ?? (pin && memoryOf(pin));
  const root = entries.find(({ hash }) => hash === memory?.checked.hash);
  if (memory === undefined || root === undefined) {
    const path = longest(entries);
    const stop = stopWithout(memory, path.at(-1), known.awaited);
    return { path, checked: undefined, stop, ignored: [], memory: known.memory };
  }
  const walk = walkFrom(root, memory, entries, keyOf);
  const path = [...before(root, entries), ...walk.path];
  const isMissing = known.awaited.some((start) => !path.some(({ hash }) => hash.startsWith(start)));
  const stop = walk.stop ?? (isMissing ? ({ why: "awaited" } as const) : undefined);
  const newest = path.at(-1) ?? root;
  const keys = [...new Set([...memory.keys, ...path.map(({ entry }) => entry.key)])];
  const after = { ...memory, checked: pinOf(walk.checked), seen: pinOf(newest), keys };
  return { path, checked: walk.checked, stop, ignored: walk.ignored, memory: stop ? known.memory : after };
}

interface Walk {
  /** From the root to the newest. */
  readonly path: readonly ReadEntry[];
  readonly checked: ReadEntry;
  readonly stop: Stop | undefined;
  readonly ignored: readonly ReadEntry[];
}

function walkFrom(root: ReadEntry, memory: Memory, entries: readonly ReadEntry[], keyOf: FindKey): Walk {
  const ignored: ReadEntry[] = [];
  const path = [root];
  let checked = root;
  const isCandidate = (parent: ReadEntry, child: ReadEntry): boolean => {
    if (memory.refused.includes(child.hash) || verdictOn(child, parent, keyOf) === "no") {
      ignored.push(child);
      return false;
    }
    return true;
  };
  const stopAt = (known: ReadEntry | Pin, other: ReadEntry): Walk => ({
    path,
    checked,
    stop: { why: "two-lists", known, found: other },
    ignored,
  });

  for (const [parent, child] of pairs([...before(root, entries), root])) {
    const siblings = childrenOf(parent, entries).filter((one) => one !== child);
    const [other] = siblings.filter((one) => isCandidate(parent, one));
    if (other !== undefined) return stopAt(child, other);
  }
  for (let last = root; ; ) {
    const [next, other] = childrenOf(last, entries).filter((one) => isCandidate(last, one));
    if (next !== undefined && other !== undefined) return stopAt(next, other);
    if (next === undefined) break;
    if (checked === last && verdictOn(next, last, keyOf) === "yes") checked = next;
    path.push(next);
    last = next;
  }
  const all = withDescendants(ignored, entries);
  return { path, checked, stop: stopForSeen(memory.seen, path, all), ignored: all };
}

/** What goes on from an entry that doesn't count doesn't count either. */
function withDescendants(ignored: readonly ReadEntry[], entries: readonly ReadEntry[]): ReadEntry[] {
  const all = new Set(ignored);
  for (const one of all) for (const child of childrenOf(one, entries)) all.add(child);
  return [...all];
}

/** Whether the newest entry that was seen before is still there. One that turned out to be forged need not be. */
function stopForSeen(seen: Pin, path: readonly ReadEntry[], ignored: readonly ReadEntry[]): Stop | undefined {
  if ([...path, ...ignored].some(({ hash }) => hash === seen.hash)) return undefined;
  const other = path.find(({ entry }) => entry.number === seen.number);
  if (other !== undefined) return { why: "two-lists", known: seen, found: other };
  const newest = path.at(-1);
  return (newest?.entry.number ?? 0) < seen.number ? { why: "older", known: seen, found: newest } : undefined;
}

/** "unknown": the data key before it is not open. */
function verdictOn({ entry }: ReadEntry, parent: ReadEntry, keyOf: FindKey): "yes" | "no" | "unknown" {
  const isChange = entry.key !== parent.entry.key;
  if (entry.store !== parent.entry.store || (entry.newMac !== undefined) !== isChange) return "no";
  // Who removes the computer that they sit at could sign nothing any more, not even this.
  if (!isSignedBy(parent.entry, entry) || !entry.members.some(({ name }) => name === entry.by)) return "no";
  const [old, fresh] = [keyOf(parent.entry.key), keyOf(entry.key)];
  if (old !== undefined && !isMac(entry, "mac", old)) return "no";
  if (isChange && fresh !== undefined && !isMac(entry, "newMac", fresh)) return "no";
  return old === undefined ? "unknown" : "yes";
}

function stopWithout(
  memory: Memory | undefined,
  newest: ReadEntry | undefined,
  awaited: readonly string[],
): Stop {
  if (memory === undefined) return awaited.length > 0 ? { why: "awaited" } : { why: "unknown" };
  if (newest === undefined) return { why: "older", known: memory.seen, found: undefined };
  const { store, number } = newest.entry;
  if (store !== memory.store) return { why: "other-store", store };
  return number < memory.checked.number
    ? { why: "older", known: memory.seen, found: newest }
    : { why: "two-lists", known: memory.checked, found: newest };
}

/** The entries before this one, as far as they are here; the first one first. */
function before(entry: ReadEntry, entries: readonly ReadEntry[]): ReadEntry[] {
  const byHash = new Map(entries.map((one) => [one.hash, one]));
  const path: ReadEntry[] = [];
  for (let last = entry; ; ) {
    const parent = byHash.get(last.entry.before ?? "");
    if (parent === undefined || parent.entry.number !== last.entry.number - 1) return path.reverse();
    path.push(parent);
    last = parent;
  }
}

function longest(entries: readonly ReadEntry[]): ReadEntry[] {
  const order = (a: ReadEntry, b: ReadEntry) => b.entry.number - a.entry.number || (a.hash < b.hash ? -1 : 1);
  const [newest] = entries.toSorted(order);
  return newest === undefined ? [] : [...before(newest, entries), newest];
}

function childrenOf(parent: ReadEntry, entries: readonly ReadEntry[]): ReadEntry[] {
  return entries.filter(
    ({ entry }) => entry.before === parent.hash && entry.number === parent.entry.number + 1,
  );
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.slice(1).flatMap((after, i) => {
    const first = list[i];
    return first === undefined ? [] : [[first, after] satisfies [T, T]];
  });
}

/** What is remembered of a store whose list the user chose by the words of this entry. */
export function memoryOf(chosen: ReadEntry): Memory {
  return { store: chosen.entry.store, checked: pinOf(chosen), seen: pinOf(chosen), refused: [], keys: [] };
}

export function pinOf({ entry, hash }: ReadEntry): Pin {
  return { number: entry.number, hash };
}
