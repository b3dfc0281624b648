/** Chooses the seed store for a data folder that has none yet, and says why. May prompt; writes nothing. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Terminal } from "../ports/terminal.ts";
import type { Config, StoreKind } from "../settings/config-file.ts";
import { hasVariable, VARIABLE_NAMES } from "./file/creating-variables.ts";
import { hasSealedSeeds } from "./file/sealed-file.ts";
import { SEED_STORES } from "./index.ts";
import { LockedKeyring, NoCollection, NoKeyring, UnresponsiveKeyring } from "./keyring/keyring-errors.ts";
import { providerNow } from "./keyring/own-keyring.ts";
import { probeKeyring } from "./keyring/probe.ts";
import type { SeedStoreDeps } from "./needs.ts";
import type { SeedStore } from "./seed-store.ts";

/** How long a person may take to think of a password, in milliseconds. */
const COLLECTION_PATIENCE = 600_000;

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
  const refusal = await usableKeyring(deps);
  if (refusal === undefined) {
    const config = await withProvider(deps, { store: "keyring", why: "a keyring answered" });
    return { config, make: () => SEED_STORES.keyring.open(deps) };
  }
  if (
    refusal instanceof LockedKeyring ||
    refusal instanceof UnresponsiveKeyring ||
    !canCreateFileStore(deps)
  ) {
    throw new UserError(`there is no place to keep seeds: ${refusal.message}`, ExitCode.locked, [
      ...refusal.hints.filter((hint) => !hint.includes("TWINSEED_STORE=file")),
      `or keep seeds in an encrypted file store: set TWINSEED_STORE=file and one of ${VARIABLE_NAMES}`,
    ]);
  }
  deps.note(refusal.message);
  deps.note(`seeds will be kept in an encrypted file store in ${printable(deps.folder.path, 500)}`);
  return prepared(deps, "file", refusal.message);
}

/**
 * A keyring that is merely locked is no reason for another store: the user unlocks it, or says that it is to be another one.
 * Returns undefined once it can be used, else why not: NoKeyring too if the user wants the file store.
 */
async function usableKeyring(deps: SeedStoreDeps): Promise<UserError | undefined> {
  const terminal = deps.terminal();
  for (;;) {
    const refusal = await probeKeyring(deps);
    if (refusal === undefined || refusal instanceof NoKeyring || terminal === undefined) return refusal;
    deps.note(refusal.message);
    if (refusal instanceof NoCollection && (await makeCollection(deps, terminal))) continue;
    const what =
      refusal instanceof NoCollection ? "Make one in the keyring's own program" : "Unlock the keyring";
    const answer = await terminal.ask(
      `${what} and press Enter, or type "file" to keep the seeds in an encrypted file: `,
    );
    if (answer.trim() === "") continue;
    if (answer.trim().toLowerCase() !== "file")
      throw new UserError("no place for the seeds was chosen", ExitCode.locked, ["nothing was changed"]);
    deps.note("to move them to the keyring later: twinseed store move keyring");
    return new NoKeyring("you chose the encrypted file, as the keyring could not be used", ExitCode.locked);
  }
}

/** Whether the keyring has a default collection now. */
async function makeCollection({ keyring }: SeedStoreDeps, terminal: Terminal): Promise<boolean> {
  const { service } = keyring ?? {};
  if (service === undefined) return false;
  if (!(await terminal.confirm("Make a default collection, which the keyring asks a password for?", true)))
    return false;
  return (await service.createCollection("Default keyring", COLLECTION_PATIENCE)) === "open";
}

/** Notes which program the keyring is, and what is to be known about it. */
async function withProvider(deps: SeedStoreDeps, config: Config): Promise<Config> {
  const provider = await providerNow(deps);
  if (provider === "KeePassXC") {
    deps.note(
      "KeePassXC asks for each account; to have it ask once, keep the seeds in a file that one entry opens:",
    );
    deps.note("  twinseed store move file, then twinseed store unlock-with keyring");
  }
  return provider === undefined ? config : { ...config, provider };
}

async function prepared(deps: SeedStoreDeps, store: StoreKind, why: string): Promise<Choice> {
  const make = await SEED_STORES[store].prepare(deps);
  const config: Config = { store, why };
  return { config: store === "keyring" ? await withProvider(deps, config) : config, make };
}

function canCreateFileStore(deps: SeedStoreDeps): boolean {
  return hasVariable(deps.env) || deps.terminal() !== undefined;
}
