/**
 * `store move`: copies all, then names the new store in config.json, then deletes the old copies: a kill anywhere loses nothing,
 * and the next run deletes what is left.
 */

import { asUserError, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { sealedIds } from "../../seeds/file/sealed-file.ts";
import { copySeeds, deleteDuplicates, deleteSeeds, requireSeeds } from "../../seeds/move-seeds.ts";
import { clearMovedNotes, copyNotes, hasSeveralSeals } from "../../seeds/notes/move-notes.ts";
import { noteIds } from "../../seeds/notes/note-file.ts";
import { readConfig, type StoreKind, writeConfig } from "../../settings/config-file.ts";
import { count, note } from "../../talk/say.ts";
import { movedMeanwhile, requireStoreInUse } from "../../vault/store-in-use.ts";
import type { Needs } from "../../world.ts";

type MoveNeeds = Needs<
  "stderr" | "random" | "folder" | "ledger" | "seeds" | "prepareStore" | "noteKeeper" | "keyringProvider"
>;

export async function move(kind: string, needs: MoveNeeds): Promise<void> {
  if (kind !== "keyring" && kind !== "file") throw usageError("the store must be keyring or file");
  const config = readConfig(needs.folder);
  if (config === undefined) {
    throw new UserError("nothing is stored yet", ExitCode.notFound, [
      `the first add chooses the store; to choose it yourself: TWINSEED_STORE=${kind} twinseed add`,
    ]);
  }
  if (config.store === kind) return clearOther(kind, needs);
  const from = await needs.seeds();
  await requireSeeds(from, kind, everyId(from.kind, needs));
  // Before the lock is taken: it may ask for a passphrase.
  const keeper = noteIds(needs.folder).length > 0 ? await needs.noteKeeper(from.kind) : undefined;
  const make = await needs.prepareStore(kind);
  const provider = kind === "keyring" ? await needs.keyringProvider() : undefined;
  const moved = await needs.ledger.edit(async () => {
    requireStoreInUse(from, needs, "nothing was moved");
    const ids = everyId(from.kind, needs);
    const to = await make();
    await copySeeds(from, to, ids);
    const notes =
      keeper && (await copyNotes(needs.folder, keeper, () => needs.noteKeeper(kind), needs.random));
    writeConfig(needs.folder, { store: kind, why: `store move ${kind}`, ...(provider ? { provider } : {}) });
    notes?.finish();
    const shared = from.kind === "keyring" ? adoptedIds(needs) : new Set<string>();
    await deleteSeeds(
      from,
      ids.filter((id) => !shared.has(id)),
    );
    return { seeds: ids.length, shared: ids.filter((id) => shared.has(id)).length };
  });
  note(needs, `moved ${count(moved.seeds, "seed")} to the ${kind} store; each was read back and compared`);
  if (moved.shared > 0) {
    const entries = count(moved.shared, "entry also stays", "entries also stay");
    note(needs, `${entries} in the keyring: doctor found them there, and another data folder may need them`);
  }
}

function adoptedIds(needs: Needs<"ledger">): Set<string> {
  const accounts = [...needs.ledger.accounts(), ...needs.ledger.removed()];
  return new Set(accounts.flatMap(({ id, adopted }) => (adopted ? [id] : [])));
}

/** A move that was interrupted after its last copy leaves the old ones. Deletes each whose seed is also where it should be. */
async function clearOther(kind: StoreKind, needs: MoveNeeds): Promise<void> {
  note(needs, `the seeds are already in the ${kind} store`);
  const other = kind === "file" ? "keyring" : "file";
  const ids = other === "file" ? sealedIds(needs.folder) : everyId(kind, needs);
  await clearNotes(kind, other, needs);
  if (ids.length === 0) return;
  const make = await needs.prepareStore(other).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    note(
      needs,
      `the ${other} store can't be reached, so it was not searched for old copies: ${error.message}`,
    );
  });
  if (make === undefined) return;
  const inUse = await needs.seeds();
  if (inUse.kind !== kind) throw movedMeanwhile(inUse.kind, "nothing was deleted");
  const cleared = await needs.ledger.edit(async () => {
    // Otherwise the copies that are in use now would be mistaken for the old ones.
    requireStoreInUse(inUse, needs, "nothing was deleted");
    const shared = other === "keyring" ? adoptedIds(needs) : new Set<string>();
    const own = ids.filter((id) => !shared.has(id));
    return deleteDuplicates(await make(), inUse, own);
  });
  if (cleared > 0) note(needs, `deleted ${count(cleared, "old copy", "old copies")} from the ${other} store`);
}

/** The keys of the other store may be gone by now: then there is nothing to compare with. */
async function clearNotes(kind: StoreKind, other: StoreKind, needs: MoveNeeds): Promise<void> {
  if (!hasSeveralSeals(needs.folder)) return;
  const [inUse, old] = [await needs.noteKeeper(kind), await needs.noteKeeper(other).catch(asUserError)];
  if (old instanceof UserError) return;
  const cleared = await needs.ledger.edit(() => clearMovedNotes(needs.folder, inUse, old));
  if (cleared > 0) note(needs, `cleared ${count(cleared, "note")} of what only the ${other} store opens`);
}

/** Includes removed accounts, damaged entries, and seeds that no longer have an entry. */
function everyId(from: StoreKind, needs: Needs<"folder" | "ledger">): string[] {
  const known = [...needs.ledger.accounts(), ...needs.ledger.removed()].map(({ id }) => id);
  const sealed = from === "file" ? sealedIds(needs.folder) : [];
  return [...new Set([...known, ...needs.ledger.damaged(), ...sealed])];
}
