/**
 * What a copy is worth: decided here, and only here; FORMAT.md has the table. Whether a copy counts as safe and whether it is a
 * danger are two questions: after a sync, or after a QR code that was only shown, a copy may be neither. Pure.
 */
import type { Account, Copy, Device } from "./account.ts";

/**
 * Shown: the device was shown the QR code. Proved: it has shown a valid code since. Dead: the service has issued a new seed, and
 * the device has not shown a code of that one yet. Left behind: the device is lost or retired, and not known to be wiped.
 * Wiped: the user said that the device was wiped. Near: in a backup that, as far as anyone knows, lies next to the seeds, and goes
 * when they go.
 */
export const COPY_STATES = ["shown", "proved", "near", "dead", "left-behind", "wiped"] as const;

export type CopyState = (typeof COPY_STATES)[number];

/** A proof that is dated further in the future than this comes from a clock that was wrong. Milliseconds. */
export const CLOCK_TOLERANCE = 86_400_000;

export function deviceOf(copy: Copy, devices: readonly Device[]): Device | undefined {
  return devices.find(({ id }) => id === copy.device);
}

/** What matters of a device for what its copies are worth. */
type Holder = Pick<Device, "kind" | "state" | "wipedAt" | "placedAt">;

/** A device that is not in the list may be anywhere. */
export function stateOf(copy: Copy, device: Holder | undefined): CopyState {
  if (!mayHold(copy)) return copy.wipedAt === undefined ? "dead" : "wiped";
  if (device?.state !== "active") return "left-behind";
  if (copy.deadSince !== undefined) return "dead";
  if (device.kind === "backup" && !isElsewhere(copy, device)) return "near";
  return isProof(copy, device) ? "proved" : "shown";
}

/** The user said so after this copy was made: a backup that was written again lies next to the seeds again. */
function isElsewhere({ addedAt }: Copy, { placedAt }: Holder): boolean {
  return placedAt !== undefined && Date.parse(placedAt) >= Date.parse(addedAt);
}

/** Whether anyone with the device may be able to make codes that the service accepts. */
export function mayHold({ deadSince, wipedAt, shownAt }: Copy): boolean {
  return shownAt !== undefined || (deadSince === undefined && wipedAt === undefined);
}

/** A proof from before the device was wiped, or before it was doubted, can come in later, by a sync or from a backup. */
export function isProof({ confirmedAt, doubtedAt, wipedAt }: Copy, device: Pick<Device, "wipedAt">): boolean {
  if (confirmedAt === undefined || wipedAt !== undefined) return false;
  return [doubtedAt, device.wipedAt].every(
    (time) => time === undefined || Date.parse(confirmedAt) > Date.parse(time),
  );
}

/** When the device last showed that it has the seed, if that counts. A computer shows it by opening its own store. */
export function lastProof(copy: Copy, device: Device): string | undefined {
  if (stateOf(copy, device) !== "proved") return undefined;
  const { confirmedAt = copy.addedAt } = copy;
  const { openedAt = confirmedAt } = device;
  return Date.parse(openedAt) > Date.parse(confirmedAt) ? openedAt : confirmedAt;
}

/** The copies on devices that are available, and whose codes the service accepts as far as anyone knows; not all are proved. */
export function liveCopies(account: Account, devices: readonly Device[]): Copy[] {
  return oneEach(account).filter((copy) => {
    const state = stateOf(copy, deviceOf(copy, devices));
    return state === "shown" || state === "proved";
  });
}

/** The copies in backups that may lie next to the seeds. */
export function copiesNear(account: Account, devices: readonly Device[]): Copy[] {
  return oneEach(account).filter((copy) => stateOf(copy, deviceOf(copy, devices)) === "near");
}

/** The only copies that count as safe. */
export function provedCopies(account: Account, devices: readonly Device[]): Copy[] {
  return oneEach(account).filter((copy) => stateOf(copy, deviceOf(copy, devices)) === "proved");
}

/** Where a file that was edited by hand has two for a device, they are one, and which of them is true is not known. */
function oneEach({ copies }: Account): Copy[] {
  const byDevice = new Map<string, Copy>();
  for (const copy of copies) {
    const { device, addedAt } = copy;
    byDevice.set(device, byDevice.has(device) ? { device, addedAt } : copy);
  }
  return [...byDevice.values()];
}
