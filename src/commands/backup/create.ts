/**
 * `backup create`: asks everything before it writes anything, and reads the file back before it reports success. The backup
 * is a device, and holds a copy of every account in it; `backup verify` confirms them.
 */

import { basename } from "node:path";
import { inspectFile, type Lock, openFile, sealFile } from "../../backup/age-file.ts";
import { type BackupContent, formatContent } from "../../backup/backup-content.ts";
import { Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { BACKUP_LIMITS } from "../../base/limits.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { copyOn, withFreshCopy, withoutCopy } from "../../ledger/copies.ts";
import { progressOf } from "../../talk/progress.ts";
import { count, note, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { backupDevice, type NameOptions } from "./backup-device.ts";
import { type ChooseLockNeeds, chooseLock, type LockOptions } from "./choose-lock.ts";
import { pageFor, requirePageName, sayPage } from "./recovery-page.ts";
import { showShares } from "./show-shares.ts";
import { currentContent, withDevice } from "./snapshot.ts";
import { chosenIds, withExtent } from "./some-accounts.ts";

type CreateNeeds = Needs<"stdout" | "clock" | "ledger" | "seeds" | "notes"> & ChooseLockNeeds;

export interface CreateOptions extends LockOptions, NameOptions {
  armor?: boolean;
  page?: boolean;
  account?: string[];
  force?: boolean;
  allowMissing?: boolean;
}

export async function create(file: string, options: CreateOptions, needs: CreateNeeds): Promise<void> {
  const { armor = false, page = false, account: queries = [] } = options;
  if (page) requirePageName(file);
  await requireFree(file, options, needs);
  const chosen = await chosenIds(queries, needs);
  const device = withExtent(await backupDevice(file, options, needs), chosen);
  const { content, leftOut, damaged, unread } = await currentContent(device, chosen, needs);
  const missing = leftOut.filter(({ removedAt }) => removedAt === undefined);
  if (missing.length + damaged.length > 0 && !options.allowMissing)
    throw incomplete(missing, damaged, await heldBy(file, device, needs));
  if (unread.length > 0 && !options.allowMissing) throw noNotes(unread, await heldBy(file, device, needs));
  const { lock, shares } = await chooseLock(options, needs);
  const text = formatContent(content);
  const sealed = await sealFile(text, lock, armor || page);
  await requireOpens(sealed, lock, text);
  const bytes = page ? await pageFor(sealed) : sealed;
  if (shares.length > 0) await showShares(shares, basename(file), content.createdAt.slice(0, 10), needs);
  await needs.files.write(file, bytes, { replace: options.force ?? false });
  const back = await needs.files.read(file, BACKUP_LIMITS.bytes);
  if (!Buffer.from(bytes).equals(back)) {
    throw new UserError(`${quoted(file)} does not read back as it was written`, ExitCode.failed, [
      "do not rely on this backup; check the disk",
    ]);
  }
  if (lock.kind === "recovery-key") lock.key.fill(0);
  await recordCopies(content, device, needs);
  report(file, content, lock, needs);
  if (page) await sayPage(file, device.name, needs);
  for (const id of damaged) warn(needs, `"accounts/${id}.json" is not in the backup: it is damaged`);
  for (const { name } of leftOut)
    warn(needs, `${quoted(name)} is not in the backup: its seed can't be read here`);
  for (const { name } of unread)
    warn(
      needs,
      `the recovery codes and the note of ${quoted(name)} are not in the backup: they can't be read here`,
    );
  if (leftOut.length + damaged.length + unread.length > 0) throw new Exit(ExitCode.failed);
}

/** What an older file holds is known from the ledger: it is never opened here. */
async function heldBy(file: string, device: Device, needs: Needs<"files" | "ledger">): Promise<string> {
  if ((await needs.files.kind(file)) === "missing") return "";
  const held = needs.ledger.accounts().filter((account) => copyOn(account, device) !== undefined).length;
  return held === 0
    ? `; ${quoted(file)} is as it was`
    : `; ${quoted(file)} is as it was, and holds ${count(held, "account")}`;
}

function incomplete(missing: readonly Account[], damaged: readonly string[], older: string): UserError {
  const [first] = missing.map(({ name }) => quoted(name));
  const amount = missing.length + damaged.length;
  const more = amount > 1 ? ` and ${count(amount - 1, "other")}` : "";
  const what =
    first === undefined ? `"accounts/${damaged[0]}.json", which is damaged` : `the seed of ${first}`;
  return new UserError(`can't read ${what}${more}: no backup was written${older}`, ExitCode.locked, [
    "find out why: twinseed doctor",
    "to back up the others even so: --allow-missing",
  ]);
}

function noNotes(unread: readonly Account[], older: string): UserError {
  const [first] = unread.map(({ name }) => quoted(name));
  const more = unread.length > 1 ? ` and ${count(unread.length - 1, "other")}` : "";
  const what = `can't read the recovery codes and the note of ${first}${more}`;
  return new UserError(`${what}: no backup was written${older}`, ExitCode.locked, [
    "find out why: twinseed note NAME",
    "to back up everything else even so: --allow-missing",
  ]);
}

/** Runs before anything is asked or shown. Refuses a link or a pipe, which can't be read back reliably. */
async function requireFree(
  file: string,
  { force = false }: CreateOptions,
  needs: Needs<"files">,
): Promise<void> {
  if (file === "-")
    throw usageError("name a file: a backup is read back after it is written, which stdout does not allow");
  const kind = await needs.files.kind(file);
  if (kind === "missing" || (kind === "file" && force)) return needs.files.requireWritable(file);
  if (kind === "file") {
    throw new UserError(`${quoted(file)} already exists`, ExitCode.failed, [
      "choose another name, or overwrite it with: --force",
    ]);
  }
  throw usageError(`${quoted(file)} is not a regular file: name the file itself`);
}

async function requireOpens(bytes: Uint8Array, lock: Lock, text: string): Promise<void> {
  await inspectFile(bytes);
  if (lock.kind !== "recipients" && (await openFile(bytes, lock)) !== text)
    throw new Error("the backup does not decrypt to what was encrypted");
}

/** Removed accounts too: they can come back, and an older file of this name that held them is gone. */
async function recordCopies(
  { accounts, removed, createdAt }: BackupContent,
  device: Device,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<void> {
  const inside = new Set([...accounts, ...removed].map(({ account }) => account.id));
  await needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    edit.saveDevices(withDevice(devices, device));
    const progress = progressOf("noting copy", needs);
    const list = needs.ledger.accounts();
    for (const [i, account] of list.entries()) {
      progress.at(i, list.length);
      if (inside.has(account.id)) edit.update(withFreshCopy(account, device, createdAt));
      else if (copyOn(account, device) !== undefined) edit.update(withoutCopy(account, device));
    }
    progress.end();
    for (const account of needs.ledger.removed())
      if (inside.has(account.id)) edit.update(withFreshCopy(account, device, createdAt));
      else if (copyOn(account, device) !== undefined) edit.update(withoutCopy(account, device));
  });
}

function report(
  file: string,
  { accounts, removed, devices }: BackupContent,
  lock: Lock,
  needs: Needs<"stderr">,
): void {
  const gone = removed.length === 0 ? "" : ` and ${count(removed.length, "removed account")}`;
  const how = {
    passphrase: "locked with the passphrase",
    recipients: "locked for the recipients",
    "recovery-key": "locked with a key that is split into the shares",
  };
  note(
    needs,
    `wrote ${quoted(file)}: the seeds of ${count(accounts.length, "account")}${gone}, ${count(devices.length, "device")}; ${how[lock.kind]}`,
  );
  note(needs, `hint: check that you can open it: twinseed backup verify ${pasteableName(file, "FILE")}`);
}
