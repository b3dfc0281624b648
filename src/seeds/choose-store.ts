/** Chooses the seed store for a data folder that has none yet, and says why. May prompt; writes nothing. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Config, StoreKind } from "../settings/config-file.ts";
import { hasVariable, VARIABLE_NAMES } from "./file/openers.ts";
import { hasSealedSeeds } from "./file/sealed-file.ts";
import { SEED_STORES } from "./index.ts";
import { probeKeyring } from "./keyring/keyring.ts";
import type { SeedStoreDeps } from "./needs.ts";
import type { SeedStore } from "./seed-store.ts";

/** How long a keyring may take to answer, in milliseconds; a slower one is not used unless the user asks for it. */
const PROBE_PATIENCE = 2000;

export interface Choice {
  readonly config: Config;
  /** Creates the store; called under the data folder's lock. */
  readonly make: () => Promise<SeedStore>;
}

/** Throws UserError: exit 6 if no store can be used, exit 2 for an unknown TWINSEED_STORE. */
export async function choose(deps: SeedStoreDeps): Promise<Choice> {
  if (hasSealedSeeds(deps.folder))
    return prepared(deps, "file", "there were sealed seeds but no config.json");
  const wish = deps.env.TWINSEED_STORE;
  if (wish === "keyring" || wish === "file") return prepared(deps, wish, `TWINSEED_STORE=${wish}`);
  if (wish) {
    throw new UserError(`unknown seed store in TWINSEED_STORE: "${printable(wish)}"`, ExitCode.usage, [
      'use "keyring" or "file"',
    ]);
  }
  const refusal = await probeKeyring(deps, PROBE_PATIENCE);
  if (refusal === undefined) {
    return {
      config: { store: "keyring", why: "a keyring answered" },
      make: () => SEED_STORES.keyring.open(deps),
    };
  }
  if (!canCreateFileStore(deps)) {
    throw new UserError(`there is no place to keep seeds: ${refusal}`, ExitCode.locked, [
      "unlock or install a keyring (for example gnome-keyring) and run this again",
      `or keep seeds in an encrypted file store: set TWINSEED_STORE=file and one of ${VARIABLE_NAMES}`,
    ]);
  }
  deps.note(refusal);
  deps.note(`seeds will be kept in an encrypted file store in ${printable(deps.folder.path, 500)}`);
  return prepared(deps, "file", refusal);
}

async function prepared(deps: SeedStoreDeps, store: StoreKind, why: string): Promise<Choice> {
  return { config: { store, why }, make: await SEED_STORES[store].prepare(deps) };
}

function canCreateFileStore(deps: SeedStoreDeps): boolean {
  return hasVariable(deps.env) || deps.terminal() !== undefined;
}
