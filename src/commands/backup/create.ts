/**
 * `backup create`: nothing is written before everything was asked, and nothing is claimed before the file was read back.
 * The backup is a device, and holds a copy of every account in it; `backup verify` confirms them.
 */

import { basename } from "node:path";
import { type Lock, lookAtFile, openFile, sealFile } from "../../backup/age-file.ts";
import {
  type BackupContent,
  type BackupEntry,
  formatContent,
  parseContent,
} from "../../backup/backup-content.ts";
import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { BACKUP_LIMITS } from "../../base/limits.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { withoutCopy } from "../../ledger/copies.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { newId } from "../../ledger/id.ts";
import { cleanText, type Enrollment } from "../../otp/enrollment.ts";
import { count, note, pasteableName, quoted, warn } from "../../talk/say.ts";
import { seedsOf } from "../../vault/all-seeds.ts";
import type { Needs } from "../../world.ts";
import { type ChooseLockNeeds, chooseLock, type LockOptions } from "./choose-lock.ts";
import { showShares } from "./show-shares.ts";

type CreateNeeds = Needs<"stdout" | "clock" | "ledger" | "seeds"> & ChooseLockNeeds;

export interface CreateOptions extends LockOptions {
  armor?: boolean;
  device?: string;
  force?: boolean;
}

export async function create(file: string, options: CreateOptions, needs: CreateNeeds): Promise<void> {
  await requireFree(file, options, needs);
  const device = backupDevice(options.device ?? nameFrom(file), needs);
  const { content, leftOut } = await contentNow(device, needs);
  const { lock, shares } = await chooseLock(options, needs);
  const text = formatContent(content);
  const bytes = await sealFile(text, lock, options.armor ?? false);
  await requireOpens(bytes, lock, text);
  if (shares.length > 0) await showShares(shares, basename(file), content.createdAt.slice(0, 10), needs);
  await needs.files.write(file, bytes, { replace: options.force ?? false });
  const back = await needs.files.read(file, BACKUP_LIMITS.bytes);
  if (!Buffer.from(bytes).equals(back)) {
    throw new UserError(`${quoted(file)} does not read back as it was written`, ExitCode.failed, [
      "the backup is not to be relied on; look at the disk",
    ]);
  }
  if (lock.kind === "recovery-key") lock.key.fill(0);
  await enterCopies(content, device, needs);
  report(file, content, lock, needs);
  for (const { name } of leftOut) warn(needs, `${quoted(name)} is not in it: its seed can't be read here`);
  if (leftOut.length > 0) throw new Exit(ExitCode.failed);
}

/** Before anything is asked or shown. A link or a pipe can't be read back with certainty. */
async function requireFree(
  file: string,
  { force = false }: CreateOptions,
  needs: Needs<"files">,
): Promise<void> {
  if (file === "-") throw usageError("a backup is written to a file, which is read back: name one");
  const kind = await needs.files.kind(file);
  if (kind === "missing" || (kind === "file" && force)) return needs.files.requireWritable(file);
  if (kind === "file") {
    throw new UserError(`${quoted(file)} already exists`, ExitCode.failed, [
      "choose another name, or overwrite it with: --force",
    ]);
  }
  throw usageError(`${quoted(file)} is not a regular file: name the file itself`);
}

function nameFrom(file: string): string {
  return basename(file).replace(/(?<=.)\.[^.]*$/, "");
}

/** The one of that name, or a new one, which is not entered yet. */
function backupDevice(text: string, needs: Needs<"clock" | "random" | "ledger">): Device {
  const name = cleanText(text);
  if (name === "") throw usageError("a backup needs a name", "--device NAME");
  const known = deviceNamed(needs.ledger.devices(), name);
  if (known === undefined) {
    const addedAt = new Date(needs.clock.now()).toISOString();
    return { id: newId(needs.random), name, kind: "backup", addedAt, state: "active" };
  }
  if (known.kind === "backup" && known.state === "active") return known;
  const is = known.kind === "backup" ? known.state : `a device of another kind (${known.kind})`;
  throw new UserError(`${quoted(known.name)} is ${is}`, ExitCode.failed, [
    "give the backup another name: --device NAME",
  ]);
}

