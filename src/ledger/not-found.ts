/** What to say where no account matches, or several do, or there are none: what can't be read may be what is meant. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Account } from "./account.ts";
import type { Ledger } from "./ledger.ts";

const MOST_LISTED = 10;
const MOST_FILES = 5;
const LOOK = "what is wrong, and how to fix it: twinseed doctor";

type Readable = Pick<Ledger, "unreadable">;

/** Call it before saying that there are none. Throws UserError (exit 1) if there are some, and none can be read. */
export function requireNone({ unreadable }: Readable, which: "accounts" | "removed" = "accounts"): void {
  const files = unreadable(which);
  if (files.length === 0) return;
  const what = which === "removed" ? "removed account" : "account";
  throw new UserError(`can't read any ${what}: ${named(files)}`, ExitCode.failed, [LOOK]);
}

/** Exit 3. Throws UserError (exit 1) if there are some, and none can be read. */
export function noAccounts(ledger: Readable, message = "there are no accounts yet"): UserError {
  requireNone(ledger);
  return new UserError(message, ExitCode.notFound, ["enroll one with: twinseed add"]);
}

/** Exit 3 with the nearest names; exit 1 if there are accounts that can't be read. */
export async function noneMatches(
  accounts: readonly Account[],
  query: string,
  { unreadable }: Readable,
): Promise<UserError> {
  const files = unreadable("accounts");
  if (files.length > 0)
    return new UserError(`no account that can be read matches "${printable(query)}"`, ExitCode.failed, [
      `it may be one that can't be read: ${named(files)}`,
      LOOK,
    ]);
  const near = await nearest(accounts, query);
  return new UserError(`no account matches "${printable(query)}"`, ExitCode.notFound, [
    ...(near.length > 0 ? [`did you mean ${near.map((name) => `"${printable(name)}"`).join(" or ")}?`] : []),
    accounts.length > 0
      ? "list them with: twinseed list"
      : "there are no accounts yet; enroll one with: twinseed add",
  ]);
}

/** Exit 4, with a list. */
export function severalMatch(found: readonly Account[], query: string): UserError {
  const lines = found.slice(0, MOST_LISTED).map(({ name, id }) => `${printable(name)}  (id ${id})`);
  const more = found.length > MOST_LISTED ? [`and ${found.length - MOST_LISTED} more`] : [];
  return new UserError(`several accounts match "${printable(query)}"`, ExitCode.ambiguous, [
    ...lines,
    ...more,
  ]);
}

/** Exit 3, under the lock: another process has removed or replaced it since it was found. */
export function goneMeanwhile({ id, name }: Pick<Account, "id" | "name">): UserError {
  return new UserError(`"${printable(name)}" was removed or replaced in the meantime`, ExitCode.notFound, [
    `bring it back with: twinseed restore ${id}`,
    "or see what there is now: twinseed list",
  ]);
}

function named(files: readonly string[]): string {
  const names = files.slice(0, MOST_FILES).map((file) => `"${printable(file, 200)}"`);
  const more = files.length - names.length;
  return `${names.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

async function nearest(accounts: readonly Account[], query: string): Promise<string[]> {
  const { distance } = await import("fastest-levenshtein");
  const wanted = query.toLowerCase().slice(0, 100);
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  const near = accounts.flatMap((account) => {
    const texts = [account.name, account.issuer, account.label].filter((text) => text !== "");
    const off = Math.min(...texts.map((text) => distance(wanted, text.toLowerCase().slice(0, 100))));
    // With as many changes as letters, any short name would be near.
    return off <= farthest && off < wanted.length ? [{ name: account.name, off }] : [];
  });
  return near
    .sort((a, b) => a.off - b.off)
    .slice(0, 3)
    .map(({ name }) => name);
}
