/** `backup verify`: opens a backup in memory, compares a code of each account in it with ours, and confirms what it holds. */

import type { BackupContent } from "../../backup/backup-content.ts";
import { type Comparison, compareBackup, type LocalAccount } from "../../backup/compare.ts";
import { attempt, Exit, ExitCode, UserError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { copyOn, withCopy, withProof } from "../../ledger/copies.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, quoted, warn } from "../../talk/say.ts";
import { seedsOf } from "../../vault/all-seeds.ts";
import type { Needs } from "../../world.ts";
import { type KeyOptions, readBackup, type UnlockNeeds } from "./unlock.ts";

type VerifyBackupNeeds = Needs<"stdout" | "clock" | "ledger" | "seeds"> & UnlockNeeds;

export interface VerifyOptions extends KeyOptions {
  json?: boolean;
}

/** Throws Exit (1) if something is missing or changed. */
export async function verify(file: string, options: VerifyOptions, needs: VerifyBackupNeeds): Promise<void> {
  const { content, faults } = await readBackup(file, options, needs);
  const accounts = needs.ledger.accounts();
  const seeds = await seedsOf(accounts, needs);
  const here = accounts.map((account): LocalAccount => ({ account, enrollment: seeds.get(account.id) }));
  const comparison = compareBackup(here, content, needs.clock.now());
  const { confirmed, obstacle } = await confirm(comparison, content, needs);
  for (const fault of faults) warn(needs, `in the backup, ${fault}`);
  if (options.json)
    needs.stdout.write(`${printableJson(verifyJson(comparison, content, faults, confirmed))}\n`);
  else report(comparison, content, needs);
  if (obstacle !== undefined) note(needs, `nothing was confirmed: ${obstacle}`);
  const { missing, changed, lostHere, lostBoth } = comparison;
  const isComplete = [missing, changed, lostHere, lostBoth, faults].every(({ length }) => length === 0);
  if (!isComplete) throw new Exit(ExitCode.failed);
}

interface Confirmation {
  /** How many copies were confirmed. */
  readonly confirmed: number;
  /** Why no copy could be confirmed; the comparison is valid even so. */
  readonly obstacle?: string;
}

async function confirm(
  { equal }: Comparison,
  content: BackupContent,
  needs: Needs<"clock" | "ledger">,
): Promise<Confirmation> {
  const not = (obstacle: string): Confirmation => ({ confirmed: 0, obstacle });
  return needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const device = attempt(() => deviceOf(content, devices));
    if (device instanceof UserError) return not(device.message);
    if (!devices.includes(device)) edit.saveDevices([...devices, device]);
    if (device.state !== "active") return not(`${quoted(device.name)} is ${device.state} in the ledger`);
    const at = new Date(needs.clock.now()).toISOString();
    const current = new Map(needs.ledger.accounts().map((account) => [account.id, account]));
    const known = equal.flatMap(({ account }) => current.get(account.id) ?? []);
    if (known.some((account) => isLater(account, device, content)))
      return not(`a later backup is also called ${quoted(device.name)}`);
    for (const account of known)
      edit.update(withProof(withCopy(account, device, content.createdAt), device, at));
    return { confirmed: known.length };
  });
}

/** The backup as a device: from the ledger, or else from the backup itself. Throws UserError if neither will do. */
function deviceOf({ device: id, devices: inside }: BackupContent, devices: readonly Device[]): Device {
  const known = devices.find((one) => one.id === id);
  if (known !== undefined) return known;
  const own = inside.find((one) => one.id === id && one.kind === "backup");
  if (own === undefined) throw new UserError("the backup does not have a name in it", ExitCode.failed);
  const named = deviceNamed(devices, own.name);
  if (named === undefined) return own;
  if (named.kind === "backup") return named;
  throw new UserError(`${quoted(own.name)} is a ${named.kind} here, not a backup`, ExitCode.failed);
}

function isLater(account: Account, device: Device, { createdAt }: BackupContent): boolean {
  const copy = copyOn(account, device);
  return copy !== undefined && Date.parse(copy.addedAt) > Date.parse(createdAt);
}

function report(
  comparison: Comparison,
  { accounts, createdAt }: BackupContent,
  needs: Needs<"stdout" | "stderr">,
): void {
  const { equal, missing, changed, lostHere, lostBoth, onlyInBackup } = comparison;
  const lines = [
    ...missing.map((account) => ["missing", account, "not in the backup"] as const),
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
  const total = equal.length + lines.length;
  const all = lines.length === 0 ? "all in the backup" : `${equal.length} of them in the backup`;
  needs.stdout.write(
    `${text}${count(total, "account")}, ${all}, which was made on ${createdAt.slice(0, 10)} and has ${accounts.length}\n`,
  );
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
