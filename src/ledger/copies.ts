/** How copies change. Pure: an account in, an account out. What they are worth is decided in copy-states.ts. */
import type { Account, Copy, Device } from "./account.ts";
import { deviceOf, mayHold, stateOf } from "./copy-states.ts";

export function copyOn(account: Account, device: Pick<Device, "id">): Copy | undefined {
  return account.copies.find((copy) => copy.device === device.id);
}

/** The same, unless it is known to be worthless: dead, or wiped. */
export function heldCopy(account: Account, device: Pick<Device, "id">): Copy | undefined {
  const copy = copyOn(account, device);
  return copy !== undefined && mayHold(copy) ? copy : undefined;
}

/**
 * The device was shown the seed; whether it stored it is not known yet. A copy that is dead remains so until it is proved. A copy
 * that is known gets the date, too: another computer may just have noted that the device was wiped before.
 */
export function withCopy(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  const isKnown = known !== undefined && (known.deadSince !== undefined || !isVoid(known));
  return put(account, isKnown ? { ...known, shownAt: at } : { device: device.id, addedAt: at });
}

/** A new sheet was printed for the device: it takes the place of one with the old seed. */
export function withSheet(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  return known !== undefined && !isVoid(known) ? account : withFreshCopy(account, device, at);
}

/** A new backup was written under the device's name and read back: what an older one had no longer matters. */
export function withFreshCopy(account: Account, device: Pick<Device, "id">, at: string): Account {
  return put(account, { device: device.id, addedAt: at });
}

/** The device has shown a valid code. */
export function withProof(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  const isKnown = known !== undefined && !isVoid(known);
  // A clock that was ahead must not outlast the proof.
  const addedAt = isKnown && Date.parse(known.addedAt) <= Date.parse(at) ? known.addedAt : at;
  return put(account, { device: device.id, addedAt, confirmedAt: at });
}

/**
 * It is not known any more whether what the device proved still holds, but it may have it even so. The date keeps an older proof,
 * which a sync or a backup brings, from counting again. The account itself if that changes nothing.
 */
export function withoutProof(account: Account, device: Pick<Device, "id">, at: string): Account {
  const known = copyOn(account, device);
  if (known?.confirmedAt === undefined) return account;
  const { confirmedAt: _, ...unproved } = known;
  return put(account, { ...unproved, doubtedAt: at });
}

/**
 * What this computer's own store says about its copy: whether the seed opens, or undefined if the store is locked and only has
 * the seed's file. The account itself if that is known already, and on a device that is lost or retired.
 */
export function withOwnSeed(
  account: Account,
  device: Device,
  opens: boolean | undefined,
  at: string,
): Account {
  if (device.state !== "active") return account;
  const known = copyOn(account, device);
  if (opens === undefined) return known === undefined ? withCopy(account, device, at) : account;
  const isProved = known !== undefined && stateOf(known, device) === "proved";
  if (opens) return isProved ? account : withProof(account, device, at);
  return isProved ? withoutProof(account, device, at) : account;
}

/** The user said that the device was wiped. The account itself if that changes nothing. */
export function withWipe(account: Account, device: Device, at: string): Account {
  const known = copyOn(account, device);
  if (known === undefined || stateOf(known, device) === "wiped") return account;
  return put(account, { device: device.id, addedAt: known.addedAt, wipedAt: at });
}

/** For media that are overwritten, and for mistakes. What a person can carry away is never forgotten: see `withWipe`. */
export function withoutCopy(account: Account, device: Pick<Device, "id">): Account {
  return { ...account, copies: account.copies.filter((copy) => copy.device !== device.id) };
}

/**
 * The service has issued a new seed: the copies on other devices are dead until each device shows a code of the new seed.
 * Copies on lost or retired devices no longer matter, and a wiped device has no old seed.
 */
export function inheritedCopies(
  replaced: Account,
  here: Pick<Device, "id"> | undefined,
  devices: readonly Device[],
  at: string,
): Copy[] {
  return replaced.copies
    .filter((copy) => {
      const device = deviceOf(copy, devices);
      return copy.device !== here?.id && device?.state === "active" && stateOf(copy, device) !== "wiped";
    })
    .map(({ device, addedAt, deadSince }) => ({ device, addedAt, deadSince: deadSince ?? at }));
}

/**
 * An old seed comes back. Devices that were given a newer one may have dropped the old one, so their proofs no longer count;
 * computers with twinseed and backups keep both.
 */
export function revivedCopies(
  old: Account,
  newer: readonly Account[],
  devices: readonly Device[],
  at: string,
): Copy[] {
  return old.copies.map((copy) => {
    const given = newer.flatMap(({ copies }) => copies.filter(({ device }) => device === copy.device));
    const { confirmedAt, ...unproved } = copy;
    const isSure = confirmedAt === undefined || !given.some(mayHold) || keepsAll(deviceOf(copy, devices));
    return isSure ? copy : { ...unproved, doubtedAt: at };
  });
}

/** The same, if the newer seed is dead now: a device that may have both is not proved until it shows a code of the old one. */
export function revivedOver(
  old: Account,
  newer: Account,
  here: Pick<Device, "id"> | undefined,
  devices: readonly Device[],
  at: string,
): Copy[] {
  const dead = inheritedCopies(newer, here, devices, at);
  const kept = old.copies.map((copy) => {
    const isDead = mayHold(copy) && dead.some(({ device }) => device === copy.device);
    if (!isDead || deviceOf(copy, devices)?.kind === "backup") return copy;
    const { confirmedAt = copy.addedAt, ...unproved } = copy;
    return { ...unproved, deadSince: at, shownAt: confirmedAt };
  });
  return [...kept, ...dead.filter(({ device }) => !old.copies.some((copy) => copy.device === device))];
}

function keepsAll(device: Device | undefined): boolean {
  return device?.computer !== undefined || device?.kind === "backup";
}

export function timesOf({ addedAt, confirmedAt, doubtedAt, deadSince, wipedAt, shownAt }: Copy): string[] {
  return [addedAt, confirmedAt, doubtedAt, deadSince, wipedAt, shownAt].filter((time) => time !== undefined);
}

function isVoid({ deadSince, wipedAt }: Copy): boolean {
  return deadSince !== undefined || wipedAt !== undefined;
}

function put(account: Account, copy: Copy): Account {
  const others = account.copies.filter(({ device }) => device !== copy.device);
  const at = account.copies.findIndex(({ device }) => device === copy.device);
  return { ...account, copies: at < 0 ? [...others, copy] : others.toSpliced(at, 0, copy) };
}
