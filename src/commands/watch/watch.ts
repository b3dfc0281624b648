/**
 * `watch`: live codes. The seeds are opened once, at the start, and kept until the end; each code that is shown is
 * computed for the moment in which it is shown.
 */
import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { ExitCode, UserError } from "../../errors.ts";
import type { Account } from "../../ledger/account.ts";
import { auditAccount, DEFAULT_AUDIT } from "../../ledger/audit.ts";
import { findAccount } from "../../ledger/find.ts";
import type { OtpParameters } from "../../otp/enrolment.ts";
import type { Secret } from "../../otp/secret.ts";
import { isLocked } from "../../seeds/store.ts";
import { examples } from "../parts/examples.ts";
import { expectSeeds } from "../parts/open-account.ts";
import { usageError } from "../parts/options.ts";
import { isInteractive, note } from "../parts/say.ts";

export interface WatchOptions {
  plain?: boolean;
}

/** An account to watch, with what makes its codes, or why there are none. */
export interface Watched {
  readonly account: Account;
  readonly maker: CodeMaker | UserError;
  /** How many devices at hand hold it. */
  readonly copies: number;
  /** The worst that `audit` has to say about it. */
  readonly risk?: string;
}

export interface CodeMaker {
  readonly secret: Secret;
  readonly otp: OtpParameters;
}

export function registerWatch(program: Command, ctx: Context): void {
  program
    .command("watch")
    .description("live codes with the time left, until q")
    .argument("[account...]", "names, ids, or parts of name, issuer or label; else all")
    .option("--plain", "print them instead, again at each change, until interrupted")
    .action((queries: string[], options: WatchOptions) => watch(queries, options, ctx));
  examples(program, "watch", "twinseed watch", "twinseed watch aws github", "twinseed watch --plain");
}

export async function watch(queries: readonly string[], options: WatchOptions, ctx: Context): Promise<void> {
  const terminal =
    !options.plain && isInteractive(ctx) && ctx.env.TERM !== "dumb" ? ctx.terminal() : undefined;
  if (terminal === undefined && !options.plain) {
    throw usageError("watch needs a terminal to draw on", "lines instead: twinseed watch --plain");
  }
  const accounts = await chosen(queries, ctx);
  if (accounts.length === 0) return note(ctx, "no accounts yet; enrol one with: twinseed add");
  const watched = await openAll(accounts, ctx);
  if (terminal === undefined) {
    const { watchPlain } = await import("./plain.ts");
    await watchPlain(watched, ctx);
  } else {
    const { watchScreen } = await import("./screen.ts");
    await watchScreen(watched, terminal, ctx);
  }
}

async function chosen(queries: readonly string[], ctx: Context): Promise<readonly Account[]> {
  const known = ctx.ledger.accounts();
  if (queries.length === 0) return known;
  const accounts = new Set<Account>();
  for (const query of queries) accounts.add(await findAccount(known, query));
  return [...accounts];
}

/** One account that fails never hides the others; a locked store does (exit 6). */
async function openAll(accounts: readonly Account[], ctx: Context): Promise<Watched[]> {
  const seeds = await ctx.seeds();
  await expectSeeds(accounts, ctx);
  const devices = ctx.ledger.devices();
  const options = { now: ctx.now(), ...DEFAULT_AUDIT };
  const all: Watched[] = [];
  for (const account of accounts) {
    const { live, findings } = auditAccount(account, devices, options);
    const [worst] = findings;
    const maker = await open(account, async () => seeds.get(account.id));
    all.push({
      account,
      maker,
      copies: live.length,
      ...(worst === undefined ? {} : { risk: worst.message }),
    });
  }
  return all;
}

async function open(account: Account, get: () => Promise<CodeMaker>): Promise<CodeMaker | UserError> {
  try {
    const { secret, otp } = await get();
    if ((otp.type === "hotp") === (account.otp.type === "hotp")) return { secret, otp };
    return new UserError("the ledger and the seed disagree on its type", ExitCode.failed);
  } catch (error) {
    if (error instanceof UserError && !isLocked(error)) return error;
    throw error;
  }
}
