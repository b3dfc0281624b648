/** Manages the keys of the file store, for `store recipients`, `store rekey` and `doctor`. */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { currentKeys, dataKeys, dataKeysIn, openSlots } from "./data-keys.ts";
import { unlockStore } from "./file-store.ts";
import type { Opens } from "./merge-sealed.ts";
import { openerFromEnvironment } from "./openers.ts";
import { isAuthentic, RECIPIENTS_FOLDER, readRecipients } from "./recipient-records.ts";
import { finishRekeys, newRecipient, type RekeyReport, rekey } from "./rekey.ts";
import { resealAll, sealedWithOthers } from "./reseal.ts";
import { fileOf, isNewer, opensWith, sealedIds, sparesOf } from "./sealed-file.ts";
import {
  type DataKey,
  hex,
  KEYS_FOLDER,
  kindsOf,
  type Opener,
  openSlot,
  readSlots,
  slotsIn,
  type Unlocked,
} from "./slots.ts";

/** The file store's recipients and its data key. Each function throws UserError (exit 6) if the store does not open. */
export interface SharedKeys {
  /** Returns the names of the recipients that were not on the list before. `now`: milliseconds since 1970. */
  add(
    recipients: readonly { readonly name: string; readonly recipient: string }[],
    now: number,
  ): Promise<string[]>;
  /**
   * Changes the data key, and removes the recipients whose records are in the files `leaving`. `drop`: also drops slots that
   * can't be recreated, which is an error otherwise. Returns undefined if it finished an interrupted change instead.
   */
  rekey(leaving: readonly string[], drop: boolean): Promise<RekeyReport | undefined>;
  /** Seals seeds that are sealed with an older data key with the current one, and returns how many there were. */
  reseal(): Promise<number>;
  check(): Promise<KeysFound>;
  /**
   * What tells whether a seed's file opens with the keys in these files, by their names in the data folder. undefined if
   * the store does not open without a prompt.
   */
  opens(files: ReadonlyMap<string, string>): Promise<Opens | undefined>;
  /** Puts a seed that opens back from damaged/ where the one in its place doesn't, and gives the ids. */
  putBack(): Promise<string[]>;
}

export interface KeysFound {
  readonly recipients: number;
  readonly faults: readonly { readonly message: string; readonly fix: KeysFix }[];
}

/** "rekey" and "reseal": as above; `add` and `remove`: the recipient to add or remove, age1…. */
export type KeysFix =
  | ("rekey" | "reseal" | "by-hand")
  | { readonly add: string; readonly name: string }
  | { readonly remove: string };

export function sharedKeys(deps: SeedStoreDeps): SharedKeys {
  const { folder, random } = deps;
  return {
    async add(recipients, now) {
      const unlocked = await unlockStore(deps);
      return folder.locked(async () => {
        await finishRekeys(deps, unlocked);
        const dataKey = await newest(deps, unlocked);
        const known = readRecipients(folder).list;
        const added: string[] = [];
        for (const { name, recipient } of recipients) {
          const same = known.find((one) => one.recipient === recipient);
          if (same !== undefined && same.keyId === dataKey.id) continue;
          const file = same?.file ?? `${RECIPIENTS_FOLDER}/${hex(random(4))}.json`;
          const entry = { file, name, recipient, addedAt: new Date(now).toISOString() };
          // The slot first: `doctor` notices a slot without a record, but a record without a slot would lock its owner out.
          for (const [path, text] of await newRecipient(entry, dataKey, random)) folder.write(path, text);
          if (same !== undefined) folder.remove(same.slot);
          added.push(name);
        }
        return added;
      });
    },

    async rekey(leaving, drop) {
      const unlocked = await unlockStore(deps);
      const openers = await availableSecrets(deps, [unlocked.opener]);
      return folder.locked(async () => {
        if ((await finishRekeys(deps, unlocked)) > 0 && leaving.length === 0) return undefined;
        const again = { ...unlocked, dataKey: await newest(deps, unlocked) };
        return rekey(deps, again, { leaving, openers, drop });
      });
    },

    async reseal() {
      const unlocked = await unlockStore(deps);
      return folder.locked(async () => {
        await finishRekeys(deps, unlocked);
        const again = { ...unlocked, dataKey: await newest(deps, unlocked) };
        return (await resealAll(folder, again, random)).seeds;
      });
    },

    check: () => check(deps),
    opens: (files) => opensUnattended(deps, files),
    putBack: () => putBack(deps),
  };
}

