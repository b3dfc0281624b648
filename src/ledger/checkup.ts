/** Checks a ledger for inconsistencies, and salvages what it can from damaged files. Pure. */
import { attempt, UserError } from "../base/errors.ts";
import { isText, isWhole, parseFields } from "../base/untrusted-json.ts";
import { visibleText } from "../base/visible-text.ts";
import { cleanText } from "../otp/enrollment.ts";
import type { Account, Device } from "./account.ts";
import { timesOf } from "./copies.ts";
import { parseDevices } from "./devices-file.ts";

/** Groups of accounts that have the same name. */
export function sameNames(accounts: readonly Account[]): Account[][] {
  const names = [...new Set(accounts.map(({ name }) => visibleText(name)))];
  if (names.length === accounts.length) return [];
  return names
    .map((name) => accounts.filter((account) => visibleText(account.name) === name))
    .filter(({ length }) => length > 1);
}

/** The latest time in the ledger, in milliseconds since 1970; 0 for an empty ledger. */
export function latestTime(accounts: readonly Account[], devices: readonly Device[]): number {
  const times = [
    ...accounts.flatMap(({ addedAt, removedAt, copies }) => [addedAt, removedAt, ...copies.flatMap(timesOf)]),
    ...devices.flatMap(({ addedAt, stateSince, wipedAt, openedAt, placedAt }) => [
      addedAt,
      stateSince,
      wipedAt,
      openedAt,
      placedAt,
    ]),
  ];
  return times.reduce((latest, time) => Math.max(latest, time === undefined ? 0 : Date.parse(time)), 0);
}

/** Ids of devices that copies refer to and that are not in the list of devices. */
export function unknownDevices(accounts: readonly Account[], devices: readonly Device[]): string[] {
  const used = accounts.flatMap(({ copies }) => copies.map(({ device }) => device));
  return [...new Set(used)].filter((id) => !devices.some((device) => device.id === id));
}

/** The readable devices of a damaged list, and how many are unreadable; undefined if there is no list at all. */
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
 * From a damaged entry, the values that only the ledger has: name and counter, each if it is complete up to the comma that
 * follows it. Nothing from a file that names another id. If there are several counters, the highest, as a code must not be
 * handed out twice.
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

/** The strings and numbers that follow a key. Text inside a string can't look like a key: its quotation marks are escaped. */
function valuesOf(key: string, text: string): unknown[] {
  const found = text.matchAll(new RegExp(`"${key}":\\s*("(?:[^"\\\\]|\\\\.)*"|\\d+)\\s*,`, "g"));
  return Array.from(found, ([, value = ""]) => parseFields(`{"value":${value}}`).value);
}
