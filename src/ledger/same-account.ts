/** Whether the ledger and a seed speak of the same account. Pure, and loaded for every code. */
import { type Described, sameParameters } from "../otp/enrollment.ts";
import type { Account } from "./account.ts";

/** Where the ledger says something else than the seed's own URI; HOTP counters move on in the ledger alone. */
export function differences(account: Account, enrollment: Described): string[] {
  const { issuer, label, otp } = enrollment;
  const isSameCode = sameParameters(account.otp, otp);
  return [
    ...(isSameCode ? [] : ["type, algorithm, digits or period"]),
    ...(account.issuer === issuer ? [] : ["issuer"]),
    ...(account.label === label ? [] : ["label"]),
  ];
}
