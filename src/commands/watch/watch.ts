/**
 * `watch`: live codes. The seeds are opened once, at the start, and kept until the end; each code that is shown is
 * computed for the moment in which it is shown.
 */

import type { Command } from "commander";
import { usageError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { examples } from "../../talk/examples.ts";
import { isInteractive, note } from "../../talk/say.ts";
import type { World } from "../../world.ts";
import { openAll } from "./watched.ts";

export interface WatchOptions {
  plain?: boolean;
}

export function registerWatch(program: Command, ctx: World): void {
  program
    .command("watch")
    .description("live codes with the time left, until q")
    .argument("[account...]", "names, ids, or parts of name, issuer or label; else all")
    .option("--plain", "print them instead, again at each change, until interrupted")
    .action((queries: string[], options: WatchOptions) => watch(queries, options, ctx));
  examples(program, "watch", "twinseed watch", "twinseed watch aws github", "twinseed watch --plain");
}

export async function watch(queries: readonly string[], options: WatchOptions, ctx: World): Promise<void> {
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
    const { watchScreen } = await import("./live-screen.ts");
    await watchScreen(watched, terminal, ctx);
  }
}

async function chosen(queries: readonly string[], ctx: World): Promise<readonly Account[]> {
  const known = ctx.ledger.accounts();
  if (queries.length === 0) return known;
  const accounts = new Set<Account>();
  for (const query of queries) accounts.add(await findAccount(known, query));
  return [...accounts];
}
