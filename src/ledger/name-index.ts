/**
 * names.json: an index of accounts by name, for ledgers with many accounts, so that `code NAME` need not read all of them.
 * It is only a hint: the caller checks the account that it leads to, and everything works the same without it. Pure.
 */
import type { Account } from "./account.ts";

const VERSION = 1;

/** With fewer accounts, reading all of them is faster. */
export const LEAST_INDEXED = 100;

/** `stamp`: the stamp of accounts/ when the index was written. */
export function formatNameIndex(accounts: readonly Account[], stamp: string): string {
  const rows = accounts.map(({ id, name }) => [id, name]);
  return `${JSON.stringify({ version: VERSION, stamp, accounts: rows })}\n`;
}

/**
 * The id of the only account with this name, else with this id; undefined if there is none or more than one, or if the index
 * is not usable. Searches the text, as parsing thousands of rows takes longer than computing the code. A name can't look like
 * a row, because JSON escapes its quotation marks.
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
