/** Another process that changes a folder exactly between two looks of ours. */
import type { DataFolder } from "../../src/ports/data-folder.ts";
import type { MemoryFolder } from "./memory-folder.ts";

type Looks = { -readonly [Name in "list" | "read"]: DataFolder[Name] };

/** Calls `change` once, right after `name` was listed (a folder) or read (a file) for the first time. */
export function afterLook(folder: Looks, look: "list" | "read", name: string, change: () => void): void {
  const { list, read } = folder;
  let isDone = false;
  const then = <T>(seen: T, what: string): T => {
    if (what === name && !isDone) {
      isDone = true;
      change();
    }
    return seen;
  };
  if (look === "list") folder.list = (what) => then(list(what), what);
  else folder.read = (what) => then(read(what), what);
}

/** Runs `work`, takes what it did in the folders back, and returns a function that does it again, at once. */
export async function effectOf(
  work: () => Promise<unknown>,
  ...folders: readonly Pick<MemoryFolder, "files">[]
): Promise<() => void> {
  const before = folders.map(({ files }) => new Map(files));
  await work();
  const after = folders.map(({ files }) => new Map(files));
  const put = (all: readonly ReadonlyMap<string, string>[]): void => {
    for (const [i, { files }] of folders.entries()) {
      files.clear();
      for (const [name, text] of all[i] ?? []) files.set(name, text);
    }
  };
  put(before);
  return () => put(after);
}
