/** What is known of copies, and how that changes. Pure: an account in, an account out. */
import type { Account, Copy, Device } from "./account.ts";

/** A copy that can make codes the service takes: not of a dead seed, on a device that is at hand. */
export function isLive(copy: Copy, devices: readonly Device[]): boolean {
  return copy.deadSince === undefined && (deviceOf(copy, devices)?.state ?? "active") === "active";
}

export function liveCopies(account: Account, devices: readonly Device[]): Copy[] {
  return account.copies.filter((copy) => isLive(copy, devices));
}

export function deviceOf(copy: Copy, devices: readonly Device[]): Device | undefined {
  return devices.find(({ id }) => id === copy.device);
}

export function copyOn(account: Account, device: Device): Copy | undefined {
  return account.copies.find((copy) => copy.device === device.id);
}

/** The device was told the seed; whether it took it is not known yet. */
export function withCopy(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  if (known !== undefined && known.deadSince === undefined) return account;
  return put(account, { device: device.id, addedAt: at });
}

/** The device has shown a right code. */
export function withProof(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  const addedAt = known !== undefined && known.deadSince === undefined ? known.addedAt : at;
  return put(account, { device: device.id, addedAt, confirmedAt: at });
}

export function withoutCopy(account: Account, device: Device): Account {
  return { ...account, copies: account.copies.filter((copy) => copy.device !== device.id) };
}

/**
 * The service gave out a new seed: what the other devices hold is dead, until each has shown a code of the new one. What
 * is on a lost or retired device is of no interest any more.
 */
export function inheritedCopies(
  replaced: Account,
  here: Device,
  devices: readonly Device[],
  at: string,
): Copy[] {
  return replaced.copies
    .filter((copy) => copy.device !== here.id && (deviceOf(copy, devices)?.state ?? "active") === "active")
    .map(({ device, addedAt, deadSince }) => ({ device, addedAt, deadSince: deadSince ?? at }));
}

function put(account: Account, copy: Copy): Account {
  const others = account.copies.filter(({ device }) => device !== copy.device);
  const at = account.copies.findIndex(({ device }) => device === copy.device);
  return { ...account, copies: at < 0 ? [...others, copy] : others.toSpliced(at, 0, copy) };
}
