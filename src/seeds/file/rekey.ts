/**
 * A new data key: after somebody left, or when a key got into wrong hands.
 *
 * 1. keys/rekey-<id>.json is written, in one step. It has every file that will be there at the end: the new slots, and the
 *    older data keys wrapped with the new one. From here on all of that counts (slots.ts reads it), and the old slots too.
 * 2. Every seed is sealed anew, one by one, each read back with the new key.
 * 3. The new files are put in place, the old slots go, and last of all the file of step 1.
 *
 * Killed anywhere, every seed opens with a key that some slot holds; `finishRekeys` goes on where it stopped.
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
  /** The files of the records that go. */
  readonly leaving: readonly string[];
  /** Passphrases and raw keys that are at hand: their slots are made anew. */
  readonly openers: readonly Opener[];
  /** Slots that none of these opens are left out. */
  readonly drop: boolean;
}

export interface RekeyReport {
  readonly seeds: number;
  /** Sentences about seeds that could not be opened and stay as they were. */
  readonly unopened: readonly string[];
  /** Slots that were left out. */
  readonly dropped: readonly string[];
  /** How many passphrases and raw keys open the seeds as before. */
  readonly carried: number;
}

type Texts = [name: string, text: string][];

/** Under the data folder's lock. Throws UserError, with nothing changed, where somebody would be locked out unasked. */
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

/** Goes on with what was cut off. Under the data folder's lock. Says how many there were. */
export async function finishRekeys({ folder, random }: SeedStoreDeps, unlocked: Unlocked): Promise<number> {
  const { rekeys } = readSlots(folder);
  const known = await dataKeys(folder, unlocked);
  for (const journal of rekeys) {
    const fresh = known.get(journal.keyId);
    if (fresh === undefined)
      throw new UserError(`"${journal.file}" is for a key that can't be opened here`, ExitCode.locked, [
        "somebody who has another key of this store can finish it: twinseed store rekey",
      ]);
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

/** A key that somebody else holds must not lose its slots while a seed is sealed with it. */
function requireAllKeys(folder: DataFolder, known: ReadonlyMap<string, DataKey>): void {
  const { usable, older } = readSlots(folder);
  const held = [...usable, ...older, ...readRecipients(folder).list].map(({ keyId }) => keyId);
  const used = new Set(sealedIds(folder).map((id) => parseFields(folder.read(fileOf(id)) ?? "").key));
  const strange = held.filter((id) => used.has(id) && !known.has(id));
  if (strange.length === 0) return;
  throw new UserError("some seeds are sealed with a data key that your key does not open", ExitCode.locked, [
    "somebody else who can open them can do this; nothing was changed",
  ]);
}

/** Those on the list that a holder of the current data key has put there. */
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
  const odd = left.find((one) => !isSound(one));
  if (odd === undefined) return left;
  throw new UserError(
    `"${printable(odd.name)}" was not put on the list with the current data key`,
    ExitCode.failed,
    [
      `take that entry away: twinseed store recipients remove ${shellWord(odd.recipient) ?? "age1…"}`,
      "then, if it is right, add it again; nothing was changed",
    ],
  );
}

/** A new slot for each passphrase and raw key at hand that opens one now, and the slots that none of them opens. */
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

/** What is in use now must not lock itself out. */
async function requireOpens(files: Texts, opener: Opener): Promise<void> {
  const slots = slotsIn(files.map(([name, text]) => [name, () => text] as const));
  const opened =
    opener.kind === "age"
      ? (await openAgeSlots(slots, opener.identities))[0]
      : await openSlots(slots, opener);
  if (opened !== undefined) return;
  throw new UserError(
    "you would lock yourself out: it is your own key that opens the seeds",
    ExitCode.failed,
    ["somebody else who can open them can remove it; nothing was changed"],
  );
}

/** All slots of older keys, the records of who leaves, and slots that nobody listed. */
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
    `${left.map((file) => `"${printable(file)}"`).join(", ")} can't be made anew without its secret`,
    ExitCode.failed,
    [
      ...(passphrase ? ["for a passphrase: set TWINSEED_PASSPHRASE or TWINSEED_PASSPHRASE_FILE"] : []),
      ...(raw ? ["for a raw key: set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
      "or leave them out with --drop-keys, and add others afterwards: twinseed store key",
      "nothing was changed",
    ],
  );
}
