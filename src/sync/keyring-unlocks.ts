/** `store unlock-with keyring`: one entry of this computer's keyring opens all sealed seeds, without a passphrase. */
import { usageError } from "../base/errors.ts";
import { readConfig, writeConfig } from "../settings/config-file.ts";
import { note } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { changeList } from "./change-list.ts";
import { type ChangeNeeds, requireFileStore, sayChange } from "./say-change.ts";

export type KeyringNeeds = ChangeNeeds & Needs<"keyringProvider">;

export async function unlockWith(what: string, needs: KeyringNeeds): Promise<void> {
  if (what !== "keyring")
    throw usageError("the store can be unlocked with: keyring", "for a raw key, see: twinseed store key");
  requireFileStore(needs);
  const change = await needs.sharedKeys.keyring();
  if (change === "done already") return note(needs, "this computer's keyring opens the seeds already");
  const changed =
    change === "done"
      ? undefined
      : await changeList(() => needs.sharedKeys.change(change, needs.clock.now()), needs);
  await rememberProvider(needs);
  note(needs, "this computer's keyring opens the seeds now: one entry for all of them");
  if (changed !== undefined) await sayChange(changed, needs);
  note(needs, "what has opened them so far still does; keep it, or a backup, for when the keyring is gone");
}

async function rememberProvider(needs: Needs<"folder" | "ledger" | "keyringProvider">): Promise<void> {
  const provider = await needs.keyringProvider();
  await needs.ledger.edit(async () => {
    const config = readConfig(needs.folder);
    if (config !== undefined && provider !== undefined) writeConfig(needs.folder, { ...config, provider });
  });
}
