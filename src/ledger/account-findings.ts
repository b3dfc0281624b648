/** What can be wrong with the copies of one account, and what fixes it. copy-states.ts says what each copy is worth. Pure. */
import type { Account, Copy, Device } from "./account.ts";
import {
  CLOCK_TOLERANCE,
  copiesNear,
  deviceOf,
  lastProof,
  liveCopies,
  mayHold,
  provedCopies,
  stateOf,
} from "./copy-states.ts";
import type { AuditOptions, Finding, Fix } from "./finding.ts";
import { handingOver, proving, provingTogether } from "./fixes.ts";

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
    ...goneSeed(account, options),
    ...goneDevices(account, devices, options),
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
  { minCopies, here, gone }: AuditOptions,
): Finding[] {
  if (live.length >= minCopies) return [];
  const names = live.map((copy) => (copy.device === here ? "this computer" : nameOf(copy, devices)));
  const near = copiesNear(account, devices).map((copy) => nameOf(copy, devices));
  if (names.length + near.length === 0) return [noCopy(account, devices, gone?.has(account.id) ?? false)];
  const has = names.length > 1 ? `only ${names.length} devices have it` : `only ${list(names)} has it`;
  const are = names.length > 1 ? `are on only ${names.length} devices` : `are only on ${list(names)}`;
  const wanted = names.length > 1 ? `; you want at least ${minCopies}` : "";
  const kind = "one-device";
  const fix: Fix = ["qr", account.id, "--device", "NAME"];
  const isOne = near.length === 1;
  const backups = `the backup${isOne ? "" : "s"} ${list(near)}`;
  if (names.length === 0) {
    const together = { are: `are only in ${backups}`, fixes: () => [["backup", "restore", "FILE"]] };
    return [{ kind, message: `only ${backups} ${isOne ? "has" : "have"} it`, fix, together }];
  }
  if (near.length === 0) {
    const fixes = () => [
      ["backup", "create", "FILE"],
      ["qr", "--google", "--device", "NAME"],
    ];
    return [{ kind, message: `${has}${wanted}`, fix, together: { are: `${are}${wanted}`, fixes } }];
  }
  const where = `${backups} ${isOne ? "counts once it is" : "count once they are"} in another place, and you say in which`;
  const place: Fix = ["backup", "verify", "FILE", "--place", "PLACE"];
  const together = { are: `${are}${wanted}; ${where}`, fixes: () => [place] };
  return [{ kind, message: `${has}${wanted}; ${where}`, fix: place, together }];
}

/** A retired device in a drawer is the way back; a lost one is not. */
function noCopy({ id, copies }: Account, devices: readonly Device[], isGone: boolean): Finding {
  const kind = "no-copy";
  if (copies.length === 0 && !isGone) {
    const message =
      "no device is known to have it: this store is on a computer that is not one of your devices";
    return { kind, message, fix: ["qr", id, "--device", "NAME"] };
  }
  const retired = copies.flatMap((copy) => {
    const device = deviceOf(copy, devices);
    const isBackup = device?.kind === "backup";
    return device?.state === "retired" && !isBackup && mayHold(copy) ? [device] : [];
  });
  const [first] = retired;
  if (first === undefined) {
    const message = "no available device has it: sign in another way and enroll again";
    const fix = ["add", "PICTURE", "--replace"];
    const are = "are on no available device: sign in another way and enroll each again";
    return { kind, message, fix, together: { are, fixes: () => [fix] } };
  }
  const which = list(retired.map(({ name }) => name));
  const message = `no device in use has it, only ${which}, which you retired: use it again`;
  const fix: Fix = ["device", "add", first.name, "--kind", first.kind];
  const are = `are on no device in use, only on ${which}, which you retired: use it again`;
  return { kind, message, fix, together: { are, fixes: () => [fix] } };
}

function goneSeed({ id }: Account, { gone }: AuditOptions): Finding[] {
  if (!gone?.has(id)) return [];
  const fix: Fix = ["backup", "restore", "FILE"];
  const together = { are: "have no seed in this computer's store", fixes: () => [fix] };
  return [{ kind: "no-seed", message: "this computer's store has no seed of it", fix, together }];
}

