/**
 * incoming.json: many accounts that come in together. Once it is there, all of them are; then they get their own files,
 * and it goes. Pure.
 */
import { isText, objectOf, parseFields } from "../base/untrusted-json.ts";
import { type Account, NEWER } from "./account.ts";
import { accountFields, parseAccount } from "./account-file.ts";

const VERSION = 1;

export function formatIncoming(accounts: readonly Account[]): string {
  return `${JSON.stringify({ version: VERSION, accounts: accounts.map(accountFields) })}\n`;
}

/** The accounts, or what is wrong with the file. */
export function parseIncoming(text: string): Account[] | string {
  const { version, accounts } = parseFields(text);
  if (typeof version === "number" && version > VERSION) return NEWER;
  if (version !== VERSION || !Array.isArray(accounts)) return "it can't be read";
  const parsed = accounts.map((one: unknown) => {
    const id = objectOf(one)?.id;
    return isText(id) ? parseAccount(JSON.stringify(one), id) : "it is damaged";
  });
  const fault = parsed.find((one) => typeof one === "string");
  return fault === undefined ? parsed.filter((one) => typeof one !== "string") : fault;
}
