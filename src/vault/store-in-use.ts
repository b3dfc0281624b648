/** A store is opened before the lock is taken, as opening may ask for a passphrase: a `store move` may come first. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { SeedStore } from "../seeds/seed-store.ts";
import { readConfig, type StoreKind } from "../settings/config-file.ts";
import type { Needs } from "../world.ts";

/** Call it under the lock. Throws UserError (exit 1) if the seeds were moved after the store was opened. */
export function requireStoreInUse(
  { kind }: Pick<SeedStore, "kind">,
  needs: Needs<"folder">,
  outcome = "nothing was added",
): void {
  const inUse = readConfig(needs.folder)?.store ?? kind;
  if (inUse !== kind) throw movedMeanwhile(inUse, outcome);
}

export function movedMeanwhile(to: StoreKind, outcome: string): UserError {
  return new UserError(
    `the seeds were moved to the ${to} store in the meantime; ${outcome}`,
    ExitCode.failed,
    ["run this again"],
  );
}
