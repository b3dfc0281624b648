/** Checks what surrounds the data folder: this program, the clock against other clocks, and the lease engine. */

import { UserError, usageError } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import type { EnginePorts } from "../../leases/lease.ts";
import { leaseCheck, leaseUrl } from "../../spending/chosen-lease.ts";
import { quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Line, ok, unknown, wrong, wrongBy } from "./lines.ts";

export type CheckSurroundingsNeeds = EnginePorts & Needs<"stderr" | "env" | "folder">;

/** Milliseconds. Services accept the codes of adjacent steps too; a clock that is further off is drifting out of that range. */
const TOLERANCE = 5_000;

export interface ClockOptions {
  clock?: string;
  ntp?: string;
}

export function checkVersions(needs: Needs<"computer">): Line {
  const { node, bun } = needs.computer.versions;
  return ok("version", `twinseed ${VERSION} on ${bun === undefined ? `Node ${node}` : `Bun ${bun}`}`);
}

/** Throws UserError (exit 2) for something that can't be a source of the time. */
export function requireSources({ clock, ntp }: ClockOptions): void {
  if (clock !== undefined && !(/^https?:\/\/[^/]/.test(clock) && URL.canParse(clock)))
    throw usageError(`--clock takes an http or https URL, not ${quoted(clock)}`);
  const [, port = "123"] = /^[^:]*:(\d+)$/.exec(ntp ?? "") ?? /\]:(\d+)$/.exec(ntp ?? "") ?? [];
  if (ntp !== undefined && (/^$|[\s/]/.test(ntp) || Number(port) < 1 || Number(port) > 65_535))
    throw usageError(`--ntp takes the name of a time server, such as pool.ntp.org, not ${quoted(ntp)}`);
}

/** Contacts only the servers that the user names, because a request reveals that someone here uses this program. */
export async function checkClocks(
  { clock, ntp }: ClockOptions,
  needs: Needs<"clock" | "networkTime">,
): Promise<Line[]> {
  const lines: Line[] = [];
  if (clock !== undefined) lines.push(await compared(clock, () => needs.networkTime.http(clock), needs));
  if (ntp !== undefined) lines.push(await compared(ntp, () => needs.networkTime.ntp(ntp), needs));
  return lines;
}

async function compared(source: string, ask: () => Promise<number>, needs: Needs<"clock">): Promise<Line> {
  try {
    const begin = needs.clock.now();
    const theirs = await ask();
    const here = (begin + needs.clock.now()) / 2;
    const ahead = Math.round((here - theirs) / 1000);
    const by = `${Math.abs(ahead)} s ${ahead < 0 ? "behind" : "ahead of"} ${source}`;
    if (Math.abs(here - theirs) <= TOLERANCE) return ok("clock", `it agrees with ${source}`);
    return wrong("clock", `it is ${by}`, "set the clock right, as wrong time makes wrong codes");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return unknown("clock", `not compared: ${error.message}`);
  }
}

/** Checks the configured lease engine; returns no line if there is none. */
export async function checkLease(needs: CheckSurroundingsNeeds): Promise<Line[]> {
  try {
    const url = leaseUrl(undefined, needs);
    return url === undefined ? [] : [ok("lease", await leaseCheck(url, needs))];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const step = 'make it reachable, or set another one: TWINSEED_LEASE, or "lease" in config.json';
    return [wrongBy("lease", error, step)];
  }
}
