/**
 * Moves seeds from one store to the other: copies all of them, then the caller writes config.json, then the old ones are
 * deleted. Each step can be repeated after a kill: seeds that were already copied are compared and left alone.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { StoreKind } from "../settings/config-file.ts";
import type { SeedStore } from "./seed-store.ts";
import { isSame } from "./seed-text.ts";

/** Throws like copySeeds, but before the other store is created or prompts: a locked source store is reported first. */
export async function requireSeeds(from: SeedStore, to: StoreKind, ids: readonly string[]): Promise<void> {
  await each(ids, to, async (id) => void (await from.get(id)));
}

/**
 * Copies every seed and reads it back from `to`. Tries all of them; if any can't be copied, throws a UserError that names
 * each of those with its reason, and the caller must stop.
 */
export async function copySeeds(from: SeedStore, to: SeedStore, ids: readonly string[]): Promise<void> {
  await each(ids, to.kind, (id) => copySeed(from, to, id));
}

async function each(
  ids: readonly string[],
  to: StoreKind,
  work: (id: string) => Promise<void>,
): Promise<void> {
  const failures: UserError[] = [];
  for (const id of ids) {
    try {
      await work(id);
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return;
  throw new UserError(
    `${failures.length} of ${ids.length} seeds can't be copied to the ${to} store`,
    first.exitCode,
    [...new Set(failures.map(({ message }) => message)), "all seeds are still where they were"],
  );
}

async function copySeed(from: SeedStore, to: SeedStore, id: string): Promise<void> {
  const enrollment = await from.get(id);
  // A key exchange that failed may have left garbage there, which would be in the way for good.
  await to.put(id, enrollment, { overDamaged: true });
  if (isSame(await to.get(id), enrollment)) return;
  throw new UserError(`the seed of account "${id}" did not arrive in the ${to.kind} store`, ExitCode.failed);
}

/** Only after config.json names the other store. */
export async function deleteSeeds(from: SeedStore, ids: readonly string[]): Promise<void> {
  for (const id of ids) await from.delete(id);
}

/** Deletes seeds from `from` that `inUse` has too, and nothing else. Returns how many it deleted. */
export async function deleteDuplicates(
  from: SeedStore,
  inUse: SeedStore,
  ids: readonly string[],
): Promise<number> {
  let deleted = 0;
  for (const id of ids) {
    const [old, kept] = [await seedIn(from, id), await seedIn(inUse, id)];
    if (old === undefined || kept === undefined || !isSame(old, kept)) continue;
    await from.delete(id);
    deleted += 1;
  }
  return deleted;
}

async function seedIn(store: SeedStore, id: string): Promise<Enrollment | undefined> {
  try {
    return await store.get(id);
  } catch (error) {
    if (error instanceof UserError && error.exitCode !== ExitCode.interrupted) return undefined;
    throw error;
  }
}
