/**
 * Changes the data key, after someone left or when a key was exposed.
 *
 * 1. Writes keys/rekey-<id>.json, in one step. It contains every file that will exist at the end: the new slots, and the
 *    older data keys wrapped with the new one. From here on all of these are in use (slots.ts reads them), and so are the old
 *    slots.
 * 2. Seals every seed again, one by one, and reads each back with the new key.
 * 3. Writes the new files, removes the old slots, and last of all removes the file from step 1.
 *
 * If killed at any point, some slot has the key for every seed; `finishRekeys` resumes where it stopped.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { shellWord } from "../../base/shell-words.ts";
import { parseFields } from "../../base/untrusted-json.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { openAgeSlots, sealForRecipient } from "./age-slots.ts";
import { currentKeys, dataKeys, formatOldKey, openSlots } from "./data-keys.ts";
import {
  formatRecipient,
  isAuthentic,
  type NewRecipient,
  type Recipient,
  readRecipients,
} from "./recipient-records.ts";
import { resealAll } from "./reseal.ts";
import { fileOf, sealedIds } from "./sealed-file.ts";
import type { Rekey } from "./slot-file.ts";
import {
  type DataKey,
  hex,
  KEYS_FOLDER,
  makeSlot,
  newDataKey,
  type Opener,
  type OwnOpener,
  openSlot,
  readSlots,
  slotsIn,
  type Unlocked,
} from "./slots.ts";

export interface RekeyPlan {
  /** The files of the records to remove. */
  readonly leaving: readonly string[];
  /** The available passphrases and raw keys: they get new slots. */
  readonly openers: readonly Opener[];
  /** Whether to drop slots that none of these opens. */
  readonly drop: boolean;
}

export interface RekeyReport {
  readonly seeds: number;
  /** Messages about seeds that could not be opened and were not changed. */
  readonly unopened: readonly string[];
  /** Slots that were dropped. */
  readonly dropped: readonly string[];
  /** How many passphrases and raw keys still open the seeds. */
  readonly carried: number;
}

type Texts = [name: string, text: string][];

/** Call under the data folder's lock. Throws UserError, and changes nothing, if it would lock out someone unintentionally. */
export async function rekey(deps: SeedStoreDeps, unlocked: Unlocked, plan: RekeyPlan): Promise<RekeyReport> {
  const { folder, random } = deps;
  const known = await dataKeys(folder, unlocked);
  requireAllKeys(folder, known);
  const recipients = remaining(folder, known, plan.leaving);
  const fresh = newDataKey(random);
  const own = await carriedSlots(deps, known, fresh, [unlocked.opener, ...plan.openers]);
  if (own.left.length > 0 && !plan.drop) throw leftOutError(own.left);
  const older: Texts = [...known.values()].map((key) => textsOf(formatOldKey(key, fresh, random)));
  const files: Texts = [...older, ...own.files];
  for (const recipient of recipients) files.push(...(await newRecipient(recipient, fresh, random)));
  await requireOpens(files, unlocked.opener);
  const journal: Rekey = {
    kind: "rekey",
    file: `${KEYS_FOLDER}/rekey-${fresh.id}.json`,
    keyId: fresh.id,
    files,
    remove: obsolete(folder, known, plan.leaving),
  };
  folder.write(journal.file, formatRekey(journal));
  const { seeds, unopened } = await finish(folder, journal, fresh, unlocked.opener, random);
  return { seeds, unopened, dropped: own.left, carried: own.files.length };
}

/** Finishes interrupted changes of the data key, and returns how many there were. Call under the data folder's lock. */
export async function finishRekeys({ folder, random }: SeedStoreDeps, unlocked: Unlocked): Promise<number> {
  const { rekeys } = readSlots(folder);
  const known = await dataKeys(folder, unlocked);
  for (const journal of rekeys) {
    const fresh = known.get(journal.keyId);
    if (fresh === undefined)
      throw new UserError(
        `"${journal.file}" is for a data key that your key does not open`,
        ExitCode.locked,
        ["someone with another key of this store can finish the change: twinseed store rekey"],
      );
    await finish(folder, journal, fresh, unlocked.opener, random);
  }
  return rekeys.length;
}

async function finish(
  folder: DataFolder,
  journal: Rekey,
  fresh: DataKey,
  opener: Opener,
  random: (bytes: number) => Uint8Array,
): Promise<{ seeds: number; unopened: string[] }> {
  const resealed = await resealAll(folder, { dataKey: fresh, opener }, random);
  for (const [name, text] of journal.files) folder.write(name, text);
  for (const name of journal.remove) folder.remove(name);
  folder.remove(journal.file);
  return resealed;
}

/** A recipient's two files, slot first. */
export async function newRecipient(
  { file, name, recipient, addedAt }: Pick<Recipient, "file" | "name" | "recipient" | "addedAt">,
  dataKey: DataKey,
  random: (bytes: number) => Uint8Array,
): Promise<Texts> {
  const slot = `${KEYS_FOLDER}/age-${hex(random(4))}.age`;
  const text = await sealForRecipient(recipient, dataKey);
  const record: NewRecipient = { file, name, recipient, keyId: dataKey.id, slot, addedAt };
  return [
    [slot, text],
    [file, formatRecipient(record, text, dataKey)],
  ];
}

