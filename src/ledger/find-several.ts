/** Finds the accounts that a user means by several words. Pure. */
import type { Account } from "./account.ts";
import { findAccount } from "./find.ts";
import type { Ledger } from "./ledger.ts";

/** Each account once, in the order of the queries. Throws UserError like findAccount. */
export async function findAccounts(
  accounts: readonly Account[],
  queries: readonly string[],
  ledger: Pick<Ledger, "unreadable">,
): Promise<Account[]> {
  const found = new Set<Account>();
  for (const query of queries) found.add(await findAccount(accounts, query, ledger));
  return [...found];
}
