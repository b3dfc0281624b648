/**
 * Opens the file store with an age identity: the user's, or the one that this computer made. Anyone can make an age slot, so
 * only data keys that are in the list of members count. Loaded only if there are age slots.
 */

import { readMemory } from "../../members/memory-file.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { dataKeysIn, newestKey } from "./data-keys.ts";
import { identityInKeyring } from "./identity-in-keyring.ts";
import { openerFromEnvironment } from "./openers.ts";
import { type OwnIdentity, openLocked, readOwnIdentity } from "./own-identity.ts";
import { type Opener, readSlots, type Slots, type Unlocked } from "./slots.ts";
import { entriesIn, membersFiles, remember, standingOf } from "./standing.ts";

type AgeOpener = Extract<Opener, { kind: "age" }>;

/** undefined if it opens no data key that counts. */
export async function unlockWithAge(
  deps: SeedStoreDeps,
  slots: Slots,
  opener: AgeOpener,
): Promise<Unlocked | undefined> {
  // They are read when they are tried, which may be after a prompt: another process may have replaced them by then.
  return (await unlock(deps, slots, opener)) ?? unlock(deps, readSlots(deps.folder), opener);
}

async function unlock(deps: SeedStoreDeps, slots: Slots, opener: AgeOpener): Promise<Unlocked | undefined> {
  const keys = await dataKeysIn(slots, opener);
  const here = await standingOf(deps, keys);
  if (here === undefined) {
    const dataKey = newestKey(slots, keys);
    return dataKey && { dataKey, opener };
  }
  await remember(deps, here);
  const { counting } = here;
  const known = new Map([...keys].filter(([id]) => counting.has(id)));
  const dataKey = known.get(here.newest?.entry.key ?? "") ?? newestKey(slots, known);
  // Seeds that are opened later may be sealed with a key that came with a newer list.
  const now = async () => (await standingOf(deps, keys))?.counting ?? counting;
  return dataKey && { dataKey, opener, counting: now };
}

/** With the identity that this computer made; undefined if it made none, or `given` is not its passphrase. May prompt. */
export async function ownOpener(deps: SeedStoreDeps, given?: Opener): Promise<AgeOpener | undefined> {
  const found = await findOwnIdentity(deps);
  if (found === undefined) return undefined;
  const { own, store } = found;
  const identities =
    "entry" in own.kept
      ? given === undefined && (await identityInKeyring(deps, own.kept))
      : await openLocked(deps, own, store, given ?? openerFromEnvironment(deps, ["passphrase"]));
  return identities ? { kind: "age", identities } : undefined;
}

/** The identity that this computer made for the store in this folder. Prompts for nothing. */
export async function findOwnIdentity(
  deps: SeedStoreDeps,
): Promise<{ store: string; own: OwnIdentity } | undefined> {
  const state = await deps.stateFolder();
  const store = storeIn(deps) ?? readMemory(state, deps.folder.path).memory?.store;
  const own = store === undefined ? undefined : readOwnIdentity(state, store);
  return store === undefined || own === undefined ? undefined : { store, own };
}

/** As the list says. It is not checked here: with another store's id, no identity is found. */
function storeIn({ folder }: SeedStoreDeps): string | undefined {
  const { entries } = entriesIn(membersFiles(folder));
  return entries.toSorted((a, b) => b.entry.number - a.entry.number)[0]?.entry.store;
}
