/**
 * Prepares a change of the members' list, of the data key, or of the ways to open the store: all files that it writes, in
 * memory. sync/change-list.ts shares them first and then writes them here, so a change that could not be shared does not exist.
 *
 * Written in this order: slots, entry, seeds, and then what is obsolete is removed. If killed at any point, some slot has the
 * key for every seed, as older data keys are wrapped with the new one; what is left is done by the next command that seals.
 */
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import { printable } from "../../base/printable.ts";
import {
  type Entry,
  fileOfEntry,
  formatEntry,
  type List,
  type ListedSlot,
  MEMBERS_FOLDER,
  type Member,
  parseEntry,
  type ReadEntry,
} from "../../members/entry.ts";
import { type Signer, signerFor } from "../../members/signing-key.ts";
import { vouchFor } from "../../members/vouch.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { sealForRecipient } from "./age-slots.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { dataKeysIn, formatOldKey, newestKey, openSlots } from "./data-keys.ts";
import { resealedTexts } from "./reseal.ts";
import { noMemberError } from "./sealing-key.ts";
import type { Slot } from "./slot-file.ts";
import {
  KEYS_FOLDER,
  makeSlot,
  type Opener,
  type OwnOpener,
  openSlot,
  readSlots,
  slotFileOf,
  slotsIn,
} from "./slots.ts";
import { requireSure, standingOf } from "./standing.ts";

/** A member as a change names it: their slot is made here. */
export type WantedMember = Omit<Member, "slot">;

export interface ListChange {
  /** The members afterwards; `me`: this computer. Without it, the list of members does not change. Throws UserError. */
  readonly members?: (before: readonly Member[], me: string) => readonly WantedMember[];
  /** Makes a new data key, and seals every seed with it. */
  readonly newKey?: boolean;
  /** One more way to open the store. */
  readonly add?: OwnOpener;
  /** Called with how many seeds of how many are sealed. */
  progress?(done: number, all: number): void;
  /** With a new data key: drops the slots that none of the openers opens, which is an error otherwise. */
  readonly drop?: boolean;
}

export interface ChangeReport {
  /** Seals of seeds that were made again. */
  readonly seeds: number;
  /** Messages about seeds that could not be opened and were not changed. */
  readonly unopened: readonly string[];
  /** Slots that were dropped. */
  readonly dropped: readonly string[];
  /** How many passphrases and raw keys open the seeds. */
  readonly carried: number;
}

export interface Prepared {
  /** What to write, in this order. */
  readonly files: ReadonlyMap<string, string>;
  /** What stands in the seeds' files now: one that has changed meanwhile is left alone. */
  readonly before: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  /** undefined for a store without a list of members. */
  readonly entry: ReadEntry | undefined;
  readonly report: ChangeReport;
}

/** What opens the store, with all other passphrases and raw keys that are available. */
export interface Opened {
  readonly dataKey: DataKey;
  readonly opener: Opener;
  readonly openers: readonly Opener[];
}

type Texts = [name: string, text: string][];

/** Call under the data folder's lock. Throws UserError: exit 9 if this computer is not sure of the list. */
export async function prepareChange(
  deps: SeedStoreDeps,
  opened: Opened,
  change: ListChange,
  now: number,
): Promise<Prepared> {
  const slots = readSlots(deps.folder);
  const keys = await dataKeysIn(slots, opened.opener, [opened.dataKey]);
  const here = await standingOf(deps, keys);
  const last = here && (await requireSure(deps, here));
  const current = last === undefined ? (newestKey(slots, keys) ?? opened.dataKey) : keys.get(last.entry.key);
  if (current === undefined) throw noMemberError(last?.entry.by ?? "");
  const author = last && (await authorOf(deps, last));
  const known = new Map([...keys].filter(([id]) => here?.counting.has(id) ?? true));
  const fresh = change.newKey ? newDataKey(deps.random, current.store) : current;
  const ways = await waysToOpen(deps, { opened, change, known, fresh, last });
  const people = author === undefined ? undefined : await slotsOfMembers(change, author, last, fresh);
  const files: Texts = [...ways.files, ...(people?.files ?? [])];
  if (change.newKey) await requireOpens([...files], opened.opener);
  const seeds = change.newKey
    ? await resealedTexts(deps.folder, known, fresh, deps.random, change.progress)
    : undefined;
  const entry =
    last && author && people && nextEntry(last, author, people.members, ways.listed, current, fresh, now);
  if (entry !== undefined) files.push([fileOfEntry(entry.entry.number), entry.text]);
  return {
    files: new Map([...files, ...(seeds?.texts ?? [])]),
    before: seeds?.before ?? new Map(),
    remove: obsolete(deps.folder, files, ways.kept, entry),
    entry,
    report: {
      seeds: seeds?.texts.size ?? 0,
      unopened: seeds?.unopened ?? [],
      dropped: ways.left,
      carried: ways.listed.filter(({ kind }) => kind !== "old-key").length,
    },
  };
}

