/**
 * Prepares a change of the members' list, of the data key, or of the ways to open the store: all files that it writes, in
 * memory. sync/change-list.ts shares them first and then writes them here, so a change that could not be shared does not exist.
 *
 * Written in this order: slots, entry, seeds, and then what is obsolete is removed. If killed at any point, some slot has the
 * key for every seed, as older data keys are wrapped with the new one; what is left is done by the next command that seals.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { sha256 } from "../../base/node-crypto.ts";
import {
  type Entry,
  fileOfEntry,
  formatEntry,
  type List,
  type ListedSlot,
  type Member,
  parseEntry,
  type ReadEntry,
} from "../../members/entry.ts";
import { type Signer, signerFor } from "../../members/signing-key.ts";
import { vouchFor } from "../../members/vouch.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { resealedNotes } from "../notes/reseal-notes.ts";
import { sealForRecipient } from "./age-slots.ts";
import { obsolete, requireOpens, waysToOpen } from "./carried-slots.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { dataKeysIn, newestKey } from "./data-keys.ts";
import type { ListChange, Opened, Prepared, Texts, WantedMember } from "./prepared-change.ts";
import { resealedTexts } from "./reseal.ts";
import { noMemberError } from "./sealing-key.ts";
import { readSlots, slotFileOf } from "./slots.ts";
import { requireSure, standingOf } from "./standing.ts";

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
  const notes = change.newKey ? resealedNotes(deps.folder, known, fresh, deps.random) : undefined;
  const entry =
    last && author && people && nextEntry(last, author, people.members, ways.listed, current, fresh, now);
  if (entry !== undefined) files.push([fileOfEntry(entry.entry.number), entry.text]);
  return {
    files: new Map([...files, ...(seeds?.texts ?? []), ...(notes?.texts ?? [])]),
    before: new Map([...(seeds?.before ?? []), ...(notes?.before ?? [])]),
    remove: obsolete(deps.folder, files, ways.kept, entry),
    entry,
    report: {
      seeds: seeds?.texts.size ?? 0,
      unopened: [...(seeds?.unopened ?? []), ...(notes?.unopened ?? [])],
      dropped: ways.left,
      carried: ways.listed.filter(({ kind }) => kind !== "old-key").length,
    },
  };
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

export async function withSlot(member: WantedMember, dataKey: DataKey, files: Texts): Promise<Member> {
  if (member.recipient === undefined) return member;
  const text = await sealForRecipient(member.recipient, dataKey);
  files.push([slotFileOf("age", text, "age"), text]);
  return { ...member, slot: sha256(text) };
}

export function asRead(entry: Entry): ReadEntry {
  return parseEntry(formatEntry(entry)); // what we write, we can read
}
