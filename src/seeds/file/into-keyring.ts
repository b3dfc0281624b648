/**
 * `store unlock-with keyring`: this computer's keyring opens the file store. Where the store is shared, it has the identity with
 * which this computer is a member, so that a change of the members or of the data key needs nothing from it; else a slot's key.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { unlockStore } from "./file-store.ts";
import { unlockWithKeyring } from "./keyring-slot.ts";
import { viewOf } from "./list-view.ts";
import { keyInKeyring } from "./make-keyring-slot.ts";
import { openerFromEnvironment } from "./openers.ts";
import { identityToKeyring } from "./own-identity.ts";
import type { ListChange } from "./prepared-change.ts";
import { readSlots } from "./slots.ts";

/** What is left to do: nothing, or a change that has to be written, and shared. */
export type KeyringChange = "done already" | "done" | ListChange;

export async function intoKeyring(deps: SeedStoreDeps): Promise<KeyringChange> {
  const view = await viewOf(deps, undefined);
  if (view !== undefined) return memberIntoKeyring(deps, view.newest?.entry.store ?? "");
  const slots = readSlots(deps.folder);
  if ((await unlockWithKeyring(deps, slots, true)) !== undefined) return "done already";
  await unlockStore(deps); // before anything is put into the keyring
  return { add: await keyInKeyring(deps) };
}

async function memberIntoKeyring(deps: SeedStoreDeps, store: string): Promise<KeyringChange> {
  if (openerFromEnvironment(deps, ["age"]) !== undefined)
    throw new UserError("this computer opens the store with an identity of yours", ExitCode.failed, [
      "unset TWINSEED_IDENTITY and TWINSEED_IDENTITY_FILE, and run this again",
      "nothing was changed",
    ]);
  await unlockStore(deps);
  const { recipient, isNew, wasThere } = await identityToKeyring(deps, store);
  if (!isNew) return wasThere ? "done already" : "done";
  const members: ListChange["members"] = (before, me) =>
    before.map((one) => (one.name === me ? { ...one, recipient } : one));
  return { members };
}
