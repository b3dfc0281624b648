/**
 * A profile whose credential_process is twinseed must not be the one that twinseed gets its keys from: it would start
 * itself for ever. What we start for keys finds a mark in its environment.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Needs } from "../../world.ts";

const NAME = "_TWINSEED_AWS";

export const LOOP_MARK: Readonly<Record<string, string>> = { [NAME]: "asked for keys" };

export function requireNoLoop(needs: Needs<"env">): void {
  if (needs.env[NAME] === undefined) return;
  throw new UserError(
    "the profile's keys come from twinseed itself, which would get them from that profile",
    ExitCode.failed,
    ["--profile must name one with long-term keys, not the one with the credential_process line"],
  );
}
