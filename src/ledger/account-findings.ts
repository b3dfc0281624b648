/** What can be wrong with the copies of one account, and what fixes it. copy-states.ts says what each copy is worth. Pure. */
import type { Account, Copy, Device } from "./account.ts";
import {
  CLOCK_TOLERANCE,
  deviceOf,
  lastProof,
  liveCopies,
  mayHold,
  provedCopies,
  stateOf,
} from "./copy-states.ts";
import type { AuditOptions, Finding } from "./finding.ts";

const DAY = 86_400_000;

/** In no order. */
export function accountFindings(
  account: Account,
  devices: readonly Device[],
  options: AuditOptions,
): Finding[] {
  const live = liveCopies(account, devices);
  return [
    ...holders(account, live, devices, options),
    ...goneDevices(account, devices),
    ...rivals(account),
    ...deadCopies(account, devices),
    ...unproved(account, live, devices, options),
    ...stale(account, devices, options),
  ];
}

function holders(
  account: Account,
  live: readonly Copy[],
  devices: readonly Device[],
  { minCopies, here }: AuditOptions,
): Finding[] {
  const [only] = live;
  if (only === undefined) return [noCopy(account, devices)];
  if (live.length >= minCopies) return [];
  const device = deviceOf(only, devices);
  const message =
    live.length > 1
      ? `only ${live.length} devices have it; you want at least ${minCopies}`
      : `only ${device !== undefined && device.id === here ? "this computer" : (device?.name ?? "one device")} has it`;
  return [{ kind: "one-device", message, fix: ["qr", account.id, "--device", "NAME"] }];
}

/** A retired device in a drawer is the way back; a lost one is not. */
function noCopy({ id, copies }: Account, devices: readonly Device[]): Finding {
  if (copies.length === 0) {
    const message =
      "no device is known to have it: this store is on a computer that is not one of your devices";
    return { kind: "no-copy", message, fix: ["qr", id, "--device", "NAME"] };
  }
  const retired = copies.flatMap((copy) => {
    const device = deviceOf(copy, devices);
    const isBackup = device?.kind === "backup";
    return device?.state === "retired" && !isBackup && mayHold(copy) ? [device] : [];
  });
  const [first] = retired;
  if (first === undefined) {
    const message = "no available device has it: sign in another way and enroll again";
    return { kind: "no-copy", message, fix: ["add", "PICTURE", "--replace"] };
  }
  const message = `no device in use has it, only ${list(retired.map(({ name }) => name))}, which you retired: use it again`;
  return { kind: "no-copy", message, fix: ["device", "add", first.name, "--kind", first.kind] };
}

function goneDevices(account: Account, devices: readonly Device[]): Finding[] {
  const isSafe = provedCopies(account, devices).length > 0;
  return account.copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    if (device === undefined || stateOf(copy, device) !== "left-behind") return [];
    if (device.state === "lost") {
      const message = `${device.name} is lost and has it: anyone with that device can make codes`;
      return [{ kind: "lost-device", message, fix: ["device", "lost", device.name] }];
    }
    // Only its owner can open an old backup that is retired.
    if (device.kind === "backup") return [];
    // The only copy must not be wiped.
    const message = isSafe
      ? `${device.name} is retired and may still have it: wipe it, and say so`
      : `${device.name} is retired and still has it`;
    const fix = isSafe ? ["device", "wiped", device.name] : ["device", "replace", device.name, "NAME"];
    return [{ kind: "retired-device", message, fix }];
  });
}

/** Nothing here tells which of the two seeds works: the service does. */
function rivals({ id, name, rival }: Account): Finding[] {
  if (rival === undefined) return [];
  const message = `two computers replaced it, each with another seed, and only one of them works: if the service refuses the codes of ${name}, remove it`;
  return [{ kind: "two-seeds", message, fix: ["remove", id] }];
}

function deadCopies({ id, copies }: Account, devices: readonly Device[]): Finding[] {
  return copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    // A backup with an old seed is reported below, as behind.
    if (device?.state !== "active" || device.kind === "backup" || stateOf(copy, device) !== "dead") return [];
    const old = `${device.name} has the old seed, which stopped working on ${(copy.deadSince ?? "").slice(0, 10)}`;
    if (copy.shownAt !== undefined) {
      const message = `${old}; it was shown the new one, but has not proved it`;
      return [{ kind: "dead-copy", message, fix: ["verify", id, "--device", device.name] }];
    }
    const fix =
      device.kind === "paper"
        ? ["sheet", id, "--device", device.name, "--print"]
        : ["qr", id, "--device", device.name];
    return [{ kind: "dead-copy", message: old, fix }];
  });
}

/** A copy that is not proved is a finding where it would be needed to have enough. */
function unproved(
  account: Account,
  live: readonly Copy[],
  devices: readonly Device[],
  { minCopies }: AuditOptions,
): Finding[] {
  const proved = provedCopies(account, devices);
  const others = live.filter((copy) => !proved.includes(copy));
  const [first] = others;
  if (first === undefined || proved.length >= minCopies) return [];
  const names = others.map((copy) => deviceOf(copy, devices)?.name ?? copy.device);
  const message =
    names.length === 1
      ? `the copy on ${list(names)} was never confirmed`
      : `the copies on ${list(names)} were never confirmed`;
  return [{ kind: "unconfirmed", message, fix: confirming(account, first, devices) }];
}

/** Every code shown here proves this computer's own copy, so only the copies on other devices and computers grow stale. */
function stale(
  account: Account,
  devices: readonly Device[],
  { now, staleDays, here }: AuditOptions,
): Finding[] {
  return provedCopies(account, devices).flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    if (device === undefined || device.id === here) return [];
    const confirmedAt = lastProof(copy, device) ?? copy.addedAt;
    const age = now - Date.parse(confirmedAt);
    const isFuture = age < -CLOCK_TOLERANCE;
    const days = Math.floor(age / DAY);
    if (!isFuture && days <= staleDays) return [];
    const message = isFuture
      ? `the copy on ${device.name} was confirmed on ${confirmedAt.slice(0, 10)}, in the future: a clock was wrong`
      : `the copy on ${device.name} was last confirmed ${days} days ago`;
    return [{ kind: "stale", message, fix: confirming(account, copy, devices) }];
  });
}

function confirming({ id }: Account, copy: Copy, devices: readonly Device[]): string[] {
  const device = deviceOf(copy, devices);
  return device?.kind === "backup"
    ? ["backup", "verify", "FILE"]
    : ["verify", id, "--device", device?.name ?? "NAME"];
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
