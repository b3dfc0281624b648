/**
 * The profile from which twinseed gets its keys must not have twinseed as its credential_process, or twinseed would start
 * itself forever. So each program that we start to get keys has a mark in its environment.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Needs } from "../../world.ts";

const NAME = "_TWINSEED_AWS";

export const LOOP_MARK: Readonly<Record<string, string>> = { [NAME]: "asked for keys" };

export function requireNoLoop(needs: Needs<"env">): void {
  if (needs.env[NAME] === undefined) return;
  throw new UserError(
    "the profile gets its keys from twinseed, which would get them from the same profile",
    ExitCode.failed,
    ["--profile must name a profile with long-term keys, not the one with the credential_process line"],
  );
}
