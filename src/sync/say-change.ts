/** What a change of the members' list or of the data key tells the user. */
import { Exit, ExitCode, UserError } from "../base/errors.ts";
import { wordsOf } from "../members/words.ts";
import { readConfig } from "../settings/config-file.ts";
import { count, note, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Changed } from "./change-list.ts";
import type { ShareNeeds } from "./share.ts";

export type ChangeNeeds = ShareNeeds;

export function sayKeyChange({ entry, report }: Changed, needs: Needs<"stderr">): void {
  note(needs, `made a new data key and sealed ${count(report.seeds, "seed")} with it; each was read back`);
  for (const file of report.dropped)
    note(
      needs,
      `dropped "${file}": its passphrase or key opens nothing any more; for a new key: twinseed store key`,
    );
  const without = entry?.entry.members.filter(({ recipient }) => recipient === undefined) ?? [];
  if (report.dropped.length > 0 && without.length > 0)
    warn(
      needs,
      `${without.map(({ name }) => name).join(", ")} ${without.length === 1 ? "has" : "have"} no identity in the list, and may not be able to open the store any more`,
    );
}

/** After members were removed. */
export function sayRemoval(changed: Changed, needs: Needs<"stderr">): void {
  sayKeyChange(changed, needs);
  if (changed.report.carried > 0)
    warn(
      needs,
      `${count(changed.report.carried, "passphrase or raw key", "passphrases and raw keys")} of this store can still open it: anyone who was removed must not know them`,
    );
  warn(needs, "they may have kept what they could read until now, and git's history still holds it");
  if (changed.url !== undefined) note(needs, "revoke their access to the repository, too");
}

/** Throws Exit (1) if a seed could not be sealed again. */
export async function sayChange({ entry, report, url }: Changed, needs: Needs<"stderr">): Promise<void> {
  if (entry !== undefined) {
    const where = url === undefined ? "" : ", and pushed";
    note(
      needs,
      `list ${entry.entry.number} of the members was written${where}; its words: ${await wordsOf(entry.hash)}`,
    );
  }
  for (const message of report.unopened) warn(needs, message);
  if (report.unopened.length > 0) throw new Exit(ExitCode.failed);
}

export function requireFileStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder)?.store === "file") return;
  throw new UserError(
    "only the file store has members and keys, and the seeds are not in it",
    ExitCode.failed,
    ["see: twinseed store"],
  );
}
