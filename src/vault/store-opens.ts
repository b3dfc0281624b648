/**
 * A store that opens none of the seeds that the ledger knows is locked, or it is another store: a locked keyring may answer that
 * it has no such seed, or with an empty text. So that is never taken as damage, and nothing is written that relies on it.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account } from "../ledger/account.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { SeedStore } from "../seeds/seed-store.ts";
import { count } from "../talk/say.ts";
import { keptSeed } from "./all-seeds.ts";

/** Opens one seed after the other until one opens. Throws UserError (exit 6) if none does; no accounts are no evidence. */
export async function requireStoreOpens(accounts: readonly Account[], store: SeedStore): Promise<void> {
  const faults: string[] = [];
  for (const { id } of accounts) {
    const kept = await keptSeed(store, id);
    if (typeof kept !== "string") return;
    faults.push(kept);
  }
  if (isEvidence(faults)) throw opensNone(store, accounts.length);
}

/** Throws UserError (exit 6) if none of these seeds opened. */
export function requireSomeOpened(
  seeds: ReadonlyMap<string, Enrollment | undefined>,
  store: Pick<SeedStore, "kind">,
): void {
  if (seeds.size > 0 && [...seeds.values()].every((one) => one === undefined))
    throw opensNone(store, seeds.size);
}

/** One damaged seed may really be damaged. */
function isEvidence(faults: readonly string[]): boolean {
  return faults.includes("missing") || faults.length > 1;
}

/** The store answers, but none of the seeds is in it. */
export class OpensNone extends UserError {}

function opensNone({ kind }: Pick<SeedStore, "kind">, amount: number): OpensNone {
  const message =
    amount === 1
      ? `the ${kind} store does not open the only seed that the ledger knows`
      : `the ${kind} store opens none of the ${count(amount, "seed")} that the ledger knows`;
  return new OpensNone(`${message}: it is locked, or it is another one`, ExitCode.locked, [
    kind === "keyring"
      ? "unlock the keyring in its own program and run this again; a locked keyring may answer that it has nothing"
      : "open it with the correct secret, or look for the seeds that belong to this data folder",
    "if the seeds are really gone, put them back: twinseed backup restore FILE --allow-missing",
  ]);
}
