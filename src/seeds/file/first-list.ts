/** Prepares the first entry of a list of members: of a store that was never shared, or of a new one in place of a lost one. */

import { sha256 } from "../../base/node-crypto.ts";
import type { List, ListedSlot, Member, ReadEntry } from "../../members/entry.ts";
import { fileOfEntry, MEMBERS_FOLDER } from "../../members/entry.ts";
import type { Signer } from "../../members/signing-key.ts";
import { vouchFor } from "../../members/vouch.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { resealedNotes } from "../notes/reseal-notes.ts";
import { hashOf, leftOutError, listedAs, obsolete, openersOf, requireOpens } from "./carried-slots.ts";
import type { DataKey } from "./data-key.ts";
import { dataKeysIn, newestKey } from "./data-keys.ts";
import { asRead, withSlot } from "./list-change.ts";
import type { Opened, Prepared, Texts, WantedMember } from "./prepared-change.ts";
import { resealedTexts } from "./reseal.ts";
import { makeSlot, readSlots } from "./slots.ts";

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
  const listed = kept.flatMap(({ kind, file }) => listedAs(kind, hashOf(deps.folder, file)));
  const files: Texts = [];
  const member = await withSlot(me, dataKey, files);
  const entry = firstEntry(dataKey, member, listed, signer, now);
  files.push([fileOfEntry(1), entry.text]);
  // From now on this computer is a member, with an identity in its keyring.
  const names = kept.flatMap(({ kind, file }) => (kind === "keyring" ? [] : [file]));
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
  const mine = slots.usable.filter(({ kind, keyId }) => kind !== "keyring" && known.has(keyId));
  const carried = await openersOf(mine, opened.openers);
  if (carried.left.length > 0 && !drop) throw leftOutError(carried.left);
  const files: Texts = [];
  const listed: ListedSlot[] = [];
  for (const opener of carried.openers) {
    const slot = await makeSlot(fresh, opener, random, unsafeScryptCost);
    files.push([slot.file, slot.text]);
    listed.push(...listedAs(opener.kind, sha256(slot.text)));
  }
  const member = await withSlot(me, fresh, files);
  // Otherwise this computer's own identity opens the new list.
  if (me.recipient === undefined) await requireOpens([...files], opened.opener);
  const seeds = await resealedTexts(folder, known, fresh, random);
  const notes = resealedNotes(folder, known, fresh, random);
  const entry = firstEntry(fresh, member, listed, signer, now);
  files.push([fileOfEntry(1), entry.text]);
  const others = folder.list(MEMBERS_FOLDER).map((name) => `${MEMBERS_FOLDER}/${name}`);
  return {
    files: new Map([...files, ...seeds.texts, ...notes.texts]),
    before: new Map([...seeds.before, ...notes.before]),
    remove: [...obsolete(folder, files, [], entry), ...others.filter((name) => name !== fileOfEntry(1))],
    entry,
    report: {
      seeds: seeds.texts.size,
      unopened: [...seeds.unopened, ...notes.unopened],
      dropped: carried.left,
      carried: listed.length,
    },
  };
}

/** `member` alone, who also vouches for it. */
function firstEntry(
  dataKey: DataKey,
  member: Member,
  slots: readonly ListedSlot[],
  signer: Signer,
  now: number,
): ReadEntry {
  const list: List = {
    store: dataKey.store,
    number: 1,
    before: null,
    key: dataKey.id,
    by: member.name,
    at: new Date(now).toISOString(),
    members: [member],
    slots,
  };
  return asRead(vouchFor(list, dataKey.bytes, undefined, signer.sign));
}
