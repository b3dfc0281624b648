/** Accounts and devices as the ledger knows them. No seed in here. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { OtpParameters } from "../otp/enrollment.ts";

/** What is wrong with a file that an older twinseed must not touch. */
export const NEWER = "it was written by a newer twinseed";

/** What is wrong with a file of the ledger. */
export function damaged(fault: string): UserError {
  return new UserError(fault, ExitCode.unreadable);
}

export interface Account {
  /** Random and stable; names the account's files and its entry in the seed store. */
  readonly id: string;
  /** What people type. */
  readonly name: string;
  readonly issuer: string;
  readonly label: string;
  /** For HOTP, `counter` is the next one to use; this is the place where it moves on. */
  readonly otp: OtpParameters;
  /** ISO 8601. */
  readonly addedAt: string;
  readonly copies: readonly Copy[];
  /** See fingerprint.ts. */
  readonly fingerprint: string;
  /** The id of the account whose place this one took, until that one is in removed/. */
  readonly replaces?: string;
  /** ISO 8601; set on the way to removed/ and there. */
  readonly removedAt?: string;
  /** Found in the keyring by `doctor --repair`: another data folder of this user may be its owner. */
  readonly adopted?: true;
  /** In removed/: the id of the account that took this one's place. */
  readonly replacedBy?: string;
  /** AWS: the serial number of the MFA device that has this seed, an ARN as a rule. */
  readonly mfaSerial?: string;
}

/** One account's seed on one device. */
export interface Copy {
  /** The device's id. */
  readonly device: string;
  readonly addedAt: string;
  /** When the device last showed a right code. */
  readonly confirmedAt?: string;
  /** The service has given out a new seed since: the device holds the old one, which makes no code that counts. */
  readonly deadSince?: string;
}

export const DEVICE_KINDS = ["phone", "tablet", "computer", "hardware", "paper", "backup"] as const;

export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Lost: in other hands, perhaps. Retired: given up on purpose. Neither counts as a holder of seeds. */
export const DEVICE_STATES = ["active", "lost", "retired"] as const;

export type DeviceState = (typeof DEVICE_STATES)[number];

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly addedAt: string;
  readonly state: DeviceState;
  /** Since when it is lost or retired. */
  readonly stateSince?: string;
  /** For a computer that keeps seeds with twinseed: its host name, by which it knows itself again. */
  readonly host?: string;
}
