/** An account as scripts see it. Documented in docs/json.md; fields are added, never changed. Never includes a seed. */
import type { Account } from "../ledger/account.ts";

/** An account without an id is not in the ledger: `code --env` makes one. */
export function accountJson({ id, name, issuer, label }: Account) {
  return { id: id || null, name, issuer, label };
}
