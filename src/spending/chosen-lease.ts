/** Which lease engine to use, and whether it answers. */

import { ENGINES, withLease } from "../leases/index.ts";
import type { EnginePorts } from "../leases/lease.ts";
import { parseLeaseUrl, withoutUser } from "../leases/lease-url.ts";
import { configuredLease } from "../settings/config-file.ts";
import { warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** Turns leases off: only this computer's own records are used. */
const NONE = "none";

/**
 * The URL from `option` (--lease), or else from TWINSEED_LEASE, or else from config.json; undefined if there is no lease.
 * Throws UserError (exit 2) if it is not the URL of a lease engine.
 */
export function leaseUrl(
  option: string | undefined,
  needs: Needs<"stderr" | "env" | "folder">,
): URL | undefined {
  const [text, from] =
    option !== undefined
      ? [option, "--lease"]
      : needs.env.TWINSEED_LEASE
        ? [needs.env.TWINSEED_LEASE, "TWINSEED_LEASE"]
        : [configuredLease(needs.folder), '"lease" in config.json'];
  if (text === undefined || text === NONE) return undefined;
  const url = parseLeaseUrl(text, from, Object.keys(ENGINES));
  if (option !== undefined && url.password !== "")
    warn(needs, "a password on the command line shows up in ps; better: TWINSEED_LEASE, or config.json");
  return url;
}

/** Returns a message that the engine answers. Throws UserError (exit 7) with the reason if it doesn't. Reserves nothing. */
export async function leaseCheck(url: URL, ports: EnginePorts): Promise<string> {
  await withLease(url, ports, (lease) => lease.check());
  return `${withoutUser(url)} answers`;
}
