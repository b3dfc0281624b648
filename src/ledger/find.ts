/** Finds the account that a user means. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import { isAws } from "../otp/enrollment.ts";
import type { Account } from "./account.ts";

const MOST_LISTED = 10;

/**
 * An exact name wins, then an id, then a case-insensitive part of name, issuer or label.
 * Throws UserError: exit 4 with a list if several match, exit 3 with the nearest names if none does.
 */
export async function findAccount(accounts: readonly Account[], query: string): Promise<Account> {
  const found = accountsMatching(accounts, query);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined) {
    throw new UserError(`several accounts match "${printable(query)}"`, ExitCode.ambiguous, several(found));
  }
  const near = await nearest(accounts, query);
  throw new UserError(`no account matches "${printable(query)}"`, ExitCode.notFound, [
    ...(near.length > 0 ? [`did you mean ${near.map((name) => `"${printable(name)}"`).join(" or ")}?`] : []),
    accounts.length > 0
      ? "list them with: twinseed list"
      : "there are no accounts yet; enroll one with: twinseed add",
  ]);
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
  if (part === "") return false;
  return [name, issuer, label, ...(isAws(issuer) ? ["aws"] : [])].some((one) => folded(one).includes(part));
}

/** Whether it is the account's whole name, or its id. */
export function isNamed({ id, name }: Account, text: string): boolean {
  return id === text || folded(name) === folded(text);
}

function folded(text: string): string {
  return visibleText(text).toLowerCase();
}

function several(matches: readonly Account[]): string[] {
  const lines = matches.slice(0, MOST_LISTED).map(({ name, id }) => `${printable(name)}  (id ${id})`);
  return [...lines, ...(matches.length > MOST_LISTED ? [`and ${matches.length - MOST_LISTED} more`] : [])];
}

async function nearest(accounts: readonly Account[], query: string): Promise<string[]> {
  const { distance } = await import("fastest-levenshtein");
  const wanted = query.toLowerCase().slice(0, 100);
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  const near = accounts.flatMap((account) => {
    const texts = [account.name, account.issuer, account.label].filter((text) => text !== "");
    const off = Math.min(...texts.map((text) => distance(wanted, text.toLowerCase().slice(0, 100))));
    return off <= farthest ? [{ name: account.name, off }] : [];
  });
  return near
    .sort((a, b) => a.off - b.off)
    .slice(0, 3)
    .map(({ name }) => name);
}
