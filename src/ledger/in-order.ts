/** The order in which people sort names. Pure. */
import type { Account } from "./account.ts";

const DIGITS = 15;

/** By name, whatever its case, with 2 before 10; names that are the same but for that by their characters, then by id. */
export function inOrder(accounts: readonly Account[]): Account[] {
  return accounts
    .map((account) => ({ account, key: sortKey(account.name) }))
    .sort(
      (a, b) =>
        compare(a.key, b.key) ||
        compare(a.account.name, b.account.name) ||
        compare(a.account.id, b.account.id),
    )
    .map(({ account }) => account);
}

/** Without Intl.Collator, which takes longer to load than `code` does; Unicode's tables are loaded for names that need them. */
function sortKey(name: string): string {
  const isPlain = /^[ -~]*$/.test(name);
  const letters = isPlain ? name : name.normalize("NFKD").replace(/\p{Mn}/gu, "");
  return letters.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS, "0"));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
