/** When each device and each backup is due to prove again what it holds. Pure. */
import type { Account, Device } from "./account.ts";
import { deviceOf, isProof, lastProof, liveCopies, mayHold } from "./copy-states.ts";
import type { AuditOptions, Fix } from "./finding.ts";
import { proving, provingTogether } from "./fixes.ts";

export interface DueProof {
  readonly device: Device;
  /** Milliseconds since 1970; never in the past: what is overdue is due now. */
  readonly at: number;
  /** Commands that prove it; the first is the best one. */
  readonly fixes: readonly Fix[];
}

const DAY = 86_400_000;

/** What falls due later than this never does, as far as a calendar is concerned. */
const LONGEST = 36_500 * DAY;

/** The next first. Without this computer: its own store proves its copies. Names no account. */
export function dueProofs(
  accounts: readonly Account[],
  devices: readonly Device[],
  { now, staleDays, here }: Pick<AuditOptions, "now" | "staleDays" | "here">,
): DueProof[] {
  const all = devices.flatMap((device): DueProof[] => {
    if (device.state !== "active" || device.id === here) return [];
    const proofs =
      device.kind === "backup" ? trials(accounts, device) : shownCodes(accounts, devices, device);
    if (proofs.length === 0) return [];
    // What was never proved is due now; so is what was proved in the future, when a clock was wrong.
    const due = proofs.map((time) => (time === undefined || time > now ? now : time + staleDays * DAY));
    const at = Math.max(now, Math.min(...due));
    return at - now > LONGEST ? [] : [{ device, at, fixes: fixesOf(device) }];
  });
  return all.sort((a, b) => a.at - b.at || (a.device.name < b.device.name ? -1 : 1));
}

type Times = (number | undefined)[];

function shownCodes(accounts: readonly Account[], devices: readonly Device[], device: Device): Times {
  return accounts.flatMap((account) =>
    liveCopies(account, devices)
      .filter((copy) => deviceOf(copy, devices)?.id === device.id)
      .map((copy) => timeOf(lastProof(copy, device))),
  );
}

/** A backup that lies next to the seeds is worth a trial, too. */
function trials(accounts: readonly Account[], device: Device): Times {
  return accounts.flatMap(({ copies }) =>
    copies
      .filter((copy) => copy.device === device.id && mayHold(copy))
      .map((copy) => (isProof(copy, device) ? timeOf(copy.confirmedAt) : undefined)),
  );
}

function timeOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function fixesOf(device: Device): Fix[] {
  const one = proving("ACCOUNT", device);
  const all = provingTogether("", device).fixes([]);
  return [...all, ...(all.some((fix) => fix.join(" ") === one.join(" ")) ? [] : [one])];
}
