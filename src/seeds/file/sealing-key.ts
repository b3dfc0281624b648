/**
 * The data key that new seeds are sealed with. This is asked at every sealing, not when the store is opened: meanwhile, `sync`
 * may have brought another list of members. A key that the newest entry doesn't name seals nothing, no matter who wrapped it.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { SeedStoreDeps } from "../needs.ts";
import type { DataKey } from "./data-key.ts";
import { dataKeysIn, newestKey } from "./data-keys.ts";
import { resealAll } from "./reseal.ts";
import { readSlots, type Unlocked } from "./slots.ts";
import { requireSure, standingOf } from "./standing.ts";

/** Also seals everything with it that is still sealed with an older one. Call under the data folder's lock. Throws as sealingKey. */
export async function keyForSealing(deps: SeedStoreDeps, unlocked: Unlocked): Promise<DataKey> {
  const dataKey = await sealingKey(deps, unlocked);
  if (dataKey.id !== unlocked.dataKey.id) await resealAll(deps.folder, { ...unlocked, dataKey }, deps.random);
  return dataKey;
}

/** Throws UserError: exit 9 if this computer is not sure of the list, exit 6 if the opener opens only older keys. */
export async function sealingKey(deps: SeedStoreDeps, { dataKey, opener }: Unlocked): Promise<DataKey> {
  const slots = readSlots(deps.folder);
  const keys = await dataKeysIn(slots, opener, [dataKey]);
  const here = await standingOf(deps, keys);
  if (here === undefined) {
    await requireAlone(deps, opener.kind);
    return newestKey(slots, keys) ?? dataKey;
  }
  const { entry } = await requireSure(deps, here);
  const key = keys.get(entry.key);
  if (key !== undefined) return key;
  throw noMemberError(entry.by);
}

/**
 * Without a list, a slot vouches for its data key only if no one else can make such a slot: anyone can make an age slot. And in
 * a repository, anyone who can push could have deleted the list.
 */
async function requireAlone(
  { isRepository }: SeedStoreDeps,
  opener: Unlocked["opener"]["kind"],
): Promise<void> {
  const isShared = await isRepository();
  if (opener !== "age" && !isShared) return;
  throw new UserError(
    isShared
      ? "the data folder is a git repository, and has no list of members"
      : "the store has slots for age recipients, and no list of members",
    ExitCode.undecided,
    [
      "if you share it, get the list back: twinseed sync",
      "if you want to begin sharing it: twinseed sync --init",
      "the seeds can be read, but nothing is sealed until there is a list",
    ],
  );
}

export function noMemberError(by: string): UserError {
  return new UserError(
    `your key does not open the store's current data key (${by} changed the list of members last)`,
    ExitCode.locked,
    ["ask a member to add you: twinseed store members add"],
  );
}
