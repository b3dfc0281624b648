/**
 * incoming.json: many accounts that come in together. Once it is there, all of them are; then they get their own files,
 * and it goes. Pure.
 */
import type { Account } from "./account.ts";
import { formatAccount, parseAccount } from "./account-file.ts";
import { fieldsOf, isText, NEWER } from "./fields.ts";

const VERSION = 1;

export function formatIncoming(accounts: readonly Account[]): string {
  const files: unknown[] = accounts.map((account) => JSON.parse(formatAccount(account)));
  return `${JSON.stringify({ version: VERSION, accounts: files })}\n`;
}

/** The accounts, or what is wrong with the file. */
export function parseIncoming(text: string): Account[] | string {
  const { version, accounts } = fieldsOf(text) ?? {};
  if (typeof version === "number" && version > VERSION) return NEWER;
  if (version !== VERSION || !Array.isArray(accounts)) return "it can't be read";
  const parsed = accounts.map((one: unknown) => {
    const id = fieldsOf(one)?.id;
    return isText(id) ? parseAccount(JSON.stringify(one), id) : "it is damaged";
  });
  const fault = parsed.find((one) => typeof one === "string");
  return fault === undefined ? parsed.filter((one) => typeof one !== "string") : fault;
}
