/** A keyring that is open, and is ours, and has no seed under this id. */
import { NoSuchSeed } from "../seed-store.ts";

/** An empty text is no seed, as we never store one; and no proof of damage, as a locked wallet may return it. */
export function absentError(seed: string, isEmpty: boolean): NoSuchSeed {
  return isEmpty
    ? new NoSuchSeed(`can't read ${seed} in the keyring: it returned an empty entry`, [
        "a locked keyring may answer like this: unlock it in its own program and run this again",
        "if it is unlocked, another program emptied the entry: restore the seed from a backup",
      ])
    : new NoSuchSeed(`${seed} was not found in the keyring`, [
        "a locked keyring may answer like this too: unlock it and run this again",
        "is this another user's or another computer's keyring? if not, restore the seed from a backup",
      ]);
}
