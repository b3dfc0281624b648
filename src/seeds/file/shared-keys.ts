/** Manages the keys of the file store, for `sync`, `store members`, `store rekey` and `doctor`. */

import { attempt } from "../../base/errors.ts";
import { ownSigner } from "../../members/signing-key.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { allKeys } from "./all-keys.ts";
import { checkKeys, type KeysFound } from "./check-keys.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { dataKeys } from "./data-keys.ts";
import { rememberTyped, unlockStore } from "./file-store.ts";
import { prepareFirst, prepareRestart } from "./first-list.ts";
import { intoKeyring, type KeyringChange } from "./into-keyring.ts";
import { unlockWithKeyring } from "./keyring-slot.ts";
import { prepareChange } from "./list-change.ts";
import { type View, viewOf } from "./list-view.ts";
import { openerFromEnvironment } from "./openers.ts";
import { type IdentityWish, identityForJoining } from "./own-identity.ts";
import { passphraseChange } from "./passphrase-change.ts";
import { type ListChange, type Opened, type Prepared, writePrepared } from "./prepared-change.ts";
import { resealAll } from "./reseal.ts";
import { fileOf, isNewer, opensWith, sealedIds, sparesOf } from "./sealed-file.ts";
import { sealingKey } from "./sealing-key.ts";
import { kindsOf, type Opener, openSlot, readSlots } from "./slots.ts";

type Files = ReadonlyMap<string, string>;

/** How many digits of an entry's hash its words stand for. */
const HASH_START = 20;

/** The file store's members and its data key. */
export interface SharedKeys {
  /**
   * What the list of members says: in the data folder, or in the files of several sides. Opens the store if it can be opened
   * without a prompt and something is still to be checked. undefined for a store without a list.
   */
  view(sides?: readonly Files[]): Promise<View | undefined>;
  /** Opens the store, so that each view after it can check everything; may prompt. Throws UserError (exit 6). */
  unlock(): Promise<void>;
  /** Opens the store, with all passphrases and raw keys that are available; may prompt. Throws UserError (exit 6). */
  change(change: ListChange, now: number): Promise<PendingChange>;
  /** The same for the first entry of a list, with this computer as its only member. `name`: the member's. */
  begin(name: string, now: number): Promise<PendingChange>;
  /** The same for a new list in a new store; `drop`: as in ListChange. */
  restart(name: string, drop: boolean, now: number): Promise<PendingChange>;
  /** Seals seeds that are sealed with an older data key with the current one, and returns how many there were. */
  reseal(): Promise<number>;
  check(): Promise<KeysFound>;
  /** Puts a seed that opens back from damaged/ where the one in its place doesn't, and gives the ids. */
  putBack(): Promise<string[]>;
  /**
   * Opens the store for `unlock`, and gives what allKeys does. Unlike after unlock(), a passphrase that is typed starts nothing
   * (`store unlock-after`), as the caller is about to; nor does sync need all keys, which may take a key derivation each. Throws
   * UserError (exit 6).
   */
  openKeys(): Promise<[DataKey, ...DataKey[]]>;
  /** Has the keyring open the store on this computer. Throws UserError (exit 6) if it can't. */
  keyring(): Promise<KeyringChange>;
  /** The change that replaces the store's passphrase, or adds the first one. Asks for it unless it is `given`. */
  passphrase(given: string | undefined): Promise<ListChange>;
  /** The recipient of the identity with which this computer opens the store; see own-identity.ts. */
  identity(store: string, wish: IdentityWish): Promise<string | undefined>;
}

/** Both are called under the data folder's lock. */
export interface PendingChange {
  prepare(): Promise<Prepared>;
  write(prepared: Prepared): Promise<void>;
}

