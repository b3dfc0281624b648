/** What a restore does with one entry of the backup. */
import type { Account } from "../ledger/account.ts";
import type { Enrollment } from "../otp/enrollment.ts";

export interface Step {
  /** "aside": it was removed here, or it is restored only to removed/. */
  readonly status: "added" | "exists" | "aside";
  /** As the ledger has it afterwards. */
  readonly account: Account;
  readonly enrollment: Enrollment;
  /** "rebuild": replaces a damaged entry. */
  readonly write: "add" | "update" | "rebuild" | "nothing";
  /** Whether the seed must be stored. */
  readonly put: boolean;
  /** The store had the seed before the ledger knew the account. */
  readonly found: boolean;
  /** What the user should know about this account. */
  readonly notes: readonly string[];
}
