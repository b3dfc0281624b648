/** Which seeds the file store has, and which entries the ledger: that can be seen while the store is locked. */
import { attempt, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import { sealedIds } from "../seeds/file/sealed-file.ts";
import { readConfig } from "../settings/config-file.ts";
import type { Needs } from "../world.ts";

export interface FileSeeds {
  /** The ids of accounts whose seeds are gone from it. */
  readonly gone: ReadonlySet<string>;
  /** The ids of seeds that no entry of the ledger has. */
  readonly strays: readonly string[];
}

/**
 * `accounts`: those that the ledger had when it was read. Nothing is gone, and nothing stray, where the seeds are not in files. Never
 * throws UserError.
 */
export async function fileSeeds(
  accounts: readonly Account[],
  needs: Needs<"folder" | "ledger">,
): Promise<FileSeeds> {
  const first = look(accounts, needs.folder);
  if (first.gone.size + first.strays.length === 0) return first;
  // Another process may be storing seeds, or moving them to another store: while the lock is ours, nothing is half done.
  try {
    return await needs.folder.locked(async () => look(needs.ledger.accounts(), needs.folder));
  } catch (error) {
    if (error instanceof UserError) return first;
    throw error;
  }
}

function look(accounts: readonly Account[], folder: DataFolder): FileSeeds {
  const config = attempt(() => readConfig(folder));
  if (config === undefined || config instanceof UserError || config.store !== "file")
    return { gone: new Set(), strays: [] };
  const seeds = new Set(sealedIds(folder));
  const files = ["accounts", "removed"].flatMap((where) => folder.list(where));
  const known = new Set([
    ...files.map((name) => name.replace(/\.json$/, "")),
    ...accounts.map(({ id }) => id),
  ]);
  return {
    gone: new Set(accounts.flatMap(({ id }) => (seeds.has(id) ? [] : [id]))),
    strays: [...seeds].filter((id) => !known.has(id)),
  };
}
