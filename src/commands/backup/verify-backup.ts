/** `backup verify`: opens a backup in memory, compares a code of each account in it with ours, and confirms what it holds. */

import type { BackupContent } from "../../backup/backup-content.ts";
import { type Comparison, compareBackup, type LocalAccount } from "../../backup/compare.ts";
import { Exit, ExitCode, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Device } from "../../ledger/account.ts";
import { type KeyOptions, readBackup, type UnlockNeeds } from "../../opening/read-backup.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, pasteableName, quoted, warn } from "../../talk/say.ts";
import { seedsOf } from "../../vault/all-seeds.ts";
import type { Needs } from "../../world.ts";
import { confirmCopies } from "./confirm-copies.ts";

type VerifyBackupNeeds = Needs<"stdout" | "clock" | "ledger" | "seeds"> & UnlockNeeds;

export interface VerifyOptions extends KeyOptions {
  place?: string;
  json?: boolean;
}

/** Throws Exit (1) if something is missing or changed, or if the backup is in a page that someone may have changed. */
export async function verify(file: string, options: VerifyOptions, needs: VerifyBackupNeeds): Promise<void> {
  const place = options.place === undefined ? undefined : cleanText(options.place);
  if (place === "") throw usageError("--place takes where the backup is kept, such as --place safe");
  const { content, faults, isInForeignPage } = await readBackup(file, options, needs);
  const accounts = needs.ledger.accounts();
  const seeds = await seedsOf(accounts, needs);
  const here = accounts.map((account): LocalAccount => ({ account, enrollment: seeds.get(account.id) }));
  const comparison = compareBackup(here, content, needs.clock.now());
  const ids = comparison.equal.map(({ account }) => account.id);
  const { confirmed, device, obstacle } = await confirmCopies(ids, content, place, needs);
  for (const fault of faults) warn(needs, `in the backup, ${fault}`);
  if (options.json)
    needs.stdout.write(`${printableJson(verifyJson(comparison, content, faults, confirmed))}\n`);
  else report(comparison, content, needs);
  if (obstacle !== undefined) note(needs, `nothing was confirmed: ${obstacle}`);
  if (device !== undefined) sayPlace(file, device, content, needs);
  const { changed, lostHere, lostBoth } = comparison;
  const missing = isPartial(content) ? [] : comparison.missing;
  const isComplete = [missing, changed, lostHere, lostBoth, faults].every(({ length }) => length === 0);
  const isRefused = place !== undefined && obstacle !== undefined;
  if (!isComplete || isRefused || isInForeignPage) throw new Exit(ExitCode.failed);
}

/** The copy counts only where losing this computer does not lose it, and only its owner knows where it is. */
function sayPlace(
  file: string,
  { name, place = "", placedAt = "" }: Device,
  { createdAt }: BackupContent,
  needs: Needs<"stderr">,
): void {
  if (Date.parse(placedAt) >= Date.parse(createdAt))
    note(needs, `${quoted(name)} is kept in ${quoted(place)}`);
  else
    note(
      needs,
      `hint: it counts as a copy once it is kept away from this computer: twinseed backup verify ${pasteableName(file, "FILE")} --place PLACE`,
    );
}

function report(comparison: Comparison, content: BackupContent, needs: Needs<"stdout" | "stderr">): void {
  const { accounts, createdAt } = content;
  const isPart = isPartial(content);
  const { equal, missing, changed, lostHere, lostBoth, onlyInBackup } = comparison;
  const lines = [
    ...(isPart ? [] : missing).map((account) => ["missing", account, "not in the backup"] as const),
    ...changed.map((account) => ["changed", account, "different seed in the backup"] as const),
    ...lostHere.map((account) => ["no seed here", account, "the backup has it: backup restore"] as const),
    ...lostBoth.map((account) => ["no seed", account, "neither here nor in the backup"] as const),
  ];
  const text = lines
    .map(([what, { name }, why]) => `${what.padEnd(12)}  ${printable(name)}  (${why})\n`)
    .join("");
  for (const { account, entry } of equal) {
    const [now, then] = [account.otp, entry.account.otp];
    if (now.type === "hotp" && then.type === "hotp" && now.counter !== then.counter)
      note(
        needs,
        `the counter of ${quoted(account.name)} is ${now.counter} here and ${then.counter} in the backup`,
      );
  }
  if (onlyInBackup.length > 0) {
    const names = onlyInBackup.slice(0, 10).map(({ account }) => quoted(account.name));
    const more = onlyInBackup.length > names.length ? " …" : "";
    note(needs, `only in the backup: ${names.join(", ")}${more}`);
  }
  if (isPart && missing.length > 0)
    note(
      needs,
      `it was made for chosen accounts: ${count(missing.length, "other account is", "other accounts are")} not in it`,
    );
  const total = equal.length + lines.length + (isPart ? missing.length : 0);
  needs.stdout.write(
    `${text}the backup of ${createdAt.slice(0, 10)} (${count(accounts.length, "account")}) has ${equal.length} of your ${count(total, "account")}\n`,
  );
}

/** Whether the user chose the accounts for it. */
function isPartial({ device, devices }: BackupContent): boolean {
  return devices.some(({ id, part }) => id === device && part !== undefined);
}

function verifyJson(
  { equal, missing, changed, lostHere, lostBoth, onlyInBackup }: Comparison,
  { createdAt }: BackupContent,
  faults: readonly string[],
  confirmed: number,
) {
  return {
    version: 1,
    createdAt,
    equal: equal.map(({ account }) => accountJson(account)),
    missing: missing.map(accountJson),
    changed: changed.map(accountJson),
    noSeedHere: lostHere.map(accountJson),
    noSeedAnywhere: lostBoth.map(accountJson),
    onlyInBackup: onlyInBackup.map(({ account }) => accountJson(account)),
    unreadable: faults,
    confirmed,
  };
}
