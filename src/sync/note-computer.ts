/**
 * What `sync` knows about this computer and about those of members who left, written to the ledger: this computer is a device with
 * the seeds that its store opens, and what opens is proved. All of it goes out with the next push.
 */
import { attempt } from "../base/errors.ts";
import type { Account, Device } from "../ledger/account.ts";
import { copyOn, withOwnSeed } from "../ledger/copies.ts";
import { CLOCK_TOLERANCE, stateOf } from "../ledger/copy-states.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { devicesOf, type LeftMember, loseMembers } from "../ledger/lost-members.ts";
import { deviceHere, type HereNeeds, isRenewalDue, renewed, thisComputer } from "../ledger/this-computer.ts";
import type { View } from "../seeds/file/list-view.ts";
import type { Opens } from "../seeds/file/merge-sealed.ts";
import { fileOf, sealedIds } from "../seeds/file/sealed-file.ts";
import { pasteableName, quoted, warn } from "../talk/say.ts";
import { sayComputer } from "../talk/say-computer.ts";
import type { Needs } from "../world.ts";
import { keysOf, leftSince } from "./left-members.ts";

export type NoteNeeds = HereNeeds & Needs<"stderr" | "folder" | "sharedKeys">;

/**
 * `listBefore`: the number of the entry of the list that was known before; undefined: nothing is to be learned from it. `named`: the
 * lost computers that this run has warned of. Returns whether there may be something new to share.
 */
export async function noteComputers(
  listBefore: number | undefined,
  needs: NoteNeeds,
  named: Set<string>,
): Promise<boolean> {
  // A computer that is about to join has nothing yet, and takes in what is there first.
  if (sealedIds(needs.folder).length === 0) return false;
  const view = await needs.sharedKeys.view();
  if (view === undefined || view.standing.stop !== undefined) return false;
  const isLeft = listBefore !== undefined && leftSince(listBefore, view.standing.path).length > 0;
  const lost = lostMembers(view, needs);
  for (const { name } of lost) {
    if (named.has(name)) continue;
    named.add(name);
    warn(
      needs,
      `${quoted(name)} is lost, and still gets every change: twinseed device lost ${pasteableName(name)}`,
    );
  }
  if (!isLeft && lost.length === 0 && (await isUpToDate(view, needs))) return false;
  await needs.ledger.edit(async (edit) => {
    if (listBefore !== undefined) noteLeft(view, listBefore, edit, needs);
    // Whatever was enrolled since the loss, too.
    loseMembers(lost, edit, needs);
    await noteOwn(view, edit, needs);
  });
  return true;
}

/** Members whose computer is lost, and whose key is not removed yet. */
function lostMembers({ newest, me }: View, { ledger, clock }: NoteNeeds): LeftMember[] {
  const devices = ledger.devices();
  const at = new Date(clock.now()).toISOString();
  return (newest?.entry.members ?? [])
    .filter(({ name }) => name !== me)
    .map((one) => ({ name: one.name, keys: keysOf(one), at }))
    .filter((one) => devicesOf(one, devices).some(({ state }) => state === "lost"));
}

/** Most syncs end here, without the lock. */
async function isUpToDate(view: View, needs: NoteNeeds): Promise<boolean> {
  const mine = view.author();
  if (mine === undefined) return true;
  const device = await deviceHere(needs.ledger.devices(), needs);
  if (device?.state !== "active" || device.member !== mine.author.signer) return false;
  return !isRenewalDue(device, needs.clock.now()) && unprovedHere(device, needs).length === 0;
}

/** The accounts whose seeds are here, and whose copies are not known to be good. */
function unprovedHere(device: Device, needs: NoteNeeds): Account[] {
  const sealed = new Set(sealedIds(needs.folder));
  return needs.ledger.accounts().filter((account) => sealed.has(account.id) && !isProved(account, device));
}

/** Who removed them may have been interrupted before it noted this, or may run an older twinseed. */
function noteLeft(view: View, listBefore: number, edit: LedgerEdit, needs: NoteNeeds): void {
  const devices = needs.ledger.devices();
  const left = leftSince(listBefore, view.standing.path).filter((one) => {
    const own = devicesOf(one, devices);
    const isKnown = ({ state, stateSince }: Device): boolean =>
      state !== "active" || (stateSince !== undefined && Date.parse(stateSince) > Date.parse(one.at));
    return own.length === 0 || !own.some(isKnown);
  });
  for (const one of left)
    loseMembers(
      [one],
      edit,
      needs,
      ({ addedAt }) => Date.parse(addedAt) <= Date.parse(one.at) + CLOCK_TOLERANCE,
    );
}

async function noteOwn(view: View, edit: LedgerEdit, needs: NoteNeeds): Promise<void> {
  const mine = view.author();
  if (mine === undefined) return;
  const { name, signer } = mine.author;
  const others = (view.newest?.entry.members ?? []).flatMap(keysOf).filter((key) => key !== signer);
  const here = await thisComputer(edit, needs, { name, key: signer, others });
  if (here === undefined) return;
  sayComputer(here, needs);
  const { device } = here;
  const now = needs.clock.now();
  const isDue = isRenewalDue(device, now);
  const unsure = isDue ? needs.ledger.accounts() : unprovedHere(device, needs);
  if (device.state !== "active" || (unsure.length === 0 && !isDue)) return;
  const opens = await view.opens();
  const at = new Date(now).toISOString();
  for (const account of unsure) {
    const noted = withOwnSeed(account, device, opens && isOpen(account, opens, needs), at);
    if (noted !== account) edit.update(noted);
  }
  if (opens !== undefined) renewed(device, edit, needs);
}

function isProved(account: Account, device: Device): boolean {
  const copy = copyOn(account, device);
  return copy !== undefined && stateOf(copy, device) === "proved";
}

function isOpen({ id }: Account, opens: Opens, { folder }: Needs<"folder">): boolean {
  const text = attempt(() => folder.read(fileOf(id)));
  return typeof text === "string" && opens(fileOf(id), text);
}
