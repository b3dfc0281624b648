/** The data folder in memory, with the same guarantees as DataFolder. */
import { createHash } from "node:crypto";
import type { DataFolder } from "../../src/ports/data-folder.ts";

export interface MemoryFolder extends DataFolder {
  /** The current files, by name. Change them to simulate damage. */
  readonly files: Map<string, string>;
}

export function memoryFolder(content: Readonly<Record<string, string>> = {}): MemoryFolder {
  const files = new Map(Object.entries(content));
  let isLocked = false;
  const checked = (name: string): string => {
    if (name.split("/").some((part) => part === "" || part.startsWith(".")))
      throw new Error(`not a name in the data folder: ${name}`);
    return name;
  };
  return {
    files,
    path: "/memory/twinseed",
    read: (name) => files.get(checked(name)),
    list(folder) {
      const start = folder === "" ? "" : `${checked(folder)}/`;
      const names = [...files.keys()]
        .filter((name) => name.startsWith(start))
        .map((name) => name.slice(start.length));
      return names.filter((name) => !name.includes("/")).sort();
    },
    write: (name, text) => void files.set(checked(name), text),
    create(name, text) {
      if (files.has(checked(name))) return false;
      files.set(name, text);
      return true;
    },
    createAll(list) {
      const taken = list.filter(([name]) => files.has(checked(name)));
      for (const [name, text] of list) if (!files.has(name)) files.set(name, text);
      return taken.map(([name]) => name);
    },
    stamp(folder) {
      const content = [...files].filter(([name]) => name.startsWith(`${checked(folder)}/`));
      return content.length === 0
        ? undefined
        : createHash("sha1").update(JSON.stringify(content)).digest("hex");
    },
    move(from, to) {
      const text = files.get(checked(from));
      if (text === undefined) throw new Error(`no such file: ${from}`);
      files.delete(from);
      files.set(checked(to), text);
    },
    remove: (name) => void files.delete(checked(name)),
    async locked(work) {
      if (isLocked) throw new Error("locked() was called inside locked()");
      isLocked = true;
      try {
        return await work();
      } finally {
        isLocked = false;
      }
    },
  };
}
