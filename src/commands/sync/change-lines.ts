/** What others did to the accounts, in words. Pure. */
import type { AccountChange } from "../../ledger/account-changes.ts";
import { count, pasteable, quoted } from "../../talk/say.ts";

const ORDER = ["added", "restored", "replaced", "removed", "changed"] as const;
/** More names than this are not read; what was removed or replaced is named all the same. */
const MOST_NAMES = 10;

export function summary(changes: readonly AccountChange[]): string {
  const parts = ORDER.flatMap((what) => {
    const number = changes.filter((one) => one.what === what).length;
    return number === 0 ? [] : [{ number, what }];
  });
  if (parts.length === 0) return "no account changed";
  return parts
    .map(({ number, what }, i) => (i === 0 ? `${count(number, "account")} ${what}` : `${number} ${what}`))
    .join(", ");
}

export function changeLines(changes: readonly AccountChange[]): string[] {
  return ORDER.flatMap((what) => {
    const accounts = changes.filter((one) => one.what === what).map(({ account }) => account);
    if (what === "removed")
      return accounts.map(
        (account) =>
          `  removed: ${quoted(account.name)}; to bring it back: twinseed restore ${pasteable(account)}`,
      );
    if (what === "replaced") return accounts.map(({ name }) => `  replaced: ${quoted(name)} has a new seed`);
    if (accounts.length === 0) return [];
    const more = accounts.length - MOST_NAMES;
    const names = accounts.slice(0, MOST_NAMES).map(({ name }) => quoted(name));
    return [`  ${what}: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
  });
}
