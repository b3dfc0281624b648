/** What can be wrong with the ledger itself: what could not be read, what nothing is known of, and dates that can't be right. Pure. */
import type { Account, Device } from "./account.ts";
import { unknownDevices } from "./checkup.ts";
import { timesOf } from "./copies.ts";
import { CLOCK_TOLERANCE, deviceOf, stateOf } from "./copy-states.ts";
import type { AuditOptions, Finding, Fix } from "./finding.ts";

/** The list of devices, by its name in the data folder. */

/** A file of the ledger that can't be read. */
export interface Unreadable {
  /** Its name in the data folder. */
  readonly file: string;
  readonly fault: string;
  readonly fix: Fix;
}

export function unreadableFindings(files: readonly Unreadable[]): Finding[] {
  return files.map(({ file, fault, fix }): Finding => {
    return { kind: "unreadable", message: `"${file}" can't be read: ${fault}`, fix };
  });
}

/** Such a device may be lost: its copies never count. If the whole list can't be read, that is one finding, not two. */
export function unknownFindings(accounts: readonly Account[], devices: readonly Device[]): Finding[] {
  const unknown = unknownDevices(accounts, devices);
  if (unknown.length === 0) return [];
  const [what, them] = unknown.length === 1 ? ["a device", "it"] : [`${unknown.length} devices`, "them"];
  const message = `there are copies on ${what} missing from "devices.json" (${unknown.join(", ")}), which may be lost: a backup may know ${them}`;
  return [{ kind: "unknown-device", message, fix: ["backup", "restore", "FILE"] }];
}

/** An account whose entry is lost: how many copies it has, and where, is not known. */
export function strayFindings(strays: number): Finding[] {
  if (strays === 0) return [];
  const message = `${strays === 1 ? "a seed" : `${strays} seeds`} in this computer's store ${strays === 1 ? "has" : "have"} no entry in the ledger`;
  return [{ kind: "no-entry", message, fix: ["doctor", "--repair"] }];
}

/** Proofs of other devices are reported with their account, as there is a command that makes them right. */
export function dateFindings(
  accounts: readonly Account[],
  devices: readonly Device[],
  { now, here }: Pick<AuditOptions, "now" | "here">,
): Finding[] {
  const times = [
    ...devices.flatMap(({ addedAt, stateSince, wipedAt, placedAt, openedAt }) => [
      addedAt,
      stateSince,
      wipedAt,
      placedAt,
      openedAt,
    ]),
    ...accounts.flatMap(({ addedAt, copies }) => [
      addedAt,
      ...copies.flatMap((copy) => {
        const device = deviceOf(copy, devices);
        const isReported = (device === undefined || device.id !== here) && stateOf(copy, device) === "proved";
        const { confirmedAt: _, ...others } = copy;
        return timesOf(isReported ? others : copy);
      }),
    ]),
  ];
  const future = times.filter((time) => time !== undefined && Date.parse(time) > now + CLOCK_TOLERANCE);
  const latest = future.toSorted((a = "", b = "") => Date.parse(a) - Date.parse(b)).at(-1);
  if (latest === undefined) return [];
  const dates = future.length === 1 ? "a date" : `${future.length} dates`;
  const message = `the ledger has ${dates} in the future (${latest.slice(0, 10)}): a clock was wrong then, or is wrong now`;
  return [{ kind: "future-date", message, fix: ["doctor", "--repair", "--ntp", "pool.ntp.org"] }];
}
