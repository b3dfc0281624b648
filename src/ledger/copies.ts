/** What the ledger knows about copies, and how that changes. Pure: an account in, an account out. */
import type { Account, Copy, Device } from "./account.ts";

/** Whether the copy makes codes that the service accepts: its seed is not dead, and its device is active. */
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

/** The device was given the seed; whether it stored it is not known yet. */
export function withCopy(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  if (known !== undefined && known.deadSince === undefined) return account;
  return put(account, { device: device.id, addedAt: at });
}

/** The device has shown a valid code. */
export function withProof(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  const addedAt = known !== undefined && known.deadSince === undefined ? known.addedAt : at;
  return put(account, { device: device.id, addedAt, confirmedAt: at });
}

export function withoutCopy(account: Account, device: Device): Account {
  return { ...account, copies: account.copies.filter((copy) => copy.device !== device.id) };
}

/**
 * The service has issued a new seed: the copies on other devices are dead until each device shows a code of the new seed.
 * Copies on lost or retired devices no longer matter.
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
