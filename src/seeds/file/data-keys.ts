/** The data keys that one opener gives access to: a store can have several for a while (slots.ts says when). */
import type { DataFolder } from "../../ports/data-folder.ts";
import { type DataKey, dataKeyOf } from "./data-key.ts";
import { seal, unseal } from "./seal.ts";
import type { OldKey } from "./slot-file.ts";
import { type Opener, openSlot, readSlots, type Slots, slotFileOf, type Unlocked } from "./slots.ts";

/** The data key of the first slot that opens, or undefined if none does. */
export async function openSlots(slots: Slots, opener: Opener): Promise<DataKey | undefined> {
  if (opener.kind === "age") {
    const { openAgeSlots } = await import("./age-slots.ts");
    return (await openAgeSlots(slots, opener.identities))[0];
  }
  for (const slot of slots.usable) {
    const dataKey = await openSlot(slot, opener);
    if (dataKey !== undefined) return dataKey;
  }
  return undefined;
}

/** All data keys that the opener gives access to, by id, as far as they count. */
export async function dataKeys(folder: DataFolder, unlocked: Unlocked): Promise<Map<string, DataKey>> {
  const { dataKey, opener, counting } = unlocked;
  const known = await dataKeysIn(readSlots(folder), opener, [dataKey]);
  const listed = await counting?.();
  return listed === undefined ? known : new Map([...known].filter(([id]) => listed.has(id)));
}

/** `open`: those that are open already. */
export async function dataKeysIn(
  slots: Slots,
  opener: Opener,
  open: readonly DataKey[] = [],
): Promise<Map<string, DataKey>> {
  const known = new Map(open.map((key) => [key.id, key]));
  if (opener.kind === "age") {
    const { openAgeSlots } = await import("./age-slots.ts");
    for (const key of await openAgeSlots(slots, opener.identities)) known.set(key.id, key);
  } else {
    for (const slot of slots.usable) {
      const key = known.has(slot.keyId) ? undefined : await openSlot(slot, opener);
      if (key !== undefined) known.set(key.id, key);
    }
  }
  withOlder(slots, known);
  return known;
}

/** Adds the older keys that are wrapped with a known key, until there are no more. What they unseal to decides, nothing else. */
function withOlder({ older }: Slots, known: Map<string, DataKey>): void {
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const old of older) {
      const key = known.has(old.keyId) ? undefined : unwrap(old, known);
      if (key !== undefined) known.set(key.id, key);
    }
  }
}

function unwrap(old: OldKey, known: ReadonlyMap<string, DataKey>): DataKey | undefined {
  const by = known.get(old.by);
  if (by === undefined || by.store !== old.store) return undefined;
  return dataKeyOf(old.store, old.keyId, unseal(by.bytes, headerOf(old), old.content));
}

/**
 * For a store without a list of members, where only a holder of its secrets makes slots: the key that is no older one of
 * another. If there are two, as a cloud folder can bring about, every computer takes the same.
 */
export function newestKey(slots: Slots, known: ReadonlyMap<string, DataKey>): DataKey | undefined {
  const replaced = new Set(slots.older.flatMap((old) => unwrap(old, known)?.id ?? []));
  const [newest] = [...known.values()]
    .filter(({ id }) => !replaced.has(id))
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return newest;
}

/** Its file is named for its content. */
export function formatOldKey(
  old: DataKey,
  by: DataKey,
  random: (bytes: number) => Uint8Array,
): { file: string; text: string } {
  const head = { kind: "old-key", store: old.store, keyId: old.id, by: by.id } as const;
  const content = seal(by.bytes, headerOf(head), old.bytes, random);
  const fields = { version: 2, kind: head.kind, store: old.store, key: old.id, by: by.id, ...content };
  const text = `${JSON.stringify(fields, null, 2)}\n`;
  return { file: slotFileOf(head.kind, text, "json"), text };
}

function headerOf({ store, keyId, by }: Pick<OldKey, "store" | "keyId" | "by">): string {
  return `twinseed key v2 old-key ${store} ${keyId} ${by}`;
}
