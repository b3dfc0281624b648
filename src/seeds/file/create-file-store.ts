/** Creates the `file` store, with its first way to open it. */
import { isShort, SHORT } from "../../base/short-passphrase.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { SeedStore } from "../seed-store.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";
import { type DataKey, newDataKey } from "./data-key.ts";
import { openSlots } from "./data-keys.ts";
import { noOpenerError, wrongOpenerError } from "./opener-errors.ts";
import { openerFromEnvironment } from "./openers.ts";
import { hasSealedSeeds } from "./sealed-file.ts";
import { disableSlots, type Opener, type OwnOpener, readSlots, type Unlocked, writeSlot } from "./slots.ts";

interface Existing {
  unlockStore(deps: SeedStoreDeps): Promise<Unlocked>;
  storeOf(deps: SeedStoreDeps, unlocked: Unlocked): SeedStore;
  /** One run never asks for a passphrase twice. */
  rememberTyped(deps: SeedStoreDeps, opener: Opener): void;
}

/** As SeedStoreKind.prepare. `Existing`: how a store that is there is opened. */
export async function prepareFileStore(
  deps: SeedStoreDeps,
  { unlockStore, storeOf, rememberTyped }: Existing,
): Promise<() => Promise<SeedStore>> {
  // Seeds without a config: an interrupted first use, or a half-finished move. Only their own key can open them.
  if (hasSealedSeeds(deps.folder)) {
    const unlocked = await unlockStore(deps);
    return async () => storeOf(deps, unlocked);
  }
  const opener = await newOpener(deps, rememberTyped);
  return async () => storeOf(deps, { dataKey: await reuseOrMake(deps, opener), opener });
}

async function newOpener(deps: SeedStoreDeps, remember: Existing["rememberTyped"]): Promise<OwnOpener> {
  const opener = openerFromEnvironment(deps, ["raw-key", "passphrase"]);
  if (opener && opener.kind !== "age") {
    if (opener.kind === "passphrase" && isShort(opener.passphrase))
      deps.note(
        `warning: the passphrase has fewer than ${SHORT} characters, which programs guess; for another one: twinseed store passphrase`,
      );
    return opener;
  }
  const terminal = deps.terminal();
  if (terminal === undefined) throw noOpenerError();
  const passphrase = await askNewPassphrase(terminal, deps.note, deps.random, "the seeds");
  const asked = { kind: "passphrase", passphrase } as const;
  remember(deps, asked);
  return asked;
}

/**
 * A run that was killed before it wrote config.json leaves a slot. The slot is used if it opens; otherwise it is disabled,
 * as its data key has sealed nothing and a data folder has only one data key.
 */
async function reuseOrMake(deps: SeedStoreDeps, opener: OwnOpener): Promise<DataKey> {
  const leftover = readSlots(deps.folder);
  const found = await openSlots(leftover, opener);
  if (hasSealedSeeds(deps.folder)) {
    if (found) return found;
    throw wrongOpenerError(deps.folder, opener.kind, leftover);
  }
  const dataKey = found ?? newDataKey(deps.random);
  if (!found) await writeSlot(deps.folder, dataKey, opener, deps.random, deps.unsafeScryptCost);
  disableSlots(
    deps.folder,
    leftover.usable.filter(({ keyId }) => keyId !== dataKey.id),
  );
  return dataKey;
}
