/** The ledger and a seed speak of two accounts. */
import { ExitCode, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import { differences } from "../ledger/same-account.ts";
import { type Described, defaultName } from "../otp/enrollment.ts";
import { quoted } from "../talk/say.ts";

/**
 * Anyone who can write to a shared folder can exchange two names in the ledger. What is sealed with the seed, they can't change:
 * no code is shown in the name of another account. Throws UserError (exit 1) with both names.
 */
export function requireSameAccount<Kept extends Described>(account: Account, kept: Kept): Kept {
  const fields = differences(account, kept);
  if (fields.length === 0) return kept;
  const [listed, sealed] = [account, kept].map((one) => quoted(defaultName(one) || "no name"));
  const message = `${quoted(account.name)} is ${listed} in the ledger, and ${sealed} in its seed (another ${fields.join(", ")})`;
  throw new UserError(message, ExitCode.failed, [
    "the ledger was changed by something else than twinseed, so its codes could be of another account",
    `look at who changed "accounts/${account.id}.json"; to set it right by its seed: twinseed doctor --repair`,
  ]);
}
