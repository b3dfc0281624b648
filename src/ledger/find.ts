/** Finds the account that a user means. Pure. */
import { visibleText } from "../base/visible-text.ts";
import { isAws } from "../otp/enrollment.ts";
import type { Account } from "./account.ts";
import type { Ledger } from "./ledger.ts";

/**
 * An exact name wins, then an id, then a case-insensitive part of name, issuer or label.
 * Throws UserError: exit 4 with a list if several match; exit 3 with the nearest names if none does, or exit 1 if that can't be
 * known, as there are accounts that can't be read.
 */
export async function findAccount(
  accounts: readonly Account[],
  query: string,
  ledger: Pick<Ledger, "unreadable">,
): Promise<Account> {
  const found = accountsMatching(accounts, query);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const { noneMatches, severalMatch } = await import("./not-found.ts");
  throw first === undefined ? await noneMatches(accounts, query, ledger) : severalMatch(found, query);
}

/** Those with this name; else this id; else those that match, or the one of them that has this name but for case. */
export function accountsMatching(accounts: readonly Account[], query: string): readonly Account[] {
  const named = accounts.filter(({ name }) => name === query);
  if (named.length > 0) return named;
  const identified = accounts.filter(({ id }) => id === query);
  if (identified.length > 0) return identified;
  const found = accounts.filter((account) => matches(account, query));
  const sameButForCase = found.filter(({ name }) => folded(name) === folded(query));
  return sameButForCase.length === 1 ? sameButForCase : found;
}

/** Whether the text is a part of name, issuer or label, whatever its case; "aws" is short for Amazon Web Services. */
export function matches({ name, issuer, label }: Account, text: string): boolean {
  const part = folded(text);
  if (part.trim() === "") return false;
  return [name, issuer, label, ...(isAws(issuer) ? ["aws"] : [])].some((one) => folded(one).includes(part));
}

/** Whether it is the account's whole name, or its id. */
export function isNamed({ id, name }: Account, text: string): boolean {
  return id === text || folded(name) === folded(text);
}

function folded(text: string): string {
  return visibleText(text).toLowerCase();
}
