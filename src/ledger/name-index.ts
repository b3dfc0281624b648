/**
 * names.json: where an account of a given name is, for ledgers of many accounts, so that `code NAME` need not read them
 * all. It only tells where to look: what is found there is checked, and without it everything works the same. Pure.
 */
import type { Account } from "./account.ts";

const VERSION = 1;

/** With fewer accounts, reading them all costs less. */
export const LEAST_INDEXED = 100;

/** `stamp`: of the folder of accounts, at the time. */
export function formatNameIndex(accounts: readonly Account[], stamp: string): string {
  const rows = accounts.map(({ id, name }) => [id, name]);
  return `${JSON.stringify({ version: VERSION, stamp, accounts: rows })}\n`;
}

/**
 * The id of the one account of this name, else of this id; undefined where there is none, several, or no sound index.
 * By searching the text, as parsing thousands of rows costs more than the code: within a JSON text a name can't be taken for
 * a row, because its quotation marks are escaped.
 */
export function idOf(query: string, text: string, stamp: string): string | undefined {
  const head = JSON.stringify({ version: VERSION, stamp, accounts: [] }).slice(0, -"]}".length);
  if (!text.startsWith(head)) return undefined;
  const name = `,${JSON.stringify(query)}]`;
  const at = text.indexOf(name, head.length);
  if (at >= 0) {
    const isOnly = text.indexOf(name, at + 1) < 0;
    return isOnly ? /\["([a-z2-7]+)"$/.exec(text.slice(Math.max(0, at - 40), at))?.[1] : undefined;
  }
  return /^[a-z2-7]+$/.test(query) && text.includes(`["${query}",`) ? query : undefined;
}
