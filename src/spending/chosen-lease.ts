/** Which lease engine is to be used, and whether it answers. */

import { ENGINES, withLease } from "../leases/index.ts";
import type { EnginePorts } from "../leases/lease.ts";
import { parseLeaseUrl, withoutUser } from "../leases/lease-url.ts";
import { configuredLease } from "../settings/config-file.ts";
import { warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** Says by name that there shall be none: this computer's own records only. */
const NONE = "none";

/**
 * `option` (--lease), else TWINSEED_LEASE, else config.json. undefined: there is none. Throws UserError (exit 2) for what is
 * no URL of an engine.
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
    warn(needs, "a password on the command line is seen by ps; better: TWINSEED_LEASE, or config.json");
  return url;
}

/** Says that it answers. Throws UserError (exit 7) with the reason where it doesn't; nothing is reserved. */
export async function leaseCheck(url: URL, ports: EnginePorts): Promise<string> {
  await withLease(url, ports, (lease) => lease.check());
  return `${withoutUser(url)} answers`;
}
