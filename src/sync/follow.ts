/** `store follow` and the line that joins a store: the user says, by its eight words, which list of members counts. */
import { asUserError } from "../base/errors.ts";
import { type Memory, memoryOf } from "../members/accept.ts";
import { fileOfEntry, MEMBERS_FOLDER, type ReadEntry } from "../members/entry.ts";
import { readMemory, writeMemory } from "../members/memory-file.ts";
import { hashStartOf } from "../members/words.ts";
import { entriesIn, membersFiles } from "../seeds/file/standing.ts";
import { warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { filesOfRemote } from "./remote-files.ts";

export type FollowNeeds = Needs<"stderr" | "folder" | "stateFolder" | "ledger" | "workTree">;

/** "followed": it counts from now on; "awaited": it has not arrived; "known": what counted before goes on from it. */
export type Followed =
  | { readonly outcome: "awaited" }
  | { readonly outcome: "followed" | "known"; readonly entry: ReadEntry };

/** `words`: as the user typed them. Throws UserError (exit 2) if they are no words. */
export async function follow(words: string, needs: FollowNeeds): Promise<Followed> {
  const start = await hashStartOf(words);
  const theirs = await entriesOfRemote(needs);
  return needs.ledger.edit(async () => {
    const state = await needs.stateFolder();
    const { memory } = readMemory(state, needs.folder.path);
    const all = [...entriesIn(membersFiles(needs.folder)).entries, ...theirs];
    const entries = [...new Map(all.map((one) => [one.hash, one])).values()];
    const entry = entries.find(({ hash }) => hash.startsWith(start));
    if (entry === undefined) {
      writeMemory(state, needs.folder.path, { memory, awaited: start });
      return { outcome: "awaited" };
    }
    const chain = pathTo(entry, entries);
    if (memory !== undefined && goesOnFrom(memory, entry, entries)) {
      writeMemory(state, needs.folder.path, { memory, awaited: undefined });
      return { outcome: "known", entry };
    }
    writeList(chain, entries, needs);
    const refused = declined(memory, chain, entries);
    writeMemory(state, needs.folder.path, {
      memory: { ...memoryOf(entry), refused },
      awaited: undefined,
    });
    return { outcome: "followed", entry };
  });
}

/** Whether the list that counts here comes after this entry. */
function goesOnFrom({ checked }: Memory, entry: ReadEntry, entries: readonly ReadEntry[]): boolean {
  const now = entries.find(({ hash }) => hash === checked.hash);
  return now !== undefined && pathTo(now, entries).includes(entry) && !hasOther(now, entries);
}

/** Whether there is another list of the same length, or longer, that does not come from this entry. */
function hasOther(now: ReadEntry, entries: readonly ReadEntry[]): boolean {
  const path = pathTo(now, entries);
  return entries.some(
    (one) => one.entry.number <= now.entry.number && !path.some(({ hash }) => hash === one.hash),
  );
}

/** What the user decides against: every entry that is not in the chain. */
function declined(
  memory: Memory | undefined,
  chain: readonly ReadEntry[],
  entries: readonly ReadEntry[],
): string[] {
  const [hashes, last] = [new Set(chain.map(({ hash }) => hash)), chain.at(-1)?.entry.number ?? 0];
  const others = entries.filter(({ entry, hash }) => entry.number <= last && !hashes.has(hash));
  const before = memory?.refused.filter((hash) => !hashes.has(hash)) ?? [];
  return [...new Set([...before, ...others.map(({ hash }) => hash)])];
}

/** Entries after the chosen one stay: they count if they go on from it. */
function writeList(
  chain: readonly ReadEntry[],
  entries: readonly ReadEntry[],
  { folder }: FollowNeeds,
): void {
  const last = chain.at(-1);
  for (const { entry, text } of chain) folder.write(fileOfEntry(entry.number), text);
  const after = entries.filter(({ entry }) => entry.number > (last?.entry.number ?? 0));
  const kept = new Set([
    ...chain,
    ...after.filter((one) => last !== undefined && pathTo(one, entries).includes(last)),
  ]);
  const names = new Set([...kept].map(({ entry }) => fileOfEntry(entry.number)));
  for (const name of folder.list(MEMBERS_FOLDER).map((file) => `${MEMBERS_FOLDER}/${file}`))
    if (!names.has(name)) folder.remove(name);
}

/** The entry with all that are here before it, the first one first. */
function pathTo(entry: ReadEntry, entries: readonly ReadEntry[]): ReadEntry[] {
  const byHash = new Map(entries.map((one) => [one.hash, one]));
  const path = [byHash.get(entry.hash) ?? entry];
  for (let last = entry; ; ) {
    const before = byHash.get(last.entry.before ?? "");
    if (before === undefined) return path;
    path.unshift(before);
    last = before;
  }
}

/** None where there is no remote, or where it can't be reached. */
async function entriesOfRemote(needs: FollowNeeds): Promise<ReadEntry[]> {
  try {
    return entriesIn(await filesOfRemote(needs)).entries;
  } catch (error) {
    warn(needs, `${asUserError(error).message}; only the lists in the data folder are looked at`);
    return [];
  }
}
