/** `store passphrase`: another passphrase for the file store, in place of the one that it has. */

import { readPassphrase } from "../../backup/key-files.ts";
import { usageError } from "../../base/errors.ts";
import { isShort, SHORT } from "../../base/short-passphrase.ts";
import { changeList } from "../../sync/change-list.ts";
import { type ChangeNeeds, requireFileStore, sayChange } from "../../sync/say-change.ts";
import { note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export async function changePassphrase(
  { passphraseFile }: { passphraseFile?: string },
  needs: ChangeNeeds & Needs<"stdin" | "files">,
): Promise<void> {
  requireFileStore(needs);
  const given = passphraseFile === undefined ? undefined : await readPassphrase(passphraseFile, needs);
  if (given !== undefined && isShort(given))
    throw usageError(`a passphrase needs at least ${SHORT} characters; nothing was changed`);
  const change = await needs.sharedKeys.passphrase(given);
  const changed = await changeList(() => needs.sharedKeys.change(change, needs.clock.now()), needs);
  const replaced = (change.replaces?.length ?? 0) > 0;
  note(needs, replaced ? "the passphrase was changed" : "this passphrase opens the seeds now, too");
  await sayChange(changed, needs);
  if (replaced)
    note(
      needs,
      "a copy of the files from before still opens with the old one; if it was seen: twinseed store rekey",
    );
}
