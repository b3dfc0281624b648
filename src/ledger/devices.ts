/** Devices: things that can hold seeds. */
import type { Device } from "./account.ts";
import { newId } from "./id.ts";
import type { LedgerEdit } from "./ledger.ts";

interface Surroundings {
  readonly hostname: string;
  now(): number;
  random(bytes: number): Uint8Array;
}

/** This computer's seed store is a device by itself, named after the host; it is entered when first needed. */
export function thisComputer(devices: readonly Device[], edit: LedgerEdit, here: Surroundings): Device {
  const known = devices.find(({ host }) => host === here.hostname);
  if (known !== undefined) return known;
  const { hostname } = here;
  const addedAt = new Date(here.now()).toISOString();
  const device: Device = {
    id: newId(here.random),
    name: hostname,
    kind: "computer",
    addedAt,
    state: "active",
    host: hostname,
  };
  edit.saveDevices([...devices, device]);
  return device;
}
