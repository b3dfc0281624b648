/** What happened to the accounts between two states of the ledger: one account is one change. Pure. */
import type { Account } from "./account.ts";

export interface Accounts {
  readonly accounts: readonly Account[];
  readonly removed: readonly Account[];
}

export interface AccountChange {
  /** "replaced": it has a new seed. */
  readonly what: "added" | "restored" | "replaced" | "removed" | "changed";
  /** As it is now. */
  readonly account: Account;
}

export function accountChanges(before: Accounts, after: Accounts): AccountChange[] {
  const [was, is] = [byId(before.accounts), byId(after.accounts)];
  const [wasRemoved, isRemoved] = [byId(before.removed), byId(after.removed)];
  const gone = before.accounts.filter(({ id }) => !is.has(id)).map((one) => isRemoved.get(one.id) ?? one);
  const successors = new Set(gone.map(({ replacedBy }) => replacedBy));
  const changes = after.accounts.flatMap((account): AccountChange[] => {
    const { id } = account;
    const known = was.get(id);
    if (known !== undefined)
      return JSON.stringify(known) === JSON.stringify(account) ? [] : [{ what: "changed", account }];
    const what = successors.has(id) ? "replaced" : wasRemoved.has(id) ? "restored" : "added";
    return [{ what, account }];
  });
  const isReplaced = ({ replacedBy }: Account) => replacedBy !== undefined && is.has(replacedBy);
  const removed = gone.filter((one) => !isReplaced(one));
  return [...changes, ...removed.map((account): AccountChange => ({ what: "removed", account }))];
}

function byId(accounts: readonly Account[]): Map<string, Account> {
  return new Map(accounts.map((account) => [account.id, account]));
}