export function sharedKeys(deps: SeedStoreDeps): SharedKeys {
  const { folder, random } = deps;
  const written = async (prepared: Prepared, { add }: ListChange): Promise<void> => {
    writePrepared(folder, prepared);
    if (add?.kind === "passphrase") rememberTyped(deps, add);
    const view = await viewOf(deps, undefined);
    await view?.remember();
  };
  return {
    view: (sides) =>
      viewOf(
        deps,
        sides?.flatMap((side) => [...side]),
      ),

    async unlock() {
      await unlockStore(deps);
    },

    async change(change, now) {
      const opened = await openAll(deps, change.newKey === true);
      return {
        prepare: () => prepareChange(deps, opened, change, now),
        write: (one) => written(one, change),
      };
    },

    async begin(name, now) {
      const opened = await openAll(deps, false);
      const { store } = opened.dataKey;
      const signer = ownSigner(await deps.stateFolder(), store);
      // The keyring's slot is not taken along: what opens the store then must not be missing.
      const wish = opened.opener.kind === "keyring" ? "any" : "silent";
      const recipient = await identityForJoining(deps, store, wish);
      const me = { name, ...(recipient === undefined ? {} : { recipient }), signer: signer.signer };
      return { prepare: () => prepareFirst(deps, opened, me, signer, now), write: (one) => begun(deps, one) };
    },

    async restart(name, drop, now) {
      const opened = await openAll(deps, true);
      const fresh = newDataKey(random);
      const signer = ownSigner(await deps.stateFolder(), fresh.store);
      const recipient = await identityForJoining(deps, fresh.store, "silent");
      const me = { name, ...(recipient === undefined ? {} : { recipient }), signer: signer.signer };
      const plan = { fresh, me, signer, drop };
      return { prepare: () => prepareRestart(deps, opened, plan, now), write: (one) => begun(deps, one) };
    },

    async reseal() {
      const unlocked = await unlockStore(deps);
      return folder.locked(async () => {
        const dataKey = await sealingKey(deps, unlocked);
        return (await resealAll(folder, { ...unlocked, dataKey }, random)).seeds;
      });
    },

    async openKeys() {
      return allKeys(folder, await unlockStore({ ...deps, onTyped: async () => {} }));
    },

    passphrase: (given) => passphraseChange(deps, given),
    check: () => checkKeys(deps),
    putBack: () => putBack(deps),
    keyring: () => intoKeyring(deps),
    identity: (store, wish) => identityForJoining(deps, store, wish),
  };
}

/** The first entry is ours: nothing needs to be compared. */
async function begun(deps: SeedStoreDeps, prepared: Prepared): Promise<void> {
  const { memoryOf } = await import("../../members/accept.ts");
  const { writeMemory } = await import("../../members/memory-file.ts");
  const { entry } = prepared;
  const state = await deps.stateFolder();
  const { path } = deps.folder;
  // If it is killed before it remembers the entry, that counts by its words.
  if (entry !== undefined)
    writeMemory(state, path, { memory: undefined, awaited: entry.hash.slice(0, HASH_START) });
  writePrepared(deps.folder, prepared);
  if (entry !== undefined) writeMemory(state, path, { memory: memoryOf(entry), awaited: undefined });
}

async function openAll(deps: SeedStoreDeps, withOthers: boolean): Promise<Opened> {
  const { dataKey, opener } = await unlockStore(deps);
  return { dataKey, opener, openers: withOthers ? await availableSecrets(deps, [opener]) : [opener] };
}

/** Passphrases and raw keys from the environment; asks at the terminal for passphrases that are still missing. */
async function availableSecrets(deps: SeedStoreDeps, opened: readonly Opener[]): Promise<Opener[]> {
  const openers = [...opened];
  for (const kind of ["raw-key", "passphrase"] as const) {
    const opener = openerFromEnvironment(deps, [kind]);
    if (opener !== undefined) openers.push(opener);
  }
  const slots = readSlots(deps.folder);
  if (kindsOf(slots).includes("keyring") && !opened.some(({ kind }) => kind === "keyring")) {
    const unlocked = await unlockWithKeyring(deps, slots, true);
    if (unlocked !== undefined) openers.push(unlocked.opener);
  }
  const terminal = deps.terminal();
  if (terminal === undefined) return openers;
  for (const slot of slots.usable.filter(({ kind }) => kind === "passphrase")) {
    const results = await Promise.all(openers.map((opener) => openSlot(slot, opener)));
    if (results.some((key) => key !== undefined)) continue;
    const passphrase = await terminal.askHidden(
      `Passphrase for "${slot.file}" (Enter if you don't know it): `,
    );
    if (passphrase !== "") openers.push({ kind: "passphrase", passphrase });
  }
  return openers;
}

async function putBack(deps: SeedStoreDeps): Promise<string[]> {
  const { folder } = deps;
  const unlocked = await unlockStore(deps);
  return folder.locked(async () => {
    const keys = await dataKeys(folder, unlocked);
    return sealedIds(folder).filter((id) => {
      const file = fileOf(id);
      const now = attempt(() => folder.read(file));
      if (typeof now === "string" && (isNewer(now) || opensWith(keys, file, now))) return false;
      const spare = sparesOf(folder, id).findLast((text) => opensWith(keys, file, text));
      if (spare !== undefined) folder.write(file, spare);
      return spare !== undefined;
    });
  });
}
