/**
 * `watch`: live codes. The seeds are opened once, at the start, and kept until the end; each code is computed for the moment
 * in which it is shown.
 */

import type { Command } from "commander";
import { usageError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { accountsMatching, findAccount } from "../../ledger/find.ts";
import { requireNone } from "../../ledger/not-found.ts";
import { toldApart } from "../../ledger/told-apart.ts";
import { doubtClock } from "../../talk/doubtful-clock.ts";
import { examples } from "../../talk/examples.ts";
import { sayNoAccounts } from "../../talk/no-accounts.ts";
import { isInteractive } from "../../talk/say.ts";
import type { Needs, World } from "../../world.ts";
import type { LiveScreenNeeds } from "./live-screen.ts";
import { openAll } from "./watched.ts";

type WatchNeeds = Needs<"stderr" | "stateFolder" | "terminal" | "env" | "folder" | "seeds"> & LiveScreenNeeds;

export interface WatchOptions {
  plain?: boolean;
}

export function registerWatch(program: Command, world: World): void {
  program
    .command("watch")
    .description(
      "show live codes with the time left: type to filter, Enter copies (and uses up an HOTP code), q quits",
    )
    .argument(
      "[account...]",
      "names, ids, or parts of a name, issuer or label: all that match (default: all)",
    )
    .option("--plain", "print lines instead, again at each change, until interrupted")
    .action((queries: string[], options: WatchOptions) => watch(queries, options, world));
  examples(program, "watch", "twinseed watch", "twinseed watch aws github", "twinseed watch --plain");
}

export async function watch(
  queries: readonly string[],
  options: WatchOptions,
  needs: WatchNeeds,
): Promise<void> {
  const terminal =
    !options.plain && isInteractive(needs) && needs.env.TERM !== "dumb" ? needs.terminal() : undefined;
  if (terminal === undefined && !options.plain) {
    throw usageError("watch needs a terminal to draw on", "print lines instead: twinseed watch --plain");
  }
  const accounts = await chosen(queries, needs);
  if (accounts.length === 0) {
    requireNone(needs.ledger);
    return sayNoAccounts(needs);
  }
  doubtClock(accounts, needs.clock.now(), needs);
  const watched = await openAll(toldApart(accounts), needs);
  if (terminal === undefined) {
    const { watchPlain } = await import("./plain.ts");
    await watchPlain(watched, needs);
  } else {
    const { watchScreen } = await import("./live-screen.ts");
    await watchScreen(watched, terminal, needs);
  }
}

async function chosen(queries: readonly string[], needs: Needs<"ledger">): Promise<readonly Account[]> {
  const known = needs.ledger.accounts();
  if (queries.length === 0) return known;
  const accounts = new Set<Account>();
  for (const query of queries) {
    const matching = accountsMatching(known, query);
    // Throws, with the nearest names.
    for (const account of matching.length > 0 ? matching : [await findAccount(known, query, needs.ledger)])
      accounts.add(account);
  }
  return [...accounts];
}
