/** Merges the devices of two ledgers. Two with the same id, the same computer id or the same name are one device. Pure. */
import type { Device } from "../ledger/account.ts";
import { deviceNamed } from "../ledger/find-device.ts";
import { freeName } from "../ledger/free-name.ts";
import { newId } from "../ledger/id.ts";

export interface MergedDevices {
  /** All devices; those that were here come first. */
  readonly devices: readonly Device[];
  readonly newDevices: readonly Device[];
  /** Whether there are new devices, or news of those that were here. */
  readonly isChanged: boolean;
  /** The id that a device of the backup has here; an unknown device keeps its own id. */
  idOf(id: string): string;
}

interface Surroundings {
  readonly devices: readonly Device[];
  random(bytes: number): Uint8Array;
}

export function mergeDevices(
  fromBackup: readonly Device[],
  { devices: known, random }: Surroundings,
): MergedDevices {
  const ids = new Map<string, string>();
  let devices = known;
  for (const device of fromBackup) {
    const same = findSame(device, known);
    if (same === undefined) devices = [...devices, fresh(device, devices, random)];
    else devices = devices.map((one) => (one.id === same.id ? withNews(one, device) : one));
    if (!ids.has(device.id)) ids.set(device.id, same?.id ?? devices.at(-1)?.id ?? device.id);
  }
  return {
    devices,
    newDevices: devices.slice(known.length),
    isChanged: devices.some((device, i) => device !== known[i]),
    idOf: (id) => ids.get(id) ?? id,
  };
}

function findSame(device: Device, known: readonly Device[]): Device | undefined {
  const { id, name, kind, computer } = device;
  const named = deviceNamed(known, name);
  // A computer with an id of its own is never the same as something that only has its name.
  const isOther = (one: Device): boolean => one.kind !== kind || one.computer !== computer;
  return (
    known.find((one) => one.id === id) ??
    known.find((one) => computer !== undefined && one.computer === computer) ??
    (named === undefined || isOther(named) ? undefined : named)
  );
}

/** The device to add, with its own id and name if they are free. */
function fresh(device: Device, taken: readonly Device[], random: (bytes: number) => Uint8Array): Device {
  const id = taken.some((one) => one.id === device.id) ? newId(random) : device.id;
  const name = freeName(device.name, (one) => deviceNamed(taken, one) !== undefined);
  return { ...device, id, name };
}

/** The backup may know of a loss, a retirement, a wipe or an opened store that came later than what is known here. The device itself if not. */
function withNews(here: Device, there: Device): Device {
  const isNewer = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && (b === undefined || Date.parse(a) > Date.parse(b));
  const { state, stateSince, wipedAt, openedAt, place, placedAt } = there;
  const isLater = isNewer(stateSince, here.stateSince) && stateSince !== undefined;
  const isWiped = isNewer(wipedAt, here.wipedAt) && wipedAt !== undefined;
  const isOpened = isNewer(openedAt, here.openedAt) && openedAt !== undefined;
  const isPlaced = isNewer(placedAt, here.placedAt) && place !== undefined && placedAt !== undefined;
  if (!isLater && !isWiped && !isOpened && !isPlaced) return here;
  return {
    ...here,
    ...(isLater ? { state, stateSince } : {}),
    ...(isWiped ? { wipedAt } : {}),
    ...(isOpened ? { openedAt } : {}),
    ...(isPlaced ? { place, placedAt } : {}),
  };
}
