/** Devices: things that can hold seeds. */
import type { Ports } from "../ports/index.ts";
import type { Device } from "./account.ts";
import { deviceNamed } from "./find-device.ts";
import { freeName } from "./free-name.ts";
import { newId } from "./id.ts";
import type { LedgerEdit } from "./ledger.ts";

/** The device for this computer's own seed store, named after the host where that name is free; added to the ledger when first needed. */
export function thisComputer(
  devices: readonly Device[],
  edit: LedgerEdit,
  here: Pick<Ports, "computer" | "clock" | "random">,
): Device {
  const known = devices.find(({ host }) => host === here.computer.hostname);
  if (known !== undefined) return known;
  const { hostname } = here.computer;
  const addedAt = new Date(here.clock.now()).toISOString();
  const device: Device = {
    id: newId(here.random),
    name: freeName(hostname, (name) => deviceNamed(devices, name) !== undefined),
    kind: "computer",
    addedAt,
    state: "active",
    host: hostname,
  };
  edit.saveDevices([...devices, device]);
  return device;
}
