/** Which members a change of the list removed, as it arrives here. Pure. */
import type { LeftMember } from "../ledger/lost-members.ts";
import type { Member, ReadEntry } from "../members/entry.ts";

export function keysOf({ signer, recipient }: Pick<Member, "signer" | "recipient">): string[] {
  return [signer, recipient].filter((key) => key !== undefined);
}

/** `path`: the list, from the first entry to the newest; `after`: the number of the entry that was known before. */
export function leftSince(after: number, path: readonly ReadEntry[]): LeftMember[] {
  const now = new Set((path.at(-1)?.entry.members ?? []).flatMap(keysOf));
  return path.flatMap(({ entry }, i) => {
    const before = path[i - 1]?.entry;
    if (before === undefined || entry.number <= after) return [];
    const still = new Set(entry.members.flatMap(keysOf));
    return before.members
      .filter((one) => !keysOf(one).some((key) => still.has(key) || now.has(key)))
      .map((one) => ({ name: one.name, keys: keysOf(one), at: entry.at }));
  });
}
