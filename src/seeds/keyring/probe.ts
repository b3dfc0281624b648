/** Finds out whether the keyring really keeps something: a locked or empty one answers a mere read as if everything were fine. */
import { UserError } from "../../base/errors.ts";
import type { SeedStoreDeps } from "../needs.ts";
import { keyringEntries } from "./keyring-entries.ts";
import { notPersistentError } from "./keyring-errors.ts";
import { requireUnlocked } from "./own-keyring.ts";
import { letItSave } from "./pace.ts";

/** undefined if it keeps what is stored in it, else the error that says why not. */
export function probeKeyring(deps: SeedStoreDeps): Promise<UserError | undefined> {
  return probe(deps).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    },
  );
}

/** Stores, reads and deletes a test entry. Throws UserError (exit 6). */
export async function probe(deps: SeedStoreDeps): Promise<void> {
  const id = `probe${Buffer.from(deps.random(8)).toString("hex")}`;
  const use = keyringEntries(deps);
  const what = "the keyring can't be used";
  const state = await requireUnlocked(deps, what);
  await use(id, what, (entry) => entry.setPassword(id));
  const found = await use(id, what, (entry) => entry.getPassword());
  await use(id, what, (entry) => entry.deletePassword());
  await letItSave(deps, state?.provider);
  if (found !== id) throw notPersistentError(what);
}
