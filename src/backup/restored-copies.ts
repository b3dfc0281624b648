/** Merges the copies of one account from two ledgers. Pure. */
import type { Account, Copy } from "../ledger/account.ts";
import { timesOf } from "../ledger/copies.ts";
import type { MergedDevices } from "./restored-devices.ts";

/** The account's copies, with the ids that their devices have here. */
export function movedCopies({ copies }: Account, { idOf }: MergedDevices): Copy[] {
  return copies.map((copy) => ({ ...copy, device: idOf(copy.device) }));
}

/** A copy that is known here wins, unless the backup has later news of it. Returns `here` itself if nothing is new. */
export function mergeCopies(here: readonly Copy[], there: readonly Copy[]): readonly Copy[] {
  let merged = here;
  for (const copy of there) {
    const known = merged.find(({ device }) => device === copy.device);
    if (known === undefined) merged = [...merged, copy];
    else if (isEndLater(copy, known)) merged = merged.map((one) => (one === known ? copy : one));
    else if (isLaterProof(copy, known))
      merged = merged.map((one) => (one === known ? { ...known, confirmedAt: copy.confirmedAt } : one));
  }
  return merged;
}

/** It was wiped, or its seed died, after all that is known here: this must not count as safe any more. */
function isEndLater(copy: Copy, known: Copy): boolean {
  const latest = Math.max(...timesOf(known).map((time) => Date.parse(time)));
  return [copy.deadSince, copy.wipedAt].some((time) => time !== undefined && Date.parse(time) > latest);
}

function isLaterProof(copy: Copy, known: Copy): copy is Copy & { readonly confirmedAt: string } {
  const hasEnded = [copy, known].some(
    ({ deadSince, wipedAt }) => deadSince !== undefined || wipedAt !== undefined,
  );
  if (copy.confirmedAt === undefined || hasEnded) return false;
  return known.confirmedAt === undefined || Date.parse(copy.confirmedAt) > Date.parse(known.confirmedAt);
}
