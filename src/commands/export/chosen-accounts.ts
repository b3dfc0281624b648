/** The accounts to export, with their seeds. */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccounts } from "../../ledger/find-several.ts";
import { noAccounts } from "../../ledger/not-found.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import type { Note } from "../../otp/plain-note.ts";
import { quoted, warn } from "../../talk/say.ts";
import { openAccount, prefetchSeeds } from "../../vault/open-account.ts";
import { requireStoreOpens } from "../../vault/store-opens.ts";
import type { Needs } from "../../world.ts";

type ChosenAccountsNeeds = Needs<"stderr" | "computer" | "stateFolder" | "ledger" | "seeds">;

export interface Outgoing {
  readonly account: Account;
  readonly enrollment: Enrollment;
  /** Its recovery codes and note, where they go along. */
  readonly note?: Note;
}

/** All accounts, or those that match `queries`. Throws UserError: exit 3 or 4 for a query, exit 3 if there are no accounts. */
export async function chosenAccounts(
  queries: readonly string[] | undefined,
  needs: Needs<"ledger">,
): Promise<Account[]> {
  const known = needs.ledger.accounts();
  if (known.length === 0) throw noAccounts(needs.ledger);
  return queries === undefined ? known : findAccounts(known, queries, needs.ledger);
}

/** One seed that can't be opened does not stop the others: a warning names it, and `failed` counts it. */
export async function openAll(
  accounts: readonly Account[],
  needs: ChosenAccountsNeeds,
): Promise<{ outgoing: Outgoing[]; failed: number }> {
  const outgoing: Outgoing[] = [];
  const failures: UserError[] = [];
  await prefetchSeeds(accounts, needs);
  for (const account of accounts) {
    try {
      outgoing.push({ account, enrollment: await openAccount(account, needs) });
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
      failures.push(error);
      if (failures.length < accounts.length) warn(needs, `skipped ${quoted(account.name)}: ${error.message}`);
    }
  }
  const [first] = failures;
  if (outgoing.length === 0 && failures.length > 1) await requireStoreOpens(accounts, await needs.seeds());
  if (outgoing.length === 0 && first !== undefined) throw first;
  return { outgoing, failed: failures.length };
}
