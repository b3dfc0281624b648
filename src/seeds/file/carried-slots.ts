/** The slots of passphrases and raw keys, and the older data keys, over a change of the list or of the data key. */
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printable } from "../../base/printable.ts";
import type { ListedSlot, ReadEntry } from "../../members/entry.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { DataKey } from "./data-key.ts";
import { formatOldKey, openSlots } from "./data-keys.ts";
import type { ListChange, Opened, Texts } from "./prepared-change.ts";
import type { Slot } from "./slot-file.ts";
import { KEYS_FOLDER, makeSlot, type Opener, type OwnOpener, openSlot, readSlots, slotsIn } from "./slots.ts";

export interface Ways {
  readonly files: Texts;
  readonly listed: readonly ListedSlot[];
  /** Files that stay. */
  readonly kept: readonly string[];
  /** Files that are dropped, as no opener opens them. */
  readonly left: readonly string[];
}

/** The slots of passphrases and raw keys, and the older data keys. */
export async function waysToOpen(
  deps: SeedStoreDeps,
  {
    opened,
    change,
    known,
    fresh,
    last,
  }: {
    opened: Opened;
    change: ListChange;
    known: ReadonlyMap<string, DataKey>;
    fresh: DataKey;
    last: ReadEntry | undefined;
  },
): Promise<Ways> {
  const { folder, random, unsafeScryptCost } = deps;
  const { usable, older } = readSlots(folder);
  const hashes = last && new Set(last.entry.slots.map(({ sha256 }) => sha256));
  const isListed = (file: string) => hashes?.has(hashOf(folder, file)) ?? true;
  const isReplaced = (file: string) => change.replaces?.includes(file) === true;
  const mine = usable.filter(({ file, keyId }) => known.has(keyId) && isListed(file) && !isReplaced(file));
  const files: Texts = [];
  const listed: ListedSlot[] = [];
  const list = (kind: Slot["kind"] | "old-key", { file, text }: { file: string; text: string }): void => {
    files.push([file, text]);
    listed.push(...listedAs(kind, sha256(text)));
  };
  const kept = change.newKey ? [] : [...mine, ...older.filter(({ file }) => isListed(file))];
  for (const { kind, file } of kept) listed.push(...listedAs(kind, hashOf(folder, file)));
  const carried = change.newKey ? await openersOf(mine, opened.openers) : { openers: [], left: [] };
  if (carried.left.length > 0 && !change.drop) throw leftOutError(carried.left);
  for (const opener of [...carried.openers, ...(change.add === undefined ? [] : [change.add])])
    list(opener.kind, await makeSlot(fresh, opener, random, unsafeScryptCost));
  if (change.newKey) for (const key of known.values()) list("old-key", formatOldKey(key, fresh, random));
  return { files, listed, kept: kept.map(({ file }) => file), left: carried.left };
}

/** A keyring's slot is one computer's, and so in no list: in a shared store, that computer is a member. */
export function listedAs(kind: Slot["kind"] | "old-key", hash: string): ListedSlot[] {
  return kind === "keyring" ? [] : [{ kind, sha256: hash }];
}

/** The available passphrases and raw keys that open one of these slots. `left`: the slots that none of them opens. */
export async function openersOf(
  slots: readonly Slot[],
  openers: readonly Opener[],
): Promise<{ openers: OwnOpener[]; left: string[] }> {
  const used = new Set<OwnOpener>();
  const left: string[] = [];
  for (const slot of slots) {
    const opener = await firstThatOpens(slot, openers);
    if (opener === undefined) left.push(slot.file);
    else if (opener.kind !== "age") used.add(opener);
  }
  return { openers: [...used], left };
}

async function firstThatOpens(slot: Slot, openers: readonly Opener[]): Promise<Opener | undefined> {
  for (const opener of openers) if ((await openSlot(slot, opener)) !== undefined) return opener;
  return undefined;
}

/** The opener that is in use now must not lock itself out. */
export async function requireOpens(files: Texts, opener: Opener): Promise<void> {
  const slots = slotsIn(files.map(([name, text]) => [name, () => text] as const));
  if ((await openSlots(slots, opener)) !== undefined) return;
  throw new UserError("this would lock you out: you opened the seeds with that key", ExitCode.failed, [
    "someone else who can open them can remove it; nothing was changed",
  ]);
}

/** All slots that are not in use any more, those that no list names, and entries of other lists. */
export function obsolete(
  folder: DataFolder,
  files: Texts,
  kept: readonly string[],
  entry: ReadEntry | undefined,
): string[] {
  const members = entry?.entry.members.flatMap(({ slot }) => slot ?? []) ?? [];
  const isUsed = (file: string): boolean =>
    kept.includes(file) || files.some(([name]) => name === file) || members.includes(hashOf(folder, file));
  const slots = folder.list(KEYS_FOLDER).map((name) => `${KEYS_FOLDER}/${name}`);
  return slots.filter((file) => isSlotFile(file) && !isUsed(file));
}

/** One that a newer twinseed wrote may be in use. */
function isSlotFile(file: string): boolean {
  return /^keys\/[a-z0-9-]+\.(json|age)$/.test(file);
}

export function hashOf(folder: DataFolder, file: string): string {
  const text = attempt(() => folder.read(file));
  return typeof text === "string" ? sha256(text) : "";
}

export function leftOutError(left: readonly string[]): UserError {
  const passphrase = left.some((file) => file.includes("/passphrase-"));
  const raw = left.some((file) => file.includes("/raw-key-"));
  const keyring = left.some((file) => file.includes("/keyring-"));
  return new UserError(
    `${left.map((file) => `"${printable(file)}"`).join(", ")} can't be recreated without its secret`,
    ExitCode.failed,
    [
      ...(passphrase ? ["for a passphrase: set TWINSEED_PASSPHRASE or TWINSEED_PASSPHRASE_FILE"] : []),
      ...(raw ? ["for a raw key: set TWINSEED_KEY or TWINSEED_KEY_FILE"] : []),
      ...(keyring ? ["for a keyring: it is locked, or another computer's"] : []),
      "or drop them with --drop-keys, and add new ones afterwards: twinseed store key",
      "nothing was changed",
    ],
  );
}
