/** What a backup will hold: everything, or the chosen accounts, from one moment. */

import {
  type BackupContent,
  type BackupEntry,
  formatContent,
  parseContent,
} from "../../backup/backup-content.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { withFreshCopy } from "../../ledger/copies.ts";
import { noAccounts } from "../../ledger/not-found.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { seedsOf } from "../../vault/all-seeds.ts";
import { requireSomeOpened } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";
import { notesFor } from "./backup-notes.ts";
import { type Chosen, partOf, withExtent } from "./some-accounts.ts";

type SnapshotNeeds = Needs<"stderr" | "clock" | "ledger" | "seeds" | "notes">;

export interface Snapshot {
  readonly content: BackupContent;
  /** Accounts whose seeds can't be read. */
  readonly leftOut: readonly Account[];
  /** Accounts whose recovery codes and note can't be read. */
  readonly unread: readonly Account[];
  /** Ids of accounts whose entry can't be read. */
  readonly damaged: readonly string[];
}

/** Everything as it will be once this backup exists. */
export async function currentContent(
  device: Device,
  chosen: Chosen | undefined,
  needs: SnapshotNeeds,
): Promise<Snapshot> {
  const createdAt = new Date(needs.clock.now()).toISOString();
  // Read under the lock, so that accounts and devices are from the same moment, and no change is half done.
  const everything = await needs.ledger.edit(async () => ({
    accounts: needs.ledger.accounts(),
    damaged: needs.ledger.damaged(),
    removed: needs.ledger.removed(),
    devices: needs.ledger.devices(),
  }));
  const { accounts, removed, devices, damaged } =
    chosen === undefined ? everything : partOf(everything, chosen);
  if (accounts.length === 0 && removed.length === 0) throw noAccounts(needs.ledger);
  const seeds = await seedsOf([...accounts, ...removed], needs);
  requireSomeOpened(seeds, await needs.seeds());
  const { kept, unread } = await notesFor([...accounts, ...removed], needs);
  const entries = (list: readonly Account[]): BackupEntry[] =>
    list.flatMap((account) => {
      const enrollment = seeds.get(account.id);
      if (enrollment === undefined) return [];
      const entry = entryOf(withFreshCopy(account, device, createdAt), enrollment);
      const note = kept.get(account.id);
      return note === undefined ? entry : { ...entry, kept: note };
    });
  const content: BackupContent = {
    createdAt,
    device: device.id,
    accounts: entries(accounts),
    removed: entries(removed),
    devices: withDevice(devices, device),
  };
  requireReadable(content);
  const leftOut = [...accounts, ...removed].filter(({ id }) => seeds.get(id) === undefined);
  return { content, leftOut, damaged, unread };
}

/** The seed store has the counter from the time of enrollment. The backup gets the current one, from the ledger. */
function entryOf(account: Account, enrollment: Enrollment): BackupEntry {
  const { otp } = account;
  if (otp.type !== "hotp" || enrollment.otp.type !== "hotp") return { account, enrollment };
  return { account, enrollment: { ...enrollment, otp: { ...enrollment.otp, counter: otp.counter } } };
}

/** Throws UserError if this could not be restored: then it must not be called a backup. */
function requireReadable(content: BackupContent): void {
  const { content: back, faults } = parseContent(formatContent(content));
  const [fault] = faults;
  if (fault !== undefined) {
    throw new UserError(`the backup could not be read back: ${fault}; nothing was written`, ExitCode.failed, [
      "see: twinseed doctor",
    ]);
  }
  if (formatContent(back) !== formatContent(content)) throw new Error("the backup does not read back");
}

/** The list with the backup in it, under its new name if it follows an earlier one. */
export function withDevice(devices: readonly Device[], device: Device): readonly Device[] {
  if (!devices.some(({ id }) => id === device.id)) return [...devices, device];
  return devices.map((one) => {
    if (one.id !== device.id) return one;
    // The older file may be kept in another place; this one is not, yet.
    const { place: _, placedAt: __, part: ___, ...here } = one;
    return withExtent({ ...here, name: device.name }, device.part);
  });
}
