/**
 * incoming.json: many accounts added in one step. Once this file exists, all of them are in the ledger; then each gets its
 * own file, and incoming.json is removed. Pure.
 */
import { isText, objectOf, parseFields } from "../base/untrusted-json.ts";
import { type Account, damaged, NEWER } from "./account.ts";
import { accountFields, parseAccount } from "./account-file.ts";

const VERSION = 1;

export function formatIncoming(accounts: readonly Account[]): string {
  return `${JSON.stringify({ version: VERSION, accounts: accounts.map(accountFields) })}\n`;
}

/** Throws a UserError that says what is wrong with the file. */
export function parseIncoming(text: string): Account[] {
  const { version, accounts } = parseFields(text);
  if (typeof version === "number" && version > VERSION) throw damaged(NEWER);
  if (version !== VERSION || !Array.isArray(accounts)) throw damaged("it can't be read");
  return accounts.map((one: unknown) => {
    const id = objectOf(one)?.id;
    if (!isText(id)) throw damaged("it is damaged");
    return parseAccount(JSON.stringify(one), id);
  });
}
