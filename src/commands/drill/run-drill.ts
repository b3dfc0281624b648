/** The drill itself. It is not given the seed store: what is in there would be gone. */
import type { BackupEntry } from "../../backup/backup-content.ts";
import { asUserError, Exit, ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { accountToTry, type Coverage, coverageOf, newestBackup } from "../../ledger/drills.ts";
import { findAccount } from "../../ledger/find.ts";
import { noAccounts } from "../../ledger/not-found.ts";
import { prove } from "../../ledger/proof.ts";
import { type KeyOptions, readBackup, type UnlockNeeds } from "../../opening/read-backup.ts";
import { accountJson } from "../../talk/json.ts";
import { count, note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Lack, lacksOf } from "./lacks.ts";
import { askOtherWay } from "./other-way.ts";

type DrillNeeds = Needs<"stdout" | "clock" | "ledger"> & UnlockNeeds;

export interface DrillOptions extends KeyOptions {
  account?: string;
  code?: string;
  json?: boolean;
}

const TRIES = 3;

/** Throws UserError if the way back does not work, and notes no date then; Exit (1) if it works, but not for everything. */
export async function drill(
  given: string | undefined,
  options: DrillOptions,
  needs: DrillNeeds,
): Promise<void> {
  const accounts = needs.ledger.accounts();
  if (accounts.length === 0)
    throw noAccounts(needs.ledger, "no accounts yet, so there is no way back to try");
  const wanted =
    options.account === undefined ? undefined : await findAccount(accounts, options.account, needs.ledger);
  if (options.code === undefined && needs.terminal() === undefined)
    throw usageError(
      "no code to compare, and no terminal to ask on",
      "give the code that another device shows now: --code CODE",
    );
  const startedAt = needs.clock.now();
  const file = given ?? (await askFile(accounts, needs));
  const opened = await readBackup(file, options, needs).catch((error: unknown) => {
    const { message, exitCode, hints } = asUserError(error);
    if (exitCode === ExitCode.usage || exitCode === ExitCode.interrupted) throw error;
    throw new UserError(message, exitCode, [...hints, FAILED]);
  });
  const coverage = coverageOf(accounts, opened.content.accounts);
  const compared = await compare(wanted, coverage, options.code, needs);
  const now = needs.clock.now();
  const tried = coverage.tried.map(({ account }) => account);
  await recordDrill(tried, new Date(now).toISOString(), needs);
  const lacks = lacksOf(opened, coverage, newestBackup(accounts, needs.ledger.devices()));
  const seconds = Math.round((now - startedAt) / 1000);
  const day = opened.content.createdAt.slice(0, 10);
  if (!options.json) {
    needs.stdout.write(
      `the way back works: the backup of ${day} opened, and its code of ${quoted(compared.name)} is the one that your other device shows\n` +
        `it took ${duration(seconds)}, and brings back ${tried.length} of your ${count(accounts.length, "account")}\n`,
    );
    for (const { message } of lacks) note(needs, `missing: ${message}`);
  }
  const otherWay = await askOtherWay(accounts, options.json ? undefined : needs.terminal(), needs);
  if (options.json) {
    const result = {
      version: 1,
      createdAt: opened.content.createdAt,
      compared: accountJson(compared),
      seconds,
      tried: tried.map(accountJson),
      missing: lacks.map(({ kind, message }) => ({ kind, message })),
      otherWay: otherWay.map(({ account, at }) => ({ account: accountJson(account), checkedAt: at ?? null })),
    };
    needs.stdout.write(`${printableJson(result)}\n`);
  }
  if (lacks.some(({ isHarmless }: Lack) => !isHarmless)) throw new Exit(ExitCode.failed);
}

const FAILED = "this way back does not work with what you have now: find out why while you don't need it";

async function askFile(
  accounts: readonly Account[],
  needs: Needs<"stderr" | "terminal" | "ledger">,
): Promise<string> {
  const newest = newestBackup(accounts, needs.ledger.devices());
  if (newest === undefined)
    throw new UserError("there is no backup to try", ExitCode.failed, [
      "make one: twinseed backup create FILE",
      "or name its file: twinseed drill FILE",
    ]);
  const { device, writtenAt } = newest;
  const where = device.place === undefined ? "" : `, kept in ${quoted(device.place)}`;
  const what = `${quoted(device.name)} of ${writtenAt.slice(0, 10)}${where}`;
  const terminal = needs.terminal();
  if (terminal === undefined)
    throw usageError("no backup, and no terminal to ask on", `the newest is ${what}: twinseed drill FILE`);
  note(
    needs,
    `imagine that this computer is gone. Your newest backup is ${what}: fetch it, and what opens it`,
  );
  for (;;) {
    const file = await terminal.ask("File of the backup: ");
    if (file !== "") return file;
  }
}

/** Returns the account whose code was the same. Throws UserError if there is none. */
async function compare(
  wanted: Account | undefined,
  { tried }: Coverage<BackupEntry>,
  code: string | undefined,
  needs: Needs<"stderr" | "terminal" | "clock">,
): Promise<Account> {
  const account = wanted ?? accountToTry(tried.map((one) => one.account));
  const entry = tried.find((one) => one.account === account)?.entry;
  if (account === undefined || entry === undefined) {
    const message =
      account === undefined
        ? "the backup opens, but has no account of yours with a time-based code"
        : `the backup opens, but does not have the seed of ${quoted(account.name)}`;
    throw new UserError(message, ExitCode.failed, ["write a new one: twinseed backup create FILE", FAILED]);
  }
  if (entry.enrollment.otp.type === "hotp")
    throw usageError(
      `${quoted(account.name)} is counter-based: to compare a code would use it up`,
      "choose an account with time-based codes: --account NAME",
    );
  const terminal = needs.terminal();
  for (let i = 1; ; i++) {
    const shown =
      code ?? (await terminal?.ask(`Code that another device shows for ${quoted(account.name)} now: `)) ?? "";
    const proof = prove(entry.enrollment, shown, needs.clock.now());
    if (proof.right) {
      if ("driftSeconds" in proof && proof.driftSeconds !== 0)
        note(needs, `the clock of that device is ${Math.abs(proof.driftSeconds)} s off: correct it`);
      return account;
    }
    if (code !== undefined || terminal === undefined || i === TRIES)
      throw new UserError(
        `that is not the code that the backup makes for ${quoted(account.name)}; no date was noted`,
        ExitCode.failed,
        [
          "the device may show another account, or an older seed; compare issuer and label there",
          "to see which accounts the backup has right: twinseed backup verify FILE",
        ],
      );
    note(needs, "that is not the code: look for the right account, and type the one that it shows now");
  }
}

async function recordDrill(
  tried: readonly Account[],
  at: string,
  { ledger }: Needs<"ledger">,
): Promise<void> {
  await ledger.edit(async (edit) => {
    const current = new Map(ledger.accounts().map((account) => [account.id, account]));
    for (const { id, fingerprint } of tried) {
      const account = current.get(id);
      if (account?.fingerprint === fingerprint) edit.update({ ...account, drilledAt: at });
    }
  });
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return printable(minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`);
}
