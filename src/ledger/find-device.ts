/** Finds the device that a user means. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Device } from "./account.ts";

/** By exact name, else by a name that looks the same, ignoring case. */
export function deviceNamed(devices: readonly Device[], name: string): Device | undefined {
  return devices.find((one) => one.name === name) ?? devices.find((one) => isSameName(one.name, name));
}

/** Users could not tell them apart. */
export function isSameName(a: string, b: string): boolean {
  return visibleText(a).toLowerCase() === visibleText(b).toLowerCase();
}

/** Throws UserError (exit 3) that lists the known names, and what else could help. */
export function findDevice(devices: readonly Device[], name: string, help: readonly string[] = []): Device {
  const device = deviceNamed(devices, name);
  if (device !== undefined) return device;
  const known = devices.map((one) => printable(one.name)).join(", ");
  throw new UserError(`no device is called "${printable(name)}"`, ExitCode.notFound, [
    known === "" ? "add one with: twinseed device add NAME --kind phone" : `known devices: ${known}`,
    ...help,
  ]);
}