function goneDevices(account: Account, devices: readonly Device[], { here }: AuditOptions): Finding[] {
  const isSafe = provedCopies(account, devices).length > 0;
  return account.copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    if (device === undefined || stateOf(copy, device) !== "left-behind") return [];
    const { name, state } = device;
    if (device.id === here) {
      // The commands for a device that is gone are refused on the device.
      const message = `${name} is marked as ${state} and has it, and you are working on it: take the mark back`;
      const are = `are on ${name}, which is marked as ${state}, and you are working on it: take the mark back`;
      const fix: Fix = ["device", "add", name, "--kind", device.kind];
      const kind = state === "lost" ? "lost-device" : "retired-device";
      return [{ kind, message, fix, together: { are, fixes: () => [fix] } }];
    }
    if (state === "lost") {
      const danger = "anyone with that device can make codes";
      const fix: Fix = ["device", "lost", name];
      const together = { are: `are on ${name}, which is lost: ${danger}`, fixes: () => [fix] };
      return [{ kind: "lost-device", message: `${name} is lost and has it: ${danger}`, fix, together }];
    }
    // Only its owner can open an old backup that is retired.
    if (device.kind === "backup") return [];
    // The only copy must not be wiped.
    const message = isSafe
      ? `${name} is retired and may still have it: wipe it, and say so`
      : `${name} is retired and still has it`;
    const are = isSafe
      ? `may still be on ${name}, which is retired: wipe it, and say so`
      : `are still on ${name}, which is retired`;
    const fix: Fix = isSafe ? ["device", "wiped", name] : ["device", "replace", name, "NAME"];
    return [{ kind: "retired-device", message, fix, together: { are, fixes: () => [fix] } }];
  });
}

/** Nothing here tells which of the two seeds works: the service does. */
function rivals({ id, name, rival }: Account): Finding[] {
  if (rival === undefined) return [];
  const message = `two computers have it, each with another seed, and only one of them works: if the service refuses the codes of ${name}, remove it`;
  return [{ kind: "two-seeds", message, fix: ["remove", id] }];
}

function deadCopies({ id, copies }: Account, devices: readonly Device[]): Finding[] {
  const kind = "dead-copy";
  return copies.flatMap((copy): Finding[] => {
    const device = deviceOf(copy, devices);
    // A backup with an old seed is reported below, as behind.
    if (device?.state !== "active" || device.kind === "backup" || stateOf(copy, device) !== "dead") return [];
    const { name } = device;
    const old = `${name} has the old seed, which stopped working on ${(copy.deadSince ?? "").slice(0, 10)}`;
    const are = `have an old seed on ${name}, which no longer works`;
    if (copy.shownAt !== undefined) {
      const message = `${old}; it was shown the new one, but has not proved it`;
      const shown = `${are}; it was shown the new ones, but has not proved them`;
      return [{ kind, message, fix: proving(id, device), together: provingTogether(shown, device) }];
    }
    const together = { are, fixes: (ids: readonly string[]) => [handingOver(ids, device)] };
    return [{ kind, message: old, fix: handingOver([id], device), together }];
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
  const [first] = others.flatMap((copy) => deviceOf(copy, devices) ?? []);
  if (first === undefined || proved.length >= minCopies) return [];
  const names = list(others.map((copy) => deviceOf(copy, devices)?.name ?? copy.device));
  const isOne = others.length === 1;
  const isDoubted = others.every(({ doubtedAt }) => doubtedAt !== undefined);
  const never = isDoubted ? "no longer confirmed" : "never confirmed";
  const [was, were] = isDoubted ? ["is", "are"] : ["was", "were"];
  const message = `${isOne ? "the copy" : "the copies"} on ${names} ${isOne ? was : were} ${never}`;
  const together = provingTogether(`${were} ${never} on ${names}`, first);
  return [{ kind: "unconfirmed", message, fix: proving(account.id, first), together }];
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
    const { name } = device;
    const message = isFuture
      ? `the copy on ${name} was confirmed on ${confirmedAt.slice(0, 10)}, in the future: a clock was wrong`
      : `the copy on ${name} was last confirmed ${days} days ago`;
    const are = isFuture
      ? `were confirmed on ${name} in the future: a clock was wrong`
      : `were last confirmed on ${name} more than ${staleDays} days ago`;
    return [
      { kind: "stale", message, fix: proving(account.id, device), together: provingTogether(are, device) },
    ];
  });
}

function nameOf(copy: Copy, devices: readonly Device[]): string {
  return deviceOf(copy, devices)?.name ?? "one device";
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
