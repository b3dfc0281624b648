/** The content of a backup, as backup/FORMAT.md describes it. Pure. */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { isText, isWhole, type JsonObject, objectOf, parseFields } from "../base/untrusted-json.ts";
import type { Account, Device } from "../ledger/account.ts";
import { accountFields, parseAccount } from "../ledger/account-file.ts";
import { salvageDevices } from "../ledger/checkup.ts";
import { timesOf } from "../ledger/copies.ts";
import { type Enrollment, sameParameters } from "../otp/enrollment.ts";
import { formatOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import type { KeptNote } from "../otp/plain-note.ts";

import { parseKept } from "./backup-note.ts";

const VERSION = 1;
/** Stricter than Date.parse, which also accepts dates with arbitrary text in parentheses. */
const TIME = /^[\w .:,+-]{4,40}$/;
/** Ids become file names, and Windows reserves some names. */
const ID = /^(?!(con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9]{1,64}$/;

export interface BackupEntry {
  readonly account: Account;
  /** For HOTP, with the counter from the ledger. */
  readonly enrollment: Enrollment;
  /** Its recovery codes and note, if there are any. */
  readonly kept?: KeptNote;
}

export interface BackupContent {
  readonly createdAt: string;
  /** The id of the backup's own entry in `devices`. */
  readonly device: string;
  readonly accounts: readonly BackupEntry[];
  readonly removed: readonly BackupEntry[];
  readonly devices: readonly Device[];
}

export interface ReadBackup {
  readonly content: BackupContent;
  /** Messages about entries that can't be read, each with where and why. */
  readonly faults: readonly string[];
}

export function formatContent({ createdAt, device, accounts, removed, devices }: BackupContent): string {
  const content = {
    version: VERSION,
    createdAt,
    device,
    accounts: accounts.map(entryFields),
    removed: removed.map(entryFields),
    devices,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** What the ledger says of the note is left out: where it is restored, it is counted again. */
function entryFields({ account: { note: _, ...account }, enrollment, kept }: BackupEntry): JsonObject {
  return { ...accountFields(account), uri: formatOtpauthUri(enrollment), recovery: kept };
}

/** Throws UserError (exit 5) if nothing can be read. */
export function parseContent(text: string): ReadBackup {
  const fields = parseFields(text);
  const { version, createdAt, device, accounts, removed = [], devices = [] } = fields;
  if (isWhole(version) && version > VERSION) {
    throw new UserError("this backup was made by a newer twinseed", ExitCode.unreadable, ["update twinseed"]);
  }
  if (
    version !== VERSION ||
    !isTime(createdAt) ||
    !isText(device) ||
    !Array.isArray(accounts) ||
    !Array.isArray(removed) ||
    !Array.isArray(devices)
  ) {
    throw new UserError("the file opens, but does not contain a twinseed backup", ExitCode.unreadable);
  }
  const seen = new Set<string>();
  const present = readEntries(accounts, "account", seen);
  const gone = readEntries(removed, "removed account", seen);
  const known = salvageDevices(JSON.stringify({ version: VERSION, devices })) ?? { devices: [], lost: 0 };
  const sound = known.devices.filter(({ addedAt, stateSince, wipedAt, placedAt }) =>
    [addedAt, stateSince ?? addedAt, wipedAt ?? addedAt, placedAt ?? addedAt].every(isTime),
  );
  const lost = devices.length - sound.length;
  return {
    content: {
      createdAt,
      device,
      accounts: present.entries.map(({ account: { removedAt: _, replacedBy: __, ...account }, ...rest }) => {
        return { account, ...rest };
      }),
      removed: gone.entries.map(({ account, ...rest }) => {
        return { account: { ...account, removedAt: account.removedAt ?? createdAt }, ...rest };
      }),
      devices: sound,
    },
    faults: [
      ...present.faults,
      ...gone.faults,
      ...(lost > 0 ? [`${lost} of its devices can't be read`] : []),
    ],
  };
}

/** An entry that can't be read does not affect the others. */
function readEntries(items: readonly unknown[], what: string, seen: Set<string>) {
  const entries: BackupEntry[] = [];
  const faults: string[] = [];
  for (const [i, item] of items.entries()) {
    const entry = attempt(() => parseEntry(item, `${what} ${i + 1}`, seen));
    if (entry instanceof UserError) {
      faults.push(entry.message);
      continue;
    }
    const recovery = objectOf(item)?.recovery;
    const kept = recovery === undefined ? undefined : parseKept(recovery);
    entries.push(kept === undefined ? entry : { ...entry, kept });
    if (recovery !== undefined && kept === undefined)
      faults.push(`the recovery codes and the note of ${what} ${i + 1} can't be read`);
  }
  return { entries, faults };
}

/** Throws UserError that says where and why. `seen`: all ids so far, including those of entries that can't be read. */
function parseEntry(item: unknown, at: string, seen: Set<string>): BackupEntry {
  const { id, name, uri } = objectOf(item) ?? {};
  const where = isText(name) ? `${at} ("${printable(name)}")` : at;
  if (!isText(id) || !ID.test(id)) throw unreadable(`${where} has no id`);
  if (seen.has(id)) throw unreadable(`${where} has the same id as another one`);
  seen.add(id);
  const entry = attempt(() => entryOf(parseAccount(JSON.stringify(item), id), uri));
  if (entry instanceof UserError) throw unreadable(`${where} can't be read: ${entry.message}`);
  return entry;
}

function entryOf(account: Account, uri: unknown): BackupEntry {
  if (!datesOf(account).every(isTime)) throw unreadable("one of its dates is invalid");
  if (!isText(uri)) throw unreadable("it has no otpauth URI");
  const enrollment = parseUri(uri);
  // An account with `replaces` was backed up in the middle of a change; here that would remove the other account.
  const { replaces: _, note: __, ...rest } = account;
  const otp = sameParameters(account.otp, enrollment.otp) ? account.otp : enrollment.otp;
  return { account: { ...rest, otp }, enrollment: { ...enrollment, otp } };
}

function datesOf({ addedAt, removedAt = addedAt, copies }: Account): string[] {
  return [addedAt, removedAt, ...copies.flatMap(timesOf)];
}

function isTime(value: unknown): value is string {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function parseUri(uri: string): Enrollment {
  try {
    return parseOtpauthUri(uri);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw unreadable(error.message);
  }
}

function unreadable(message: string): UserError {
  return new UserError(message, ExitCode.unreadable);
}
