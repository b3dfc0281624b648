/** What is in a backup, as backup/FORMAT.md describes it. Pure. */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { isText, isWhole, type JsonObject, objectOf, parseFields } from "../base/untrusted-json.ts";
import type { Account, Device } from "../ledger/account.ts";
import { accountFields, parseAccount } from "../ledger/account-file.ts";
import { salvageDevices } from "../ledger/checkup.ts";
import { type Enrolment, sameParameters } from "../otp/enrolment.ts";
import { formatOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";

const VERSION = 1;
/** What JavaScript takes for a date besides may hold anything, in brackets. */
const TIME = /^[\w .:,+-]{4,40}$/;
/** Ids become file names, and Windows has some of its own. */
const ID = /^(?!(con|prn|aux|nul|com\d|lpt\d)$)[a-z0-9]{1,64}$/;

export interface BackupEntry {
  readonly account: Account;
  /** For HOTP with the counter that the ledger had. */
  readonly enrolment: Enrolment;
}

export interface BackupContent {
  readonly createdAt: string;
  /** The id of the device that the backup is. */
  readonly device: string;
  readonly accounts: readonly BackupEntry[];
  readonly removed: readonly BackupEntry[];
  readonly devices: readonly Device[];
}

export interface ReadBackup {
  readonly content: BackupContent;
  /** Entries that can't be read, each with where and why. */
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

function entryFields({ account, enrolment }: BackupEntry): JsonObject {
  return { ...accountFields(account), uri: formatOtpauthUri(enrolment) };
}

/** Throws UserError (exit 5) where the whole can't be read. */
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
    throw new UserError("it opens, but what is in it is no twinseed backup", ExitCode.unreadable);
  }
  const seen = new Set<string>();
  const present = accounts.map((item: unknown, i) => parseEntry(item, `account ${i + 1}`, seen));
  const gone = removed.map((item: unknown, i) => parseEntry(item, `removed account ${i + 1}`, seen));
  const known = salvageDevices(JSON.stringify({ version: VERSION, devices })) ?? { devices: [], lost: 0 };
  const sound = known.devices.filter(({ addedAt, stateSince }) =>
    [addedAt, stateSince ?? addedAt].every(isTime),
  );
  const lost = devices.length - sound.length;
  return {
    content: {
      createdAt,
      device,
      accounts: entriesOf(present).map(
        ({ account: { removedAt: _, replacedBy: __, ...account }, enrolment }) => {
          return { account, enrolment };
        },
      ),
      removed: entriesOf(gone).map(({ account, enrolment }) => {
        return { account: { ...account, removedAt: account.removedAt ?? createdAt }, enrolment };
      }),
      devices: sound,
    },
    faults: [
      ...[...present, ...gone].flatMap((one) => (typeof one === "string" ? [one] : [])),
      ...(lost > 0 ? [`${lost} of its devices can't be read`] : []),
    ],
  };
}

function entriesOf(parsed: readonly (BackupEntry | string)[]): BackupEntry[] {
  return parsed.flatMap((one) => (typeof one === "string" ? [] : one));
}

function parseEntry(item: unknown, at: string, seen: Set<string>): BackupEntry | string {
  const { id, name, uri } = objectOf(item) ?? {};
  const where = isText(name) ? `${at} ("${printable(name)}")` : at;
  if (!isText(id) || !ID.test(id)) return `${where} has no id`;
  if (seen.has(id)) return `${where} has the id of another one`;
  seen.add(id);
  const account = attempt(() => parseAccount(JSON.stringify(item), id));
  if (account instanceof UserError) return `${where} can't be read: ${account.message}`;
  if (!timesOf(account).every(isTime)) return `${where} can't be read: a date of it is none`;
  const enrolment = isText(uri) ? parseUri(uri) : "it has no otpauth URI";
  if (typeof enrolment === "string") return `${where} can't be read: ${enrolment}`;
  // An account that takes another one's place is in the middle of a change; here it would put that one aside.
  const { replaces: _, ...settled } = account;
  const otp = sameParameters(account.otp, enrolment.otp) ? account.otp : enrolment.otp;
  return { account: { ...settled, otp }, enrolment: { ...enrolment, otp } };
}

function timesOf({ addedAt, removedAt = addedAt, copies }: Account): string[] {
  const times = copies.flatMap((copy) => [copy.addedAt, copy.confirmedAt, copy.deadSince]);
  return [addedAt, removedAt, ...times.flatMap((time) => time ?? [])];
}

function isTime(value: unknown): value is string {
  return isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function parseUri(uri: string): Enrolment | string {
  try {
    return parseOtpauthUri(uri);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    return error.message;
  }
}
