/** What can be wrong with a ledger whose files can all be read. Pure. */
import { attempt, UserError } from "../base/errors.ts";
import { isText, isWhole, parseFields } from "../base/untrusted-json.ts";
import { visibleText } from "../base/visible-text.ts";
import { cleanText, type Enrollment, sameParameters } from "../otp/enrollment.ts";
import type { Account, Device } from "./account.ts";
import { parseDevices } from "./devices-file.ts";

/** Groups of accounts that can't be told apart by name. */
export function sameNames(accounts: readonly Account[]): Account[][] {
  const names = [...new Set(accounts.map(({ name }) => visibleText(name)))];
  if (names.length === accounts.length) return [];
  return names
    .map((name) => accounts.filter((account) => visibleText(account.name) === name))
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
export function differences(account: Account, enrollment: Enrollment): string[] {
  const { issuer, label, otp } = enrollment;
  const isSameCode = sameParameters(account.otp, otp);
  return [
    ...(isSameCode ? [] : ["type, algorithm, digits or period"]),
    ...(account.issuer === issuer ? [] : ["issuer"]),
    ...(account.label === label ? [] : ["label"]),
  ];
}

/** The devices of a damaged list that can be read, and how many can't; undefined where nothing can be said. */
export function salvageDevices(text: string): { devices: Device[]; lost: number } | undefined {
  const { version, devices: items } = parseFields(text);
  if (version !== 1 || !Array.isArray(items)) return undefined;
  const devices = items.flatMap((item: unknown) => {
    const one = attempt(() => parseDevices(JSON.stringify({ version, devices: [item] })));
    return one instanceof UserError ? [] : one;
  });
  return { devices, lost: items.length - devices.length };
}

/**
 * What stands in the ledger alone, from a damaged entry: name and counter where they are there whole, up to the comma behind
 * them. Nothing of a file that names another id. Of several counters the highest, as a code must not be given out twice.
 */
export function salvageAccount(text: string, id: string): { name?: string; counter?: number } {
  if (valuesOf("id", text).some((value) => value !== id) || !text.includes(`"${id}"`)) return {};
  const name = valuesOf("name", text).filter(isText).map(cleanText).find(isReadable);
  const counters = valuesOf("counter", text).filter(isWhole);
  return {
    ...(name === undefined ? {} : { name }),
    ...(counters.length === 0 ? {} : { counter: Math.max(...counters) }),
  };
}

function isReadable(name: string): boolean {
  return name !== "" && !name.includes("\ufffd");
}

/** The texts and numbers behind a key; within a text a key can't be taken for one, because its quotation marks are escaped. */
function valuesOf(key: string, text: string): unknown[] {
  const found = text.matchAll(new RegExp(`"${key}":\\s*("(?:[^"\\\\]|\\\\.)*"|\\d+)\\s*,`, "g"));
  return Array.from(found, ([, value = ""]) => parseFields(`{"value":${value}}`).value);
}
