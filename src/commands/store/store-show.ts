/** `store`: where the seeds are kept, why, and who shares them. */

import { printable, printableJson } from "../../base/printable.ts";
import { wordsOf } from "../../members/words.ts";
import { readConfig, type StoreKind } from "../../settings/config-file.ts";
import { count, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

const WHERE: Record<StoreKind, string> = {
  keyring: "the operating system's keyring",
  file: "encrypted files in the data folder",
};

export async function show(
  options: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "folder" | "ledger" | "sharedKeys" | "keyringProvider">,
): Promise<void> {
  const config = readConfig(needs.folder);
  const accounts = needs.ledger.accounts().length;
  const { store = null, why = null, provider = null } = config ?? {};
  const now = store === "keyring" || provider !== null ? ((await needs.keyringProvider()) ?? null) : null;
  const keyring = store === "keyring" || provider !== null ? { storedWith: provider, answers: now } : null;
  const view = store === "file" ? await needs.sharedKeys.view() : undefined;
  const { entry, hash } = view?.newest ?? {};
  const words = hash === undefined ? undefined : await wordsOf(hash);
  if (view?.standing.stop !== undefined) warn(needs, (await view.undecided()).message);
  if (options.json) {
    const shared = entry && {
      list: entry.number,
      changedAt: entry.at,
      changedBy: entry.by,
      words,
      members: entry.members.length,
      thisComputer: view?.me ?? null,
      isDecided: view?.standing.stop === undefined,
    };
    const folder = needs.folder.path;
    const result = { version: 1, store, why, folder, accounts, keyring, shared: shared ?? null };
    needs.stdout.write(`${printableJson(result)}\n`);
    return;
  }
  const lines = config
    ? [`store   ${config.store} (${WHERE[config.store]})`, `why     ${printable(config.why, 300)}`]
    : ["store   not chosen yet; the first add chooses it"];
  if (keyring !== null && (provider ?? now) !== null) lines.push(`keyring ${sayProviders(provider, now)}`);
  lines.push(`folder  ${printable(needs.folder.path, 500)}`, `seeds   ${accounts}`);
  if (entry !== undefined)
    lines.push(
      `shared  ${count(entry.members.length, "member")}; list ${entry.number}, by ${entry.by}, ${entry.at.slice(0, 10)}`,
      `words   ${words}`,
    );
  needs.stdout.write(`${lines.join("\n")}\n`);
}

/** Both, where another program answers than the one that the seeds were stored with. */
function sayProviders(before: string | null, now: string | null): string {
  if (before === null || before === now) return printable(now ?? "", 40);
  return `${printable(before, 40)}; ${now === null ? "it does not answer now" : `${now} answers now`}`;
}
