/** Accounts as they are shown to users. Pure. */
import { printable } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Account } from "./account.ts";

/** Short enough that the id after it is not cut off. */
const LONGEST_BEFORE_ID = 48;

/**
 * The same accounts, with the id added to names that would look the same: those that an older twinseed allowed, or that are
 * cut off. Only for display.
 */
export function toldApart(accounts: readonly Account[]): Account[] {
  const seen = accounts.map(({ name }) => visibleText(printable(name)));
  const once = new Set<string>();
  const twice = new Set(seen.filter((name) => once.size === once.add(name).size));
  return accounts.map((account, i) => {
    const name = seen[i] ?? "";
    if (name !== "" && !twice.has(name)) return account;
    return { ...account, name: `${printable(account.name, LONGEST_BEFORE_ID)} (id ${account.id})`.trim() };
  });
}
