/** Manages the keys of the file store, for `sync`, `store members`, `store rekey` and `doctor`. */

import { asUserError, attempt, ExitCode, UserError } from "../../base/errors.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { Standing } from "../../members/accept.ts";
import type { ReadEntry } from "../../members/entry.ts";
import { ownSigner, type Signer, signerFor } from "../../members/signing-key.ts";
import { stopError } from "../../members/stop-error.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { checkKeys, type KeysFound } from "./check-keys.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { dataKeys, dataKeysIn } from "./data-keys.ts";
import { firstFormatError, unlockStore } from "./file-store.ts";
import {
  type ListChange,
  type Opened,
  type Prepared,
  prepareChange,
  prepareFirst,
  prepareRestart,
  writePrepared,
} from "./list-change.ts";
import type { Opens } from "./merge-sealed.ts";
import { openerFromEnvironment } from "./openers.ts";
import { type IdentityWish, identityForJoining } from "./own-identity.ts";
import { resealAll, resealText } from "./reseal.ts";
import { fileOf, isNewer, opensWith, sealedIds, sparesOf } from "./sealed-file.ts";
import { sealingKey } from "./sealing-key.ts";
import { KEYS_FOLDER, kindsOf, type Opener, openSlot, readSlots, slotsIn } from "./slots.ts";
import { type Here, membersFiles, remember, standingOf } from "./standing.ts";

type Files = ReadonlyMap<string, string>;

/** How many digits of an entry's hash its words stand for. */
const HASH_START = 20;
type NamedTexts = readonly (readonly [name: string, text: string])[];

/** The file store's members and its data key. */
export interface SharedKeys {
  /**
   * What the list of members says: in the data folder, or in the files of several sides. Opens the store if it can be opened
   * without a prompt and something is still to be checked. undefined for a store without a list.
   */
  view(sides?: readonly Files[]): Promise<View | undefined>;
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
  /** The recipient of the identity with which this computer opens the store; see own-identity.ts. */
  identity(store: string, wish: IdentityWish): Promise<string | undefined>;
}

export interface View {
  readonly standing: Standing;
  readonly newest: ReadEntry | undefined;
  readonly faults: readonly string[];
  /** The name of this computer in the newest list. */
  readonly me: string | undefined;
  /** What this computer signs with, if it is in the newest list. */
  author(): Authorship | undefined;
  /** What is to be decided, as an error (exit 9). */
  undecided(): Promise<UserError>;
  /** What tells whether a seed's file opens; undefined if the store does not open without a prompt. */
  opens(): Promise<Opens | undefined>;
  /** Seals the texts of seeds' files with the current key; undefined where that can't be done now. */
  reseal(): Promise<((name: string, text: string) => string | undefined) | undefined>;
  remember(): Promise<void>;
}

export interface Authorship {
  readonly author: Signer & { readonly name: string };
  readonly store: string;
  /** The number of the newest entry. */
  readonly list: number;
}

/** Both are called under the data folder's lock. */
export interface PendingChange {
  prepare(): Promise<Prepared>;
  write(prepared: Prepared): Promise<void>;
}