/** The first entry: this computer is the only member, and what opens the store now goes on opening it. */
export async function prepareFirst(
  deps: SeedStoreDeps,
  opened: Opened,
  me: WantedMember,
  signer: Signer,
  now: number,
): Promise<Prepared> {
  const slots = readSlots(deps.folder);
  const known = await dataKeysIn(slots, opened.opener, [opened.dataKey]);
  const dataKey = newestKey(slots, known) ?? opened.dataKey;
  const kept = [...slots.usable, ...slots.older].filter(({ keyId }) => known.has(keyId));
  const listed = kept.map(({ kind, file }) => ({ kind, sha256: hashOf(deps.folder, file) }));
  const files: Texts = [];
  const member = await withSlot(me, dataKey, files);
  const list: List = {
    store: dataKey.store,
    number: 1,
    before: null,
    key: dataKey.id,
    by: me.name,
    at: new Date(now).toISOString(),
    members: [member],
    slots: listed,
  };
  const entry = asRead(vouchFor(list, dataKey.bytes, undefined, signer.sign));
  files.push([fileOfEntry(1), entry.text]);
  const names = kept.map(({ file }) => file);
  const report = { seeds: 0, unopened: [], dropped: [], carried: listed.length };
  const remove = obsolete(deps.folder, files, names, entry);
  return { files: new Map(files), before: new Map(), remove, entry, report };
}

/**
 * A new list, in a new store with a new data key: this computer is its only member, and all others join again. Seeds that are
 * sealed with keys of the old list can be opened here alone, and are sealed again.
 */
export async function prepareRestart(
  deps: SeedStoreDeps,
  opened: Opened,
  { fresh, me, signer, drop }: { fresh: DataKey; me: WantedMember; signer: Signer; drop: boolean },
  now: number,
): Promise<Prepared> {
  const { folder, random, unsafeScryptCost } = deps;
  const slots = readSlots(folder);
  const known = await dataKeysIn(slots, opened.opener, [opened.dataKey]);
  const mine = slots.usable.filter(({ keyId }) => known.has(keyId));
  const carried = await openersOf(mine, opened.openers);
  if (carried.left.length > 0 && !drop) throw leftOutError(carried.left);
  const files: Texts = [];
  const listed: ListedSlot[] = [];
  for (const opener of carried.openers) {
    const slot = await makeSlot(fresh, opener, random, unsafeScryptCost);
    files.push([slot.file, slot.text]);
    listed.push({ kind: opener.kind, sha256: sha256(slot.text) });
  }
  const member = await withSlot(me, fresh, files);
  await requireOpens([...files], opened.opener);
  const seeds = await resealedTexts(folder, known, fresh, random);
  const list: List = {
    store: fresh.store,
    number: 1,
    before: null,
    key: fresh.id,
    by: me.name,
    at: new Date(now).toISOString(),
    members: [member],
    slots: listed,
  };
  const entry = asRead(vouchFor(list, fresh.bytes, undefined, signer.sign));
  files.push([fileOfEntry(1), entry.text]);
  const others = folder.list(MEMBERS_FOLDER).map((name) => `${MEMBERS_FOLDER}/${name}`);
  return {
    files: new Map([...files, ...seeds.texts]),
    before: seeds.before,
    remove: [...obsolete(folder, files, [], entry), ...others.filter((name) => name !== fileOfEntry(1))],
    entry,
    report: {
      seeds: seeds.texts.size,
      unopened: seeds.unopened,
      dropped: carried.left,
      carried: listed.length,
    },
  };
}

/** Call under the data folder's lock. */
export function writePrepared(folder: DataFolder, { files, before, remove }: Prepared): void {
  for (const [name, text] of files) {
    const seen = before.get(name);
    if (seen === undefined || folder.read(name) === seen) folder.write(name, text);
  }
  for (const name of remove) folder.remove(name);
}

interface Author extends Signer {
  readonly name: string;
}

