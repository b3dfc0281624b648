/** What `store recipients`, `store rekey` and `doctor` do with the keys of the file store. */

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
import { fileOf, opensWith, sealedIds, sparesOf } from "./sealed-file.ts";
import {
  type DataKey,
  hex,
  KEYS_FOLDER,
  type Opener,
  openSlot,
  readSlots,
  slotsIn,
  type Unlocked,
} from "./slots.ts";

/** Who can open the file store, and its data key. Each throws UserError (exit 6) where it does not open. */
export interface SharedKeys {
  /** Gives the names of those who were not on the list already. `now`: milliseconds since 1970. */
  add(
    recipients: readonly { readonly name: string; readonly recipient: string }[],
    now: number,
  ): Promise<string[]>;
  /**
   * Makes a new data key, without the recipients whose records are in the files `leaving`. `drop`: also without the slots
   * that can't be made anew, which is an error otherwise. undefined where it finished a change that had been cut off.
   */
  rekey(leaving: readonly string[], drop: boolean): Promise<RekeyReport | undefined>;
  /** Seals with the current data key what is sealed with an older one, and says how many seeds that were. */
  reseal(): Promise<number>;
  check(): Promise<KeysFound>;
  /**
   * What tells whether a seed's file opens with the keys in these files, by their names in the data folder. undefined where
   * the store doesn't open without asking somebody.
   */
  opens(files: ReadonlyMap<string, string>): Promise<Opens | undefined>;
  /** Puts a seed that opens back from damaged/ where the one in its place doesn't, and gives the ids. */
  putBack(): Promise<string[]>;
}

export interface KeysFound {
  readonly recipients: number;
  readonly faults: readonly { readonly message: string; readonly fix: KeysFix }[];
}

/** "rekey" and "reseal": as above; `add` and `remove`: that recipient, by age1…. */
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
          // The slot first: a slot that nobody listed is noticed, a listed one that is not there would lock out.
          for (const [path, text] of await newRecipient(entry, dataKey, random)) folder.write(path, text);
          if (same !== undefined) folder.remove(same.slot);
          added.push(name);
        }
        return added;
      });
    },

    async rekey(leaving, drop) {
      const unlocked = await unlockStore(deps);
      const openers = await secretsAtHand(deps, [unlocked.opener]);
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

/** It may have changed since it was opened. */
async function newest({ folder }: SeedStoreDeps, unlocked: Unlocked): Promise<DataKey> {
  const current = currentKeys(readSlots(folder), await dataKeys(folder, unlocked));
  return current.toSorted((a, b) => (a.id < b.id ? 1 : -1))[0] ?? unlocked.dataKey;
}

/** Passphrases and raw keys: from the environment, and at the terminal for passphrases that are still missing. */
async function secretsAtHand(deps: SeedStoreDeps, opened: readonly Opener[]): Promise<Opener[]> {
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
    const passphrase = await terminal.askHidden(`Passphrase of "${slot.file}" (Enter: I don't know it): `);
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
    const opener = openerFromEnvironment(deps, ["raw-key", "age", "passphrase"]);
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
      if (typeof now === "string" && opensWith(keys, file, now)) return false;
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
  const say = (message: string, fix: (typeof found)[number]["fix"]): void =>
    void found.push({ message, fix });
  for (const { file } of slots.rekeys) say(`a change of the data key was cut off ("${file}")`, "rekey");
  if (current.length > 1) say("there are two data keys: two people changed it at the same time", "rekey");
  const texts = new Map(slots.age.map(({ file, text }) => [file, text]));
  for (const record of list) {
    const who = `recipient "${printable(record.name)}"`;
    const text = textOf(texts.get(record.slot));
    const key = known.get(record.keyId);
    if (text === undefined) say(`${who} has no slot`, { add: record.recipient, name: record.name });
    else if (key === undefined || !isAuthentic(record, text, key))
      say(`${who} was not put there by somebody who can open the seeds`, { remove: record.recipient });
    else if (!current.includes(key))
      say(`${who} has an older data key only`, { add: record.recipient, name: record.name });
  }
  const listed = new Set(list.map(({ slot }) => slot));
  for (const { file } of slots.age)
    if (!listed.has(file)) say(`"${file}" is the slot of nobody on the list`, "rekey");
  const old = sealedWithOthers(folder, unlocked.dataKey.id).length;
  if (old > 0 && slots.rekeys.length === 0 && current.length <= 1)
    say(`${old === 1 ? "1 seed is" : `${old} seeds are`} not sealed with the current data key`, "reseal");
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