export function sharedKeys(deps: SeedStoreDeps): SharedKeys {
  const { folder, random } = deps;
  const written = async (prepared: Prepared): Promise<void> => {
    writePrepared(folder, prepared);
    const view = await viewOf(deps, undefined);
    await view?.remember();
  };
  return {
    view: (sides) =>
      viewOf(
        deps,
        sides?.flatMap((side) => [...side]),
      ),

    async change(change, now) {
      const opened = await openAll(deps, change.newKey === true);
      return { prepare: () => prepareChange(deps, opened, change, now), write: written };
    },

    async begin(name, now) {
      const opened = await openAll(deps, false);
      const { store } = opened.dataKey;
      const signer = ownSigner(await deps.stateFolder(), store);
      const recipient = await identityForJoining(deps, store, "silent");
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

    check: () => checkKeys(deps),
    putBack: () => putBack(deps),
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
  const terminal = deps.terminal();
  if (terminal === undefined) return openers;
  for (const slot of readSlots(deps.folder).usable.filter(({ kind }) => kind === "passphrase")) {
    const results = await Promise.all(openers.map((opener) => openSlot(slot, opener)));
    if (results.some((key) => key !== undefined)) continue;
    const passphrase = await terminal.askHidden(
      `Passphrase for "${slot.file}" (Enter if you don't know it): `,
    );
    if (passphrase !== "") openers.push({ kind: "passphrase", passphrase });
  }
  return openers;
}

async function viewOf(deps: SeedStoreDeps, files: NamedTexts | undefined): Promise<View | undefined> {
  const own = files ?? membersFiles(deps.folder);
  let here = await standingOf(deps, new Map(), own);
  if (here === undefined && isFirstFormat(files ?? [])) throw firstFormatError();
  if (here === undefined) return undefined;
  let opened: Promise<ReadonlyMap<string, DataKey> | undefined> | undefined;
  const open = () => {
    opened ??= keysUnattended(deps, files);
    return opened;
  };
  if (here.standing.checked !== here.newest && here.standing.stop?.why !== "unknown") {
    const keys = await open();
    here = (keys && (await standingOf(deps, keys, own))) ?? here;
  }
  const { standing, newest, counting, faults } = here;
  const known = async () => {
    const keys = await open();
    return keys && new Map([...keys].filter(([id]) => counting.has(id)));
  };
  const mine = await authorOf(deps, here);
  return {
    standing,
    newest,
    faults,
    me: mine?.author.name,
    author: () => mine,
    undecided: () => stopError(standing),
    async opens() {
      const keys = await known();
      // A listed key that this computer does not have says nothing about the seed: it may have been removed.
      return keys && ((name, text) => opensWith(keys, name, text) || isForOthers(text, counting, keys));
    },
    async reseal() {
      const keys = await known();
      const key = newest && standing.checked === newest ? keys?.get(newest.entry.key) : undefined;
      return keys && key && ((name, text) => resealText(name, text, keys, key, deps.random));
    },
    remember: () => remember(deps, standing),
  };
}

function isFirstFormat(files: NamedTexts): boolean {
  const keyFiles = files.filter(([name]) => name.startsWith(`${KEYS_FOLDER}/`));
  return slotsIn(keyFiles.map(([name, text]) => [name, () => text])).isFirstFormat;
}

async function authorOf(deps: SeedStoreDeps, { newest }: Here): Promise<Authorship | undefined> {
  const state = await deps.stateFolder().catch(asUserError);
  if (newest === undefined || state instanceof UserError) return undefined;
  const { store, number, members } = newest.entry;
  const signer = signerFor(state, store);
  const me = members.find((one) => signer !== undefined && one.signer === signer.signer);
  return signer && me && { author: { ...signer, name: me.name }, store, list: number };
}

/** All data keys that open without a prompt: with the environment's secrets, or with the identity that this computer made. */
async function keysUnattended(
  deps: SeedStoreDeps,
  files: NamedTexts | undefined,
): Promise<ReadonlyMap<string, DataKey> | undefined> {
  const keyFiles = (files ?? []).filter(([name]) => name.startsWith(`${KEYS_FOLDER}/`));
  const slots =
    files === undefined
      ? readSlots(deps.folder)
      : slotsIn(keyFiles.map(([name, text]) => [name, () => text]));
  try {
    const opener = openerFromEnvironment(deps, kindsOf(slots));
    const keys = opener && (await dataKeysIn(slots, opener));
    if (keys !== undefined && keys.size > 0) return keys;
    if (slots.age.length === 0) return undefined;
    const { ownOpener } = await import("./unlock-with-age.ts");
    const own = await ownOpener({ ...deps, terminal: () => undefined });
    const ownKeys = own && (await dataKeysIn(slots, own));
    return ownKeys === undefined || ownKeys.size === 0 ? undefined : ownKeys;
  } catch (error) {
    if (error instanceof UserError && error.exitCode === ExitCode.locked) return undefined;
    throw error;
  }
}

function isForOthers(text: string, listed: ReadonlySet<string>, keys: ReadonlyMap<string, DataKey>): boolean {
  const { key } = parseFields(text);
  return typeof key === "string" && listed.has(key) && !keys.has(key);
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