/** This computer, as the list names it. */
async function authorOf(deps: SeedStoreDeps, { entry }: ReadEntry): Promise<Author> {
  const signer = signerFor(await deps.stateFolder(), entry.store);
  const me = signer && entry.members.find((one) => one.signer === signer.signer);
  if (signer !== undefined && me !== undefined) return { ...signer, name: me.name };
  throw new UserError(
    "this computer is not in the list of members, so it can't change that list",
    ExitCode.failed,
    ["let a member add it: twinseed sync --join", "nothing was changed"],
  );
}

function nextEntry(
  last: ReadEntry,
  { name, sign }: Author,
  members: readonly Member[],
  slots: readonly ListedSlot[],
  current: DataKey,
  fresh: DataKey,
  now: number,
): ReadEntry {
  const list: List = {
    store: last.entry.store,
    number: last.entry.number + 1,
    before: last.hash,
    key: fresh.id,
    by: name,
    at: new Date(now).toISOString(),
    members,
    slots,
  };
  return asRead(vouchFor(list, current.bytes, fresh === current ? undefined : fresh.bytes, sign));
}

function asRead(entry: Entry): ReadEntry {
  return parseEntry(formatEntry(entry)); // what we write, we can read
}

/** A member whose recipient and data key are the same keeps their slot. */
async function slotsOfMembers(
  change: ListChange,
  author: Author,
  last: ReadEntry | undefined,
  fresh: DataKey,
): Promise<{ members: Member[]; files: Texts }> {
  const before = last?.entry.members ?? [];
  const wanted = change.members?.(before, author.name) ?? before;
  const files: Texts = [];
  const members: Member[] = [];
  for (const one of wanted) {
    const same = change.newKey ? undefined : before.find(({ recipient }) => recipient === one.recipient);
    const { name, recipient, signer } = one;
    const plain = {
      name,
      ...(recipient === undefined ? {} : { recipient }),
      ...(signer === undefined ? {} : { signer }),
    };
    if (same?.slot !== undefined) members.push({ ...plain, slot: same.slot });
    else members.push(await withSlot(plain, fresh, files));
  }
  return { members, files };
}

async function withSlot(member: WantedMember, dataKey: DataKey, files: Texts): Promise<Member> {
  if (member.recipient === undefined) return member;
  const text = await sealForRecipient(member.recipient, dataKey);
  files.push([slotFileOf("age", text, "age"), text]);
  return { ...member, slot: sha256(text) };
}

interface Ways {
  readonly files: Texts;
  readonly listed: readonly ListedSlot[];
  /** Files that stay. */
  readonly kept: readonly string[];
  /** Files that are dropped, as no opener opens them. */
  readonly left: readonly string[];
}

/** The slots of passphrases and raw keys, and the older data keys. */
async function waysToOpen(
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
  const mine = usable.filter(({ file, keyId }) => known.has(keyId) && isListed(file));
  const files: Texts = [];
  const listed: ListedSlot[] = [];
  const list = (kind: ListedSlot["kind"], { file, text }: { file: string; text: string }): void => {
    files.push([file, text]);
    listed.push({ kind, sha256: sha256(text) });
  };
  const kept = change.newKey ? [] : [...mine, ...older.filter(({ file }) => isListed(file))];
  for (const { kind, file } of kept) listed.push({ kind, sha256: hashOf(folder, file) });
  const carried = change.newKey ? await openersOf(mine, opened.openers) : { openers: [], left: [] };
  if (carried.left.length > 0 && !change.drop) throw leftOutError(carried.left);
  for (const opener of [...carried.openers, ...(change.add === undefined ? [] : [change.add])])
    list(opener.kind, await makeSlot(fresh, opener, random, unsafeScryptCost));
  if (change.newKey) for (const key of known.values()) list("old-key", formatOldKey(key, fresh, random));
  return { files, listed, kept: kept.map(({ file }) => file), left: carried.left };
}

/** The available passphrases and raw keys that open one of these slots. `left`: the slots that none of them opens. */
async function openersOf(
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
async function requireOpens(files: Texts, opener: Opener): Promise<void> {
  const slots = slotsIn(files.map(([name, text]) => [name, () => text] as const));
  if ((await openSlots(slots, opener)) !== undefined) return;
  throw new UserError("this would lock you out: you opened the seeds with that key", ExitCode.failed, [
    "someone else who can open them can remove it; nothing was changed",
  ]);
}

/** All slots that are not in use any more, those that no list names, and entries of other lists. */
function obsolete(
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

function hashOf(folder: DataFolder, file: string): string {
  const text = attempt(() => folder.read(file));
  return typeof text === "string" ? sha256(text) : "";
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
