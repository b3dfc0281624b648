/** Another process that changes a folder exactly between two looks of ours. */
import type { DataFolder } from "../../src/ports/data-folder.ts";
import type { MemoryFolder } from "./memory-folder.ts";

type Files = Pick<MemoryFolder, "files">;
type Looks = { -readonly [Name in "list" | "read"]: DataFolder[Name] };

/** Calls `change` once, right after the look of this number at one of the folders. Returns a function that ends it. */
function afterLook(number: number, folders: readonly Looks[], change: () => void): () => { looks: number } {
  let looks = 0;
  const ends = folders.map((folder) => {
    const { list, read } = folder;
    const then = <T>(seen: T): T => {
      looks += 1;
      if (looks === number) change();
      return seen;
    };
    folder.list = (name) => then(list(name));
    folder.read = (name) => then(read(name));
    return () => Object.assign(folder, { list, read });
  });
  return () => {
    for (const end of ends) end();
    return { looks };
  };
}

/** Does `work` and takes what it did in the folders back. Returns a function that does it again, at once. */
export async function effectOf(work: () => Promise<unknown>, ...folders: readonly Files[]) {
  const putBack = copyOf(folders);
  await work();
  const again = copyOf(folders);
  putBack();
  return again;
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
