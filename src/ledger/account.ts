/** Accounts and devices as the ledger records them. They contain no seed. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { OtpParameters } from "../otp/enrollment.ts";

/** The fault of a file that this, older twinseed must not change. */
export const NEWER = "it was written by a newer twinseed";

/** An error for a ledger file that can't be read; `fault` says what is wrong with it. */
export function damaged(fault: string): UserError {
  return new UserError(fault, ExitCode.unreadable);
}

export interface Account {
  /** Random and stable; names the account's files and its entry in the seed store. */
  readonly id: string;
  /** What users type. */
  readonly name: string;
  readonly issuer: string;
  readonly label: string;
  /** For HOTP, `counter` is the next one to use; it is incremented only here. */
  readonly otp: OtpParameters;
  /** ISO 8601. */
  readonly addedAt: string;
  readonly copies: readonly Copy[];
  /** See fingerprint.ts. */
  readonly fingerprint: string;
  /** The id of the account that this one replaces, until that one has been moved to removed/. */
  readonly replaces?: string;
  /** ISO 8601; set before the account moves to removed/, and kept there. */
  readonly removedAt?: string;
  /** `doctor --repair` found the seed in the keyring: it may belong to another data folder of this user. */
  readonly adopted?: true;
  /** In removed/: the id of the account that replaced this one. */
  readonly replacedBy?: string;
  /** Two computers replaced the same account: the id of the other one. Only one of the two seeds works; nothing says which. */
  readonly rival?: string;
  /** AWS: the serial number of the MFA device that has this seed, usually an ARN. */
  readonly mfaSerial?: string;
  /** When a drill last opened a backup that had its seed. */
  readonly drilledAt?: string;
  /** AWS's root user: when the user last said that the e-mail and the phone on the account still reach them. */
  readonly otherWayAt?: string;
  /** Recovery codes or a note are kept next to the seed, sealed; see seeds/notes/. */
  readonly note?: NoteSummary;
}

export interface NoteSummary {
  /** ISO 8601: the oldest of what is there. */
  readonly since: string;
  /** How many recovery codes are left; missing where there are no codes. */
  readonly unused?: number;
}

/** One account's seed on one device. What these times mean together is decided in copy-states.ts, and only there. */
export interface Copy {
  /** The device's id. */
  readonly device: string;
  /** When the device was first shown the seed. */
  readonly addedAt: string;
  /** When the device last showed a valid code. */
  readonly confirmedAt?: string;
  /** What it had proved no longer counts since then: an export lacks the account, or its computer may be another one now. */
  readonly doubtedAt?: string;
  /** The service has issued a new seed since: the device has the old one, whose codes no longer work. */
  readonly deadSince?: string;
  /** The user said that the device was wiped. */
  readonly wipedAt?: string;
  /** When the device was last shown the seed again. With `deadSince` or `wipedAt`: after that, so it may have it. */
  readonly shownAt?: string;
}

export const DEVICE_KINDS = ["phone", "tablet", "computer", "hardware", "paper", "backup"] as const;

export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Lost: someone else may have it. Retired: taken out of use on purpose. Neither counts as a device that has seeds. */
export const DEVICE_STATES = ["active", "lost", "retired"] as const;

export type DeviceState = (typeof DEVICE_STATES)[number];

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly addedAt: string;
  readonly state: DeviceState;
  /** When it became lost or retired, or came back. */
  readonly stateSince?: string;
  /** When the user last said that it was wiped: what it proved before does not count any more. */
  readonly wipedAt?: string;
  /** For a computer that stores seeds with twinseed: the random id by which it recognizes itself (computer-id.ts). */
  readonly computer?: string;
  /** The same: when its seed store last opened all seeds of its proved copies. */
  readonly openedAt?: string;
  /** For a member of a shared store: the public key that the list of members has of it. */
  readonly member?: string;
  /** A backup: where the user says it was carried to. */
  readonly place?: string;
  /** When the user said so: an older file lies there, if the backup was written again since. */
  readonly placedAt?: string;
  /** A backup, "chosen": the user chose the accounts for it, so that the others are not missing from it. */
  readonly part?: string;
}
