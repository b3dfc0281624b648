/** `doctor --repair`. Deletes nothing, and keeps in damaged/ what it replaces. */

import { UserError } from "../../base/errors.ts";
import { looksSame } from "../../base/visible-text.ts";
import type { LedgerEdit } from "../../ledger/edit-ledger.ts";
import { freeName } from "../../ledger/free-name.ts";
import { defaultName, sameCodes } from "../../otp/enrollment.ts";
import { readConfig, writeConfig } from "../../settings/config-file.ts";
import { count, pasteable, quoted } from "../../talk/say.ts";
import { entryOf, makeRoom, noteCounter, type RebuildNeeds, writeRebuilt } from "../../vault/rebuild.ts";
import type { Needs } from "../../world.ts";
import { readDevices } from "./check-ledger.ts";
import { knownIds, type SeedsFound } from "./check-seeds.ts";
import type { StoreFound } from "./check-store.ts";

type RepairNeeds = Needs<"stderr"> & RebuildNeeds;

/** Each of these functions returns sentences about what it did. */
export async function repairFiles(needs: Needs<"folderCare" | "ledger">): Promise<string[]> {
  const faults = (await needs.folderCare.fileFaults()) ?? [];
  const done: string[] = [];
  if (faults.some(({ kind }) => kind === "mode")) {
    await needs.folderCare.setModes();
    const left = ((await needs.folderCare.fileFaults()) ?? []).filter(({ kind }) => kind === "mode").length;
    const set = faults.filter(({ kind }) => kind === "mode").length - left;
    if (set > 0) done.push(`corrected ${count(set, "file mode")}`);
  }
  // Taking the lock removes leftovers first.
  if (faults.some(({ kind }) => kind === "leftover")) {
    await needs.ledger.edit(async () => {});
    done.push("removed what interrupted writes had left");
  }
  return done;
}

export async function repairConfig(
  { lostConfig }: StoreFound,
  needs: Needs<"folder" | "ledger">,
): Promise<string[]> {
  if (lostConfig === undefined) return [];
  return needs.ledger.edit(async () => {
    if (isConfigThere(needs)) return []; // another process was first
    const damaged = needs.folder.read("config.json");
    if (damaged !== undefined) {
      makeRoom("damaged/config.json", needs);
      needs.folder.create("damaged/config.json", damaged);
    }
    writeConfig(needs.folder, lostConfig);
    return [`wrote "config.json": the seeds are in the ${lostConfig.store} store`];
  });
}

function isConfigThere(needs: Needs<"folder">): boolean {
  try {
    return readConfig(needs.folder) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

export async function repairLedger(found: SeedsFound, needs: RepairNeeds): Promise<string[]> {
  const { damaged, altered, orphans } = found;
  const { fault, salvage, isUntouchable } = readDevices(needs);
  // Any change needs the list of devices, and would replace it.
  if (isUntouchable) return [];
  if (damaged.length + altered.length + orphans.length === 0 && salvage === undefined) return [];
  return needs.ledger.edit(async (edit) => {
    if (fault !== undefined) makeRoom("damaged/devices.json", needs);
    if (salvage !== undefined) edit.saveDevices(salvage.devices);
    return [
      ...(salvage ? [`rewrote "devices.json" with ${count(salvage.devices.length, "device")}`] : []),
      ...rebuildAltered(found, edit, needs),
      ...(await rebuildMissing(found, edit, needs)),
    ];
  });
}

/** Keeps name, counter and copies, which only the ledger has. */
function rebuildAltered(
  { altered }: SeedsFound,
  edit: LedgerEdit,
  needs: Needs<"folder" | "ledger">,
): string[] {
  const now = needs.ledger.accounts();
  return altered.flatMap(({ account: { id }, enrollment: { issuer, label, otp } }) => {
    const account = now.find((one) => one.id === id);
    if (account === undefined) return []; // removed in the meantime
    const isCounterBased = otp.type === "hotp" && account.otp.type === "hotp";
    const text = needs.folder.read(`accounts/${id}.json`);
    makeRoom(`damaged/${id}.json`, needs);
    if (text !== undefined) needs.folder.create(`damaged/${id}.json`, text);
    edit.update({
      ...account,
      issuer,
      label,
      otp: isCounterBased ? { ...otp, counter: account.otp.counter } : otp,
    });
    const named = defaultName({ issuer, label });
    return [
      `corrected the entry of ${quoted(account.name)} to match its seed, which is of ${quoted(named || account.name)}`,
      `  if the name is wrong too: twinseed rename ${pasteable(account)} NEW-NAME`,
    ];
  });
}

/** Of the file store: restores good seeds that sync, or something else, replaced. */
export async function repairSeeds(
  { kind }: StoreFound,
  { lines, opensNone }: SeedsFound,
  needs: Needs<"ledger" | "sharedKeys">,
): Promise<string[]> {
  const isWrong = opensNone === true || lines.some(({ state, isLocked }) => state === "wrong" && !isLocked);
  if (kind !== "file" || !isWrong) return [];
  const ids = await needs.sharedKeys.putBack();
  const nameOf = (id: string) => needs.ledger.accounts().find((one) => one.id === id)?.name ?? id;
  return ids.map((id) => `put the seed of ${quoted(nameOf(id))} back from damaged/`);
}

async function rebuildMissing(found: SeedsFound, edit: LedgerEdit, needs: RepairNeeds): Promise<string[]> {
  const accounts = needs.ledger.accounts();
  const still = new Set(needs.ledger.damaged());
  const known = knownIds(needs);
  const damaged = found.damaged.filter(({ id }) => still.has(id));
  const orphans = found.orphans.filter(({ id }) => !known.has(id));
  const present = found.opened.map(({ enrollment }) => enrollment);
  const done: string[] = [];
  for (const { id, enrollment } of [...damaged, ...orphans]) {
    const entry = {
      ...(await entryOf(id, enrollment, edit, needs)),
      ...(still.has(id) ? {} : { adopted: true as const }),
    };
    // Left by an add that was interrupted and then repeated.
    if (present.some((one) => sameCodes(one, enrollment)) && !still.has(id)) {
      edit.add({ ...entry, removedAt: entry.addedAt }); // to removed/ when the edit ends
      done.push(`moved a second seed of ${quoted(entry.name)}, the same as the first, to removed/`);
      continue;
    }
    present.push(enrollment);
    const isTaken = (name: string) => accounts.some((one) => looksSame(one.name, name));
    const account = { ...entry, name: freeName(entry.name, isTaken) };
    accounts.push(account);
    writeRebuilt(account, edit, needs);
    noteCounter(account, enrollment, needs);
    done.push(`rebuilt ${quoted(account.name)}`);
  }
  return done;
}
