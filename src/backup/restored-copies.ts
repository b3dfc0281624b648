/** Merges the copies of one account from two ledgers. Pure. */
import type { Account, Copy } from "../ledger/account.ts";
import type { MergedDevices } from "./restored-devices.ts";

/** The account's copies, with the ids that their devices have here. */
export function movedCopies({ copies }: Account, { idOf }: MergedDevices): Copy[] {
  return copies.map((copy) => ({ ...copy, device: idOf(copy.device) }));
}

/** A copy that is known here wins, but takes over a later confirmation. Returns `here` itself if nothing is new. */
export function mergeCopies(here: readonly Copy[], there: readonly Copy[]): readonly Copy[] {
  let merged = here;
  for (const copy of there) {
    const known = merged.find(({ device }) => device === copy.device);
    if (known === undefined) merged = [...merged, copy];
    else if (isLaterProof(copy, known))
      merged = merged.map((one) => (one === known ? { ...known, confirmedAt: copy.confirmedAt } : one));
  }
  return merged;
}

function isLaterProof(copy: Copy, known: Copy): copy is Copy & { readonly confirmedAt: string } {
  if (copy.confirmedAt === undefined || copy.deadSince !== undefined || known.deadSince !== undefined)
    return false;
  return known.confirmedAt === undefined || Date.parse(copy.confirmedAt) > Date.parse(known.confirmedAt);
}
