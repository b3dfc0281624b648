/** The part of `doctor` that says which program is the keyring, and whether it is the one that the seeds were stored with. */
import { printable } from "../../base/printable.ts";
import { readConfig, writeConfig } from "../../settings/config-file.ts";
import type { Needs } from "../../world.ts";
import type { SeedsFound } from "./check-seeds.ts";
import { type Line, ok, REPAIR, wrong } from "./lines.ts";

type KeyringNeeds = Needs<"folder" | "keyringProvider">;

/** `found`: what opened, which decides whether another program has the seeds by now. */
export async function checkKeyring({ opened }: SeedsFound, needs: KeyringNeeds): Promise<Line[]> {
  const { provider: before } = readConfig(needs.folder) ?? {};
  const now = await needs.keyringProvider();
  if (now === undefined) return [];
  if (before === undefined || before === now) return [ok("keyring", now)];
  const step =
    opened.length > 0 ? REPAIR : `let ${printable(before, 40)} be the Secret Service again, not ${now}`;
  return [
    wrong("keyring", `${now} answers now, and the seeds were stored with ${printable(before, 40)}`, step),
  ];
}

/** Where the seeds open, the program that answers now has them. */
export async function repairKeyring(
  { opened }: SeedsFound,
  needs: KeyringNeeds & Needs<"ledger">,
): Promise<string[]> {
  const now = await needs.keyringProvider();
  return needs.ledger.edit(async () => {
    const config = readConfig(needs.folder);
    if (config?.provider === undefined || now === undefined || opened.length === 0) return [];
    if (config.provider === now) return [];
    writeConfig(needs.folder, { ...config, provider: now });
    return [`noted in "config.json" that ${now} has the seeds`];
  });
}
