/** What can be wrong with a ledger whose files can all be read. Pure. */
import { type Enrolment, sameParameters } from "../otp/enrolment.ts";
import type { Account, Device } from "./account.ts";
import { parseDevices } from "./devices-file.ts";
import { fieldsOf } from "./fields.ts";

/** Groups of accounts that can't be told apart by name. */
export function sameNames(accounts: readonly Account[]): Account[][] {
  const names = [...new Set(accounts.map(({ name }) => name))];
  if (names.length === accounts.length) return [];
  return names
    .map((name) => accounts.filter((account) => account.name === name))
    .filter(({ length }) => length > 1);
}

/** The latest time that the ledger knows of, as milliseconds since 1970; 0 for an empty one. */
export function latestTime(accounts: readonly Account[], devices: readonly Device[]): number {
  const times = [
    ...accounts.flatMap(({ addedAt, removedAt, copies }) => [
      addedAt,
      removedAt,
      ...copies.flatMap((copy) => [copy.addedAt, copy.confirmedAt, copy.deadSince]),
    ]),
    ...devices.flatMap(({ addedAt, stateSince }) => [addedAt, stateSince]),
  ];
  return times.reduce((latest, time) => Math.max(latest, time === undefined ? 0 : Date.parse(time)), 0);
}

/** Ids that copies speak of and the list of devices does not. */
export function unknownDevices(accounts: readonly Account[], devices: readonly Device[]): string[] {
  const used = accounts.flatMap(({ copies }) => copies.map(({ device }) => device));
  return [...new Set(used)].filter((id) => !devices.some((device) => device.id === id));
}

/** Where the ledger says something else than the seed's own URI; HOTP counters move on in the ledger alone. */
export function differences(account: Account, enrolment: Enrolment): string[] {
  const { issuer, label, otp } = enrolment;
  const isSameCode = sameParameters(account.otp, otp);
  return [
    ...(isSameCode ? [] : ["type, algorithm, digits or period"]),
    ...(account.issuer === issuer ? [] : ["issuer"]),
    ...(account.label === label ? [] : ["label"]),
  ];
}

/** The devices of a damaged list that can be read, and how many can't; undefined where nothing can be said. */
export function salvageDevices(text: string): { devices: Device[]; lost: number } | undefined {
  const { version, devices: items } = fieldsOf(text) ?? {};
  if (version !== 1 || !Array.isArray(items)) return undefined;
  const devices = items.flatMap((item: unknown) => {
    const one = parseDevices(JSON.stringify({ version, devices: [item] }));
    return typeof one === "string" ? [] : one;
  });
  return { devices, lost: items.length - devices.length };
}