/** A data key that only someone else can open must not lose its slots while a seed is sealed with it. */
function requireAllKeys(folder: DataFolder, known: ReadonlyMap<string, DataKey>): void {
  const { usable, older } = readSlots(folder);
  const held = [...usable, ...older, ...readRecipients(folder).list].map(({ keyId }) => keyId);
  const used = new Set(sealedIds(folder).map((id) => parseFields(folder.read(fileOf(id)) ?? "").key));
  const unknown = held.filter((id) => used.has(id) && !known.has(id));
  if (unknown.length === 0) return;
  throw new UserError("some seeds are sealed with a data key that your key does not open", ExitCode.locked, [
    "someone who can open them must do this; nothing was changed",
  ]);
}

/** The recipients that remain. Throws if one was not added with the current data key. */
function remaining(
  folder: DataFolder,
  known: ReadonlyMap<string, DataKey>,
  leaving: readonly string[],
): Recipient[] {
  const slots = readSlots(folder);
  const texts = new Map(slots.age.map(({ file, text }) => [file, text]));
  const current = currentKeys(slots, known);
  const left = readRecipients(folder).list.filter(({ file }) => !leaving.includes(file));
  const isSound = (one: Recipient): boolean =>
    current.some((key) => isAuthentic(one, texts.get(one.slot)?.() ?? "", key));
  const unsound = left.find((one) => !isSound(one));
  if (unsound === undefined) return left;
  throw new UserError(
    `recipient "${printable(unsound.name)}" was not added with the current data key`,
    ExitCode.failed,
    [
      `remove that entry: twinseed store recipients remove ${shellWord(unsound.recipient) ?? "age1…"}`,
      "if the recipient is right, add it again afterwards; nothing was changed",
    ],
  );
}

/** Makes a new slot for each available passphrase and raw key that opens one now. `left`: slots that none of them opens. */
async function carriedSlots(
  { folder, random, unsafeScryptCost }: SeedStoreDeps,
  known: ReadonlyMap<string, DataKey>,
  fresh: DataKey,
  openers: readonly Opener[],
): Promise<{ files: Texts; left: string[] }> {
  const used = new Set<OwnOpener>();
  const left: string[] = [];
  for (const slot of readSlots(folder).usable.filter(({ keyId }) => known.has(keyId))) {
    const opener = await firstThatOpens(slot, openers);
    if (opener === undefined) left.push(slot.file);
    else if (opener.kind !== "age") used.add(opener);
  }
  const files: Texts = [];
  for (const opener of used) files.push(textsOf(await makeSlot(fresh, opener, random, unsafeScryptCost)));
  return { files, left };
}

async function firstThatOpens(
  slot: Parameters<typeof openSlot>[0],
  openers: readonly Opener[],
): Promise<Opener | undefined> {
  for (const opener of openers) if ((await openSlot(slot, opener)) !== undefined) return opener;
  return undefined;
}

/** The opener that is in use now must not lock itself out. */
async function requireOpens(files: Texts, opener: Opener): Promise<void> {
  const slots = slotsIn(files.map(([name, text]) => [name, () => text] as const));
  const opened =
    opener.kind === "age"
      ? (await openAgeSlots(slots, opener.identities))[0]
      : await openSlots(slots, opener);
  if (opened !== undefined) return;
  throw new UserError("this would lock you out: you opened the seeds with that key", ExitCode.failed, [
    "someone else who can open them can remove it; nothing was changed",
  ]);
}

/** The files to remove: all slots of older keys, the records of recipients that leave, and slots without a record. */
function obsolete(
  folder: DataFolder,
  known: ReadonlyMap<string, DataKey>,
  leaving: readonly string[],
): string[] {
  const { usable, older, age, rekeys } = readSlots(folder);
  const slots = [...usable, ...older].filter(({ keyId }) => known.has(keyId));
  return [...new Set([...leaving, ...[...slots, ...age, ...rekeys].map(({ file }) => file)])];
}

function formatRekey({ kind, keyId, files, remove }: Rekey): string {
  const fields = { version: 1, kind, key: keyId, files: Object.fromEntries(files), remove };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function textsOf({ file, text }: { file: string; text: string }): [string, string] {
  return [file, text];
}

function leftOutError(left: readonly string[]): UserError {
  const passphrase = left.some((file) => file.includes("/passphrase-"));
  const raw = left.some((file) => file.includes("/raw-key-"));
  return new UserError(
    `${left.map((file) => `"${printable(file)}"`).join(", ")} can't be recreated without its secret`,
    ExitCode.failed,
    [
      ...(passphrase ? ["for a passphrase: set TWINSEED_PASSPHRASE or TWINSEED_PASSPHRASE_FILE"] : []),
      ...(raw ? ["for a raw key: set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
      "or drop them with --drop-keys, and add new ones afterwards: twinseed store key",
      "nothing was changed",
    ],
  );
}
