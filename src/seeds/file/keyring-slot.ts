/**
 * A slot whose key is in one entry of this computer's keyring: one entry opens all seeds. The key is random and never shared,
 * so no one else can make such a slot; another computer's is passed over.
 */
import { UserError } from "../../base/errors.ts";
import { keyringEntries } from "../keyring/keyring-entries.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { fromBase64, KEY_BYTES } from "./seal.ts";
import { type Opener, openSlot, type Slots, type Unlocked } from "./slots.ts";

export type KeyringOpener = Extract<Opener, { readonly kind: "keyring" }>;

const WHAT = "can't read the seeds' key in the keyring";
/** A folder that others can write to could have any number of them, and each is a question to the keyring. */
const MOST = 16;

/** So that one run asks the keyring once; the deps themselves are copied. */
const read = new WeakMap<object, KeyringOpener>();

/**
 * undefined if no slot is this computer's. Throws UserError (exit 6) if the keyring can't be read, unless the seeds can be opened
 * in another way: then that error is a note.
 */
export async function unlockWithKeyring(
  deps: SeedStoreDeps,
  slots: Slots,
  hasOtherWay: boolean,
): Promise<Unlocked | undefined> {
  try {
    return await unlock(deps, slots);
  } catch (error) {
    if (!(error instanceof UserError) || !hasOtherWay) throw error;
    deps.note(error.message);
    return undefined;
  }
}

async function unlock(deps: SeedStoreDeps, slots: Slots): Promise<Unlocked | undefined> {
  const known = read.get(deps.keyring ?? deps);
  if (known !== undefined) return open(slots, known);
  const found = await search(deps, slots);
  if (found !== undefined) return found;
  // A locked keyring may answer that it has nothing, and another program's has nothing indeed.
  const { requireOwnKeyring } = await import("../keyring/own-keyring.ts");
  await requireOwnKeyring(deps, WHAT);
  return search(deps, slots);
}

async function search(deps: SeedStoreDeps, slots: Slots): Promise<Unlocked | undefined> {
  const use = keyringEntries(deps);
  const entries = slots.usable.flatMap((slot) => (slot.kind === "keyring" ? [slot.entry] : []));
  for (const entry of entries.slice(0, MOST)) {
    const key = fromBase64((await use(entryNameOf(entry), WHAT, (one) => one.getPassword())) ?? "");
    const opener = key?.length === KEY_BYTES ? ({ kind: "keyring", entry, key } as const) : undefined;
    const unlocked = opener && (await open(slots, opener));
    if (unlocked === undefined) continue;
    read.set(deps.keyring ?? deps, unlocked.opener);
    return unlocked;
  }
  return undefined;
}

async function open(
  slots: Slots,
  opener: KeyringOpener,
): Promise<(Unlocked & { opener: KeyringOpener }) | undefined> {
  for (const slot of slots.usable) {
    const dataKey = await openSlot(slot, opener);
    if (dataKey !== undefined) return { dataKey, opener };
  }
  return undefined;
}

/** The entry's user name. An account's id is shorter. */
export function entryNameOf(entry: string): string {
  return `unlock${entry}`;
}
