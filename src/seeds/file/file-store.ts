/** Opens the `file` store: finds a slot and a secret that opens it. */

import type { UserError } from "../../base/errors.ts";
import type { SeedStoreDeps, SeedStoreKind } from "../needs.ts";
import { dataKeys, openSlots } from "./data-keys.ts";
import { unlockWithKeyring } from "./keyring-slot.ts";
import type { wrongOpenerError } from "./opener-errors.ts";
import { openerFromEnvironment } from "./openers.ts";
import { sealedFileStore, sealedIds } from "./sealed-file.ts";
import { kindsOf, type Opener, readSlots, type Slots, type Unlocked } from "./slots.ts";

/** The passphrase that the user typed, so that one run never asks for it twice. */
const typed = new WeakMap<SeedStoreDeps, Opener>();

/** After the passphrase was changed. */
export function rememberTyped(deps: SeedStoreDeps, opener: Opener): void {
  typed.set(deps, opener);
}

/** What this run has asked the user for already; undefined if nothing. */
export function typedOpener(deps: SeedStoreDeps): Opener | undefined {
  return typed.get(deps);
}

export const fileStore: SeedStoreKind = {
  async open(deps) {
    return storeOf(deps, await unlockStore(deps));
  },

  async prepare(deps) {
    const { prepareFileStore } = await import("./create-file-store.ts");
    return prepareFileStore(deps, { unlockStore, storeOf, rememberTyped });
  },

  async ids({ folder }) {
    return sealedIds(folder);
  },
};

function storeOf(deps: SeedStoreDeps, unlocked: Unlocked) {
  const { folder, random } = deps;
  return sealedFileStore(folder, unlocked.dataKey, random, {
    findKey: async (id) => (await dataKeys(folder, unlocked)).get(id),
    async keyForSealing() {
      const { keyForSealing } = await import("./sealing-key.ts");
      return keyForSealing(deps, unlocked);
    },
  });
}

/** Throws UserError (exit 6) if it does not open. */
export async function unlockStore(deps: SeedStoreDeps): Promise<Unlocked> {
  const slots = readSlots(deps.folder);
  const kinds = kindsOf(slots);
  if (kinds.length === 0) throw (await errors()).noSlotError(deps.folder, slots);
  const opener = openerFromEnvironment(deps, kinds);
  if (opener) {
    const unlocked = (await unlockWith(deps, slots, opener)) ?? (await unlockOwn(deps, slots, opener));
    if (unlocked) return unlocked;
    throw await wrongOpener(deps.folder, opener.kind, slots);
  }
  const canAsk = kinds.includes("passphrase") && deps.terminal() !== undefined;
  const byKeyring = kinds.includes("keyring")
    ? await unlockWithKeyring(deps, slots, canAsk || slots.age.length > 0)
    : undefined;
  if (byKeyring) return byKeyring;
  const own = slots.age.length > 0 ? await unlockOwn(deps, slots) : undefined;
  if (own) return own;
  if (!kinds.includes("passphrase")) {
    throw (await errors()).lockedError(kinds, slots);
  }
  return askPassphrase(deps, slots);
}

/** Loaded when needed. */
const errors = () => import("./opener-errors.ts");

async function wrongOpener(...about: Parameters<typeof wrongOpenerError>): Promise<UserError> {
  return (await errors()).wrongOpenerError(...about);
}

async function unlockWith(deps: SeedStoreDeps, slots: Slots, opener: Opener): Promise<Unlocked | undefined> {
  if (opener.kind === "age") {
    const { unlockWithAge } = await import("./unlock-with-age.ts");
    return unlockWithAge(deps, slots, opener);
  }
  const dataKey = await openSlots(slots, opener);
  return dataKey && { dataKey, opener };
}

/** With the identity that this computer made for the store. */
async function unlockOwn(deps: SeedStoreDeps, slots: Slots, given?: Opener): Promise<Unlocked | undefined> {
  if (slots.age.length === 0 || (given !== undefined && given.kind !== "passphrase")) return undefined;
  const before = typed.get(deps);
  if (before?.kind === "age") return unlockWith(deps, slots, before);
  const { ownOpener } = await import("./unlock-with-age.ts");
  const opener = await ownOpener(deps, given);
  if (opener) typed.set(deps, opener);
  return opener && unlockWith(deps, slots, opener);
}

async function askPassphrase(deps: SeedStoreDeps, slots: Slots): Promise<Unlocked> {
  const before = typed.get(deps);
  const again = before && (await unlockWith(deps, slots, before));
  if (again) return again;
  const asking = await import("./passphrase-prompt.ts");
  const unlocked = await asking.askPassphrase(deps, slots, (opener) => unlockWith(deps, slots, opener));
  typed.set(deps, unlocked.opener);
  await deps.onTyped?.(unlocked);
  return unlocked;
}
