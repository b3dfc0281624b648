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
  const matches = matching(accounts, query);
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return first;
  if (first !== undefined) {
    throw new UserError(`several accounts match "${printable(query)}"`, ExitCode.ambiguous, several(matches));
  }
  const near = await nearest(accounts, query);
  throw new UserError(`no account matches "${printable(query)}"`, ExitCode.notFound, [
    ...(near.length > 0 ? [`did you mean ${near.map((name) => `"${printable(name)}"`).join(" or ")}?`] : []),
    accounts.length > 0
      ? "list them with: twinseed list"
      : "there are no accounts yet; enroll one with: twinseed add",
  ]);
}

function matching(accounts: readonly Account[], query: string): readonly Account[] {
  const named = accounts.filter(({ name }) => name === query);
  if (named.length > 0) return named;
  const identified = accounts.filter(({ id }) => id === query);
  if (identified.length > 0) return identified;
  const part = folded(query);
  if (part === "") return [];
  const found = accounts.filter(({ name, issuer, label }) =>
    [name, issuer, label, ...(isAws(issuer) ? ["aws"] : [])].some((text) => folded(text).includes(part)),
  );
  const sameButForCase = found.filter(({ name }) => folded(name) === part);
  return sameButForCase.length === 1 ? sameButForCase : found;
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
