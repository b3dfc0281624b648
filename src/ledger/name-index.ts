/**
 * names.json: where an account of a given name is, for ledgers of many accounts, so that `code NAME` need not read them
 * all. It only tells where to look: what is found there is checked, and without it everything works the same. Pure.
 */
import type { Account } from "./account.ts";
import { fieldsOf, isText } from "./fields.ts";

const VERSION = 1;

/** With fewer accounts, reading them all costs less. */
export const LEAST_INDEXED = 100;

/** `stamp`: of the folder of accounts, at the time. */
export function formatNameIndex(accounts: readonly Account[], stamp: string): string {
  return `${JSON.stringify({ version: VERSION, stamp, accounts: accounts.map(({ id, name }) => [id, name]) })}\n`;
}

/** The id of the one account of this name, else of this id; undefined where there is none, several, or no sound index. */
export function idOf(query: string, text: string, stamp: string | undefined): string | undefined {
  const index = fieldsOf(text);
  if (index?.version !== VERSION || index.stamp !== stamp || !Array.isArray(index.accounts)) return undefined;
  const rows = index.accounts.filter((row: unknown) => Array.isArray(row));
  const named = rows.filter(([, name]) => name === query);
  const [found, ...others] = named.length > 0 ? named : rows.filter(([id]) => id === query);
  return others.length === 0 && isText(found?.[0]) ? found[0] : undefined;
}
