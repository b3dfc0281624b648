/** Merges what is known of the copies of one account from two ledgers. Pure. */
import type { Account, Copy } from "../ledger/account.ts";
import { timesOf } from "../ledger/copies.ts";
import type { MergedDevices } from "./restored-devices.ts";

/** The account's copies, with the ids that their devices have here. */
export function movedCopies({ copies }: Account, { idOf }: MergedDevices): Copy[] {
  return copies.map((copy) => ({ ...copy, device: idOf(copy.device) }));
}

/**
 * A copy that is known here wins, unless the backup has later news of it. `isSame`: both are of one account, not of two that were
 * enrolled with one seed. Returns `here` itself if nothing is new.
 */
export function mergeCopies(here: readonly Copy[], there: readonly Copy[], isSame: boolean): readonly Copy[] {
  let merged = here;
  for (const copy of there) {
    const known = merged.find(({ device }) => device === copy.device);
    if (known === undefined) merged = [...merged, isSame ? unknownHere(copy, here) : copy];
    else merged = exchanged(merged, known, withNews(known, copy));
  }
  return merged;
}

function exchanged(copies: readonly Copy[], old: Copy, now: Copy): readonly Copy[] {
  return old === now ? copies : copies.map((one) => (one === old ? now : one));
}

/**
 * A copy that was forgotten here, with its device or as a mistake, may be one that the backup still has: what it had proved by the
 * time of what is known here does not count.
 */
function unknownHere(copy: Copy, here: readonly Copy[]): Copy {
  const { confirmedAt, ...unproved } = copy;
  const last = latest(here.flatMap(timesOf));
  if (confirmedAt === undefined || last === undefined || isAfter(confirmedAt, last)) return copy;
  return { ...unproved, doubtedAt: last };
}

/** Returns `known` itself if nothing is new. */
function withNews(known: Copy, there: Copy): Copy {
  // It was wiped, or its seed died, after all that is known here: this must not count as safe any more.
  if (isAfter(endOf(there), latest(timesOf(known)))) return there;
  return endOf(known) === undefined ? withProofs(known, there) : withLaterHold(known, there);
}

/** It was wiped or dead here, and the device was given the seed after that: on a lost device, this is a danger. */
function withLaterHold(known: Copy, there: Copy): Copy {
  const end = endOf(known);
  const isOver = endOf(there) !== undefined;
  if (!isOver && isAfter(there.confirmedAt, end)) return there;
  const shownAt = isOver ? there.shownAt : latest([there.addedAt, there.confirmedAt, there.shownAt]);
  if (shownAt === undefined || !isAfter(shownAt, latest([end, known.shownAt]))) return known;
  return { ...known, shownAt };
}

function withProofs(known: Copy, there: Copy): Copy {
  if (endOf(there) !== undefined) return known;
  const { confirmedAt, doubtedAt, ...rest } = known;
  const last = latest([confirmedAt, doubtedAt]);
  if (there.confirmedAt !== undefined && isAfter(there.confirmedAt, last))
    return { ...rest, confirmedAt: there.confirmedAt };
  if (there.doubtedAt !== undefined && isAfter(there.doubtedAt, last))
    return { ...rest, doubtedAt: there.doubtedAt };
  return known;
}

function endOf({ deadSince, wipedAt }: Copy): string | undefined {
  return latest([deadSince, wipedAt]);
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times.reduce((a, b) => (isAfter(b, a) ? b : a), undefined);
}

/** Anything is after what never was. */
function isAfter(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && (b === undefined || Date.parse(a) > Date.parse(b));
}
