/** The data keys that one opener gives access to: a store can have several for a while (slots.ts says when). */
import type { DataFolder } from "../../ports/data-folder.ts";
import { seal, unseal } from "./seal.ts";
import type { OldKey } from "./slot-file.ts";
import {
  type DataKey,
  hex,
  KEYS_FOLDER,
  type Opener,
  openSlot,
  readSlots,
  type Slots,
  type Unlocked,
} from "./slots.ts";

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

/** All data keys that the opener gives access to, by id. */
export async function dataKeys(folder: DataFolder, unlocked: Unlocked): Promise<Map<string, DataKey>> {
  return dataKeysIn(readSlots(folder), unlocked);
}

export async function dataKeysIn(slots: Slots, { dataKey, opener }: Unlocked): Promise<Map<string, DataKey>> {
  const known = new Map([[dataKey.id, dataKey]]);
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

/** Adds the older keys that are wrapped with a known key, until there are no more. */
function withOlder({ older }: Slots, known: Map<string, DataKey>): void {
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const old of older) {
      const by = known.get(old.by);
      if (by === undefined || known.has(old.keyId)) continue;
      const bytes = unseal(by.bytes, headerOf(old), old.content);
      if (bytes !== undefined) known.set(old.keyId, { id: old.keyId, bytes });
    }
  }
}

/** The current keys among `known`: one, unless two people changed the data key at the same time. */
export function currentKeys(slots: Slots, known: ReadonlyMap<string, DataKey>): DataKey[] {
  const isOld = (id: string): boolean => slots.older.some(({ keyId, by }) => keyId === id && known.has(by));
  return [...known.values()].filter(({ id }) => !isOld(id));
}

export function formatOldKey(
  old: DataKey,
  by: DataKey,
  random: (bytes: number) => Uint8Array,
): { file: string; text: string } {
  const head = { kind: "old-key", keyId: old.id, by: by.id } as const;
  const content = seal(by.bytes, headerOf(head), old.bytes, random);
  const fields = { version: 1, kind: head.kind, key: old.id, by: by.id, ...content };
  const file = `${KEYS_FOLDER}/old-${old.id}-${hex(random(4))}.json`;
  return { file, text: `${JSON.stringify(fields, null, 2)}\n` };
}

function headerOf({ keyId, by }: Pick<OldKey, "keyId" | "by">): string {
  return `twinseed key v1 old-key ${keyId} ${by}`;
}
