/**
 * Finds accounts with too few or unreliable copies, and what fixes them. Pure; works while the seeds are locked or lost.
 * A finding needs action; a note is only information.
 */
import type { Account, Copy, Device } from "./account.ts";
import { deviceOf, isLive, liveCopies } from "./copies.ts";

/** The worst first: the order of the report. */
export const FINDING_KINDS = [
  "no-copy",
  "lost-device",
  "dead-copy",
  "one-device",
  "unconfirmed",
  "retired-device",
  "stale",
  "backup-behind",
  "backup-unverified",
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  /** Arguments of the twinseed command that fixes it. A word in capitals is a placeholder that the user fills in. */
  readonly fix: readonly string[];
}

export interface AccountAudit {
  readonly account: Account;
  readonly live: readonly Copy[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

export interface Audit {
  /** By risk, then by name. */
  readonly accounts: readonly AccountAudit[];
  /** Findings about backups and devices, not about one account. */
  readonly findings: readonly Finding[];
}

export interface AuditOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A copy that has not been confirmed for more days than this is stale. */
  readonly staleDays: number;
  readonly minCopies: number;
}

export const DEFAULT_AUDIT = { staleDays: 180, minCopies: 2 } as const;

const DAY = 86_400_000;

export function audit(
  accounts: readonly Account[],
  devices: readonly Device[],
  options: AuditOptions,
): Audit {
  const audited = accounts.map((account) => auditAccount(account, devices, options));
  return { accounts: audited.sort(byRisk), findings: auditBackups(accounts, devices) };
}

export function auditAccount(
  account: Account,
  devices: readonly Device[],
  options: AuditOptions,
): AccountAudit {
  const live = liveCopies(account, devices);
  const findings = [
    ...holders(account, live, devices, options),
    ...goneDevices(account, devices),
    ...deadCopies(account, devices),
    ...confirmations(account, live, devices, options),
  ];
  const notes = live.length > 1 ? kindNote(live, devices) : [];
  return { account, live, findings: findings.sort((a, b) => rank(a.kind) - rank(b.kind)), notes };
}

function holders(
  { id }: Account,
  live: readonly Copy[],
  devices: readonly Device[],
  { minCopies }: AuditOptions,
): Finding[] {
  const fix = ["qr", id, "--device", "NAME"];
  const [only] = live;
  if (only === undefined) {
    const message = "no available device has it: sign in another way and enroll again";
    return [{ kind: "no-copy", message, fix: ["add", "PICTURE", "--replace"] }];
  }
  if (live.length >= minCopies) return [];
  const device = deviceOf(only, devices);
  const message =
    live.length > 1
      ? `only ${live.length} devices have it; you want at least ${minCopies}`
      : `only ${device?.host === undefined ? (device?.name ?? "one device") : "this computer"} has it`;
  return [{ kind: "one-device", message, fix }];
}

function goneDevices(account: Account, devices: readonly Device[]): Finding[] {
  return account.copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    if (copy.deadSince !== undefined || device === undefined) return [];
    if (device.state === "lost") {
      const message = `${device.name} is lost and has it: anyone with that device can make codes`;
      return [{ kind: "lost-device", message, fix: ["device", "lost", device.name] }];
    }
    // Only its owner can open an old backup that is retired.
    if (device.state === "retired" && device.kind !== "backup") {
      const message = `${device.name} is retired and still has it`;
      return [{ kind: "retired-device", message, fix: ["device", "replace", device.name, "NAME"] }];
    }
    return [];
  });
}

function deadCopies({ id, copies }: Account, devices: readonly Device[]): Finding[] {
  return copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    // A backup with an old seed is reported below, as behind.
    if (copy.deadSince === undefined || device?.state !== "active" || device.kind === "backup") return [];
    const message = `${device.name} has the old seed, which stopped working on ${copy.deadSince.slice(0, 10)}`;
    return [{ kind: "dead-copy", message, fix: ["qr", id, "--device", device.name] }];
  });
}

/** Every code shown here proves this computer's own copy, so only the copies on other devices need confirmation. */
function confirmations(
  { id }: Account,
  live: readonly Copy[],
  devices: readonly Device[],
  { now, staleDays }: AuditOptions,
): Finding[] {
  const others = live.filter((copy) => deviceOf(copy, devices)?.host === undefined);
  if (others.length === 0) return [];
  const nameOf = (copy: Copy) => deviceOf(copy, devices)?.name ?? copy.device;
  const fix = (copy: Copy | undefined) =>
    copy !== undefined && deviceOf(copy, devices)?.kind === "backup"
      ? ["backup", "verify", "FILE"]
      : ["verify", id, "--device", copy === undefined ? "NAME" : nameOf(copy)];
  if (others.every(({ confirmedAt }) => confirmedAt === undefined)) {
    const names = others.map(nameOf);
    const message =
      names.length === 1
        ? `the copy on ${list(names)} was never confirmed`
        : `the copies on ${list(names)} were never confirmed`;
    return [{ kind: "unconfirmed", message, fix: fix(others[0]) }];
  }
  return others.flatMap((copy): Finding[] => {
    const age = copy.confirmedAt === undefined ? 0 : Math.floor((now - Date.parse(copy.confirmedAt)) / DAY);
    if (age <= staleDays) return [];
    const message = `the copy on ${nameOf(copy)} was last confirmed ${age} days ago`;
    return [{ kind: "stale", message, fix: fix(copy) }];
  });
}

function kindNote(live: readonly Copy[], devices: readonly Device[]): string[] {
  const kinds = new Set(live.map((copy) => deviceOf(copy, devices)?.kind));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? [`all copies are on one kind of device (${kind})`] : [];
}

/** A backup is a device too: it has the accounts that existed when it was created, and `backup verify` confirms its copies. */
function auditBackups(accounts: readonly Account[], devices: readonly Device[]): Finding[] {
  return devices.flatMap((device): Finding[] => {
    if (device.kind !== "backup" || device.state !== "active") return [];
    const held = accounts.flatMap(({ copies }) =>
      copies.filter((copy) => copy.device === device.id && isLive(copy, devices)),
    );
    const missing = accounts.filter(
      ({ copies }) => !copies.some((copy) => copy.device === device.id && isLive(copy, devices)),
    );
    const behind: Finding = {
      kind: "backup-behind",
      message: `the backup ${device.name} is older than ${missing.length} of ${accounts.length} accounts`,
      fix: ["backup", "create", "FILE"],
    };
    const unverified: Finding = {
      kind: "backup-unverified",
      message: `the backup ${device.name} was never verified`,
      fix: ["backup", "verify", "FILE"],
    };
    return [
      ...(missing.length > 0 ? [behind] : []),
      ...(held.length > 0 && held.every(({ confirmedAt }) => confirmedAt === undefined) ? [unverified] : []),
    ];
  });
}

function byRisk(a: AccountAudit, b: AccountAudit): number {
  const worst = (one: AccountAudit) =>
    one.findings[0] === undefined ? FINDING_KINDS.length : rank(one.findings[0].kind);
  return worst(a) - worst(b) || (a.account.name < b.account.name ? -1 : 1);
}

function rank(kind: FindingKind): number {
  return FINDING_KINDS.indexOf(kind);
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