/** The current data key, which may have changed since the store was opened. */
async function newest({ folder }: SeedStoreDeps, unlocked: Unlocked): Promise<DataKey> {
  const current = currentKeys(readSlots(folder), await dataKeys(folder, unlocked));
  return current.toSorted((a, b) => (a.id < b.id ? 1 : -1))[0] ?? unlocked.dataKey;
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

async function opensUnattended(
  deps: SeedStoreDeps,
  files: ReadonlyMap<string, string>,
): Promise<Opens | undefined> {
  const keyFiles = [...files].filter(([name]) => name.startsWith(`${KEYS_FOLDER}/`));
  const slots = slotsIn(keyFiles.map(([name, text]) => [name, () => text]));
  try {
    const opener = openerFromEnvironment(deps, kindsOf(slots));
    const dataKey = opener && (await openSlots(slots, opener));
    if (opener === undefined || dataKey === undefined) return undefined;
    const keys = await dataKeysIn(slots, { dataKey, opener });
    return (name, text) => opensWith(keys, name, text);
  } catch (error) {
    if (error instanceof UserError && error.exitCode === ExitCode.locked) return undefined;
    throw error;
  }
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

/** Throws UserError (exit 6) where the store does not open. */
async function check(deps: SeedStoreDeps): Promise<KeysFound> {
  const { folder } = deps;
  const unlocked = await unlockStore(deps);
  const slots = readSlots(folder);
  const known = await dataKeys(folder, unlocked);
  const current = currentKeys(slots, known);
  const { list, faults } = readRecipients(folder);
  const found: KeysFound["faults"][number][] = faults.map((message) => ({ message, fix: "by-hand" }));
  const report = (message: string, fix: (typeof found)[number]["fix"]): void =>
    void found.push({ message, fix });
  for (const { file } of slots.rekeys)
    report(`a change of the data key was interrupted ("${file}")`, "rekey");
  if (current.length > 1) report("there are two data keys: two people changed it at the same time", "rekey");
  const texts = new Map(slots.age.map(({ file, text }) => [file, text]));
  for (const record of list) {
    const who = `recipient "${printable(record.name)}"`;
    const text = textOf(texts.get(record.slot));
    const key = known.get(record.keyId);
    if (text === undefined) report(`${who} has no slot`, { add: record.recipient, name: record.name });
    else if (key === undefined || !isAuthentic(record, text, key))
      report(`${who} was not added by someone who can open the seeds`, { remove: record.recipient });
    else if (!current.includes(key))
      report(`${who} has only an older data key`, { add: record.recipient, name: record.name });
  }
  const listed = new Set(list.map(({ slot }) => slot));
  for (const { file } of slots.age)
    if (!listed.has(file)) report(`"${file}" is a slot that belongs to no listed recipient`, "rekey");
  const old = sealedWithOthers(folder, unlocked.dataKey.id).length;
  if (old > 0 && slots.rekeys.length === 0 && current.length <= 1)
    report(`${old === 1 ? "1 seed is" : `${old} seeds are`} not sealed with the current data key`, "reseal");
  return { recipients: list.length, faults: found };
}

function textOf(read: (() => string) | undefined): string | undefined {
  try {
    return read?.();
  } catch (error) {
    if (error instanceof UserError && error.exitCode !== ExitCode.interrupted) return undefined;
    throw error;
  }
}