interface Snapshot {
  readonly content: BackupContent;
  /** Accounts whose seeds can't be read. */
  readonly leftOut: readonly Account[];
}

/** Everything as it will be once this backup is there. */
async function contentNow(device: Device, needs: CreateNeeds): Promise<Snapshot> {
  const createdAt = new Date(needs.clock.now()).toISOString();
  // Under the lock, so that accounts and devices are of one moment, and no change is half done.
  const { accounts, removed, devices } = await needs.ledger.edit(async () => ({
    accounts: needs.ledger.accounts(),
    removed: needs.ledger.removed(),
    devices: needs.ledger.devices(),
  }));
  if (accounts.length === 0 && removed.length === 0)
    throw new UserError("there are no accounts yet", ExitCode.notFound, ["enroll one with: twinseed add"]);
  const seeds = await seedsOf([...accounts, ...removed], needs);
  const entries = (list: readonly Account[]): BackupEntry[] =>
    list.flatMap((account) => {
      const enrollment = seeds.get(account.id);
      return enrollment === undefined ? [] : entryOf(account, enrollment);
    });
  const content: BackupContent = {
    createdAt,
    device: device.id,
    accounts: entries(accounts).map(({ account, enrollment }) => {
      return { account: withFreshCopy(account, device, createdAt), enrollment };
    }),
    removed: entries(removed),
    devices: devices.some(({ id }) => id === device.id) ? devices : [...devices, device],
  };
  requireReadable(content);
  return { content, leftOut: [...accounts, ...removed].filter(({ id }) => seeds.get(id) === undefined) };
}

/** The seed store has the counter of the enrollment; the one to go on with is the ledger's. */
function entryOf(account: Account, enrollment: Enrollment): BackupEntry {
  const { otp } = account;
  if (otp.type !== "hotp" || enrollment.otp.type !== "hotp") return { account, enrollment };
  return { account, enrollment: { ...enrollment, otp: { ...enrollment.otp, counter: otp.counter } } };
}

/** An older backup under the same name is not the one that holds this. */
function withFreshCopy(account: Account, device: Device, at: string): Account {
  const others = account.copies.filter((copy) => copy.device !== device.id);
  return { ...account, copies: [...others, { device: device.id, addedAt: at }] };
}

/** What could not be restored must not be called a backup. */
function requireReadable(content: BackupContent): void {
  const { content: back, faults } = parseContent(formatContent(content));
  const [fault] = faults;
  if (fault !== undefined) {
    throw new UserError(
      `the backup could not be read again: ${fault}; nothing was written`,
      ExitCode.failed,
      ["see: twinseed doctor"],
    );
  }
  if (formatContent(back) !== formatContent(content)) throw new Error("the backup does not read back");
}

async function requireOpens(bytes: Uint8Array, lock: Lock, text: string): Promise<void> {
  await lookAtFile(bytes);
  if (lock.kind !== "recipients" && (await openFile(bytes, lock)) !== text)
    throw new Error("the backup does not decrypt to what was encrypted");
}

async function enterCopies(
  { accounts, createdAt }: BackupContent,
  device: Device,
  needs: Needs<"ledger">,
): Promise<void> {
  const inside = new Set(accounts.map(({ account }) => account.id));
  await needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    if (!devices.some(({ id }) => id === device.id)) edit.saveDevices([...devices, device]);
    for (const account of needs.ledger.accounts()) {
      if (inside.has(account.id)) edit.update(withFreshCopy(account, device, createdAt));
      else if (account.copies.some((copy) => copy.device === device.id))
        edit.update(withoutCopy(account, device));
    }
  });
}

function report(
  file: string,
  { accounts, removed, devices }: BackupContent,
  lock: Lock,
  needs: Needs<"stderr">,
): void {
  const gone = removed.length === 0 ? "" : ` and ${count(removed.length, "removed one")}`;
  const how = {
    passphrase: "locked with the passphrase",
    recipients: "locked for the recipients",
    "recovery-key": "locked with a key that the shares open",
  };
  note(
    needs,
    `wrote ${quoted(file)}: the seeds of ${count(accounts.length, "account")}${gone}, ${count(devices.length, "device")}; ${how[lock.kind]}`,
  );
  note(needs, `hint: see that you can open it: twinseed backup verify ${pasteableName(file, "FILE")}`);
}
