/** Another process that changes a folder exactly between two looks of ours. */
import type { DataFolder } from "../../src/ports/data-folder.ts";
import type { MemoryFolder } from "./memory-folder.ts";

type Files = Pick<MemoryFolder, "files">;
type Looks = { -readonly [Name in "list" | "read" | "locked"]: DataFolder[Name] };

/**
 * Calls `change` once, right after the look of this number at one of the folders. Looks under the lock don't count, as the other
 * process waits for it. Returns a function that ends it.
 */
function afterLook(number: number, folders: readonly Looks[], change: () => void): () => { looks: number } {
  let looks = 0;
  let isLocked = false;
  const ends = folders.map((folder) => {
    const { list, read, locked } = folder;
    const then = <T>(seen: T): T => {
      if (!isLocked && ++looks === number) change();
      return seen;
    };
    folder.list = (name) => then(list(name));
    folder.read = (name) => then(read(name));
    folder.locked = async (work) => {
      isLocked = true;
      try {
        return await locked(work);
      } finally {
        isLocked = false;
      }
    };
    return () => Object.assign(folder, { list, read, locked });
  });
  return () => {
    for (const end of ends) end();
    return { looks };
  };
}

/** Does `work` and takes what it did in the folders back. Returns a function that does it again, at once. */
export async function effectOf(work: () => Promise<unknown>, ...folders: readonly Files[]) {
  const before = folders.map(({ files }) => new Map(files));
  const putBack = copyOf(folders);
  await work();
  const changes = folders.flatMap(({ files }, i) => {
    const names = new Set([...files.keys(), ...(before[i]?.keys() ?? [])]);
    const changed = [...names].filter((name) => files.get(name) !== before[i]?.get(name));
    return changed.map((name) => ({ files, name, text: files.get(name) }));
  });
  putBack();
  return () => {
    for (const { files, name, text } of changes)
      if (text === undefined) files.delete(name);
      else files.set(name, text);
  };
}

/** Does `work` as often as it looks at the folders, with the effect of the other process after the first look, the second, … */
export async function atEachLook<T>(
  effect: () => void,
  work: () => Promise<T>,
  folders: readonly (Files & Looks)[],
  others: readonly Files[] = [],
): Promise<T[]> {
  const putBack = copyOf([...folders, ...others]);
  const results: T[] = [];
  for (let number = 1; ; number++) {
    const end = afterLook(number, folders, effect);
    const result = await work();
    const { looks } = end();
    putBack();
    if (looks < number) return results;
    results.push(result);
  }
}

function copyOf(folders: readonly Files[]): () => void {
  const copies = folders.map(({ files }) => new Map(files));
  return () => {
    for (const [i, { files }] of folders.entries()) {
      files.clear();
      for (const [name, text] of copies[i] ?? []) files.set(name, text);
    }
  };
}
