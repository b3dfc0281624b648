/** The data folder on disk. For its guarantees, see ports/data-folder.ts. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { isPrivate } from "../../base/private-files.ts";
import { shellWord } from "../../base/shell-words.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import {
  createAtomic,
  createUnsynced,
  removeIfThere,
  rename,
  syncFolder,
  writeAtomic,
} from "./atomic-file.ts";
import { codeOf, diskError, orDiskError, quotable } from "./disk-error.ts";
import { withoutEviction } from "./evicted.ts";
import type { Lock } from "./folder-lock.ts";
import { trackedNames } from "./git-index.ts";
import { foreignEntry, foreignFolder } from "./own-folder.ts";
import { readRegular } from "./regular-file.ts";

const PATIENCE = 20_000;

/** `home` is absolute; it is created at the first write. `note` is called if the wait for the lock is long. */
export function dataFolder(home: string, note: (text: string) => void, patience = PATIENCE): DataFolder {
  let entered = false;
  let lock: Lock | undefined;
  let isOwn = false;
  let isLookedAt = false;

  /** What others wrote, or could write, is read with a warning, and never written to. */
  function lookAtOwner(): void {
    if (isLookedAt) return;
    isLookedAt = true;
    const foreign = foreignFolder(home);
    if (foreign !== undefined) note(`warning: ${foreign.message}: ${foreign.hints[0]}`);
  }

  /** Settings, spent steps and the like would be those of another user, or of the repository's author. */
  function requireOurs(name: string): void {
    const foreign = foreignEntry(home, name);
    if (foreign !== undefined) throw foreign;
    if (!trackedNames(home)?.some((one) => one.toLowerCase() === name.toLowerCase())) return;
    throw new UserError(
      `"${quotable(join(home, name))}" came with a git repository, and is of one computer alone`,
      ExitCode.failed,
      [
        "to move it out of the way: twinseed sync",
        `or, if it is your own: git -C ${shellWord(home) ?? "FOLDER"} rm --cached ${name}`,
      ],
    );
  }

  function requireOwn(): void {
    if (isOwn) return;
    const foreign = foreignFolder(home);
    if (foreign !== undefined) throw foreign;
    isOwn = true;
  }

  function change<T>(action: string, path: string, work: () => T): T {
    lock?.assertHeld();
    requireOwn();
    return orDiskError(action, path, work);
  }

  return {
    path: home,
    read(name) {
      lookAtOwner();
      const text = readRegular(pathOf(home, name));
      if (text !== undefined && isPrivate(name)) requireOurs(name);
      return text;
    },
    list(folder) {
      if (folder === "") return namesIn(home);
      const path = pathOf(home, folder);
      requireNoLink(path);
      const names = namesIn(path);
      const foreign = names.length > 0 && isPrivate(folder) ? foreignEntry(home, folder) : undefined;
      if (foreign !== undefined) throw foreign;
      return names;
    },
    write(name, text) {
      const path = pathOf(home, name);
      change("write", path, () => {
        makeFolder(dirname(path));
        writeAtomic(path, text);
      });
    },
    create(name, text) {
      const path = pathOf(home, name);
      return change("write", path, () => {
        makeFolder(dirname(path));
        return createAtomic(path, text);
      });
    },
    createAll(files) {
      const paths = files.map(([name, text]) => ({ name, text, path: pathOf(home, name) }));
      for (const folder of new Set(paths.map(({ path }) => dirname(path))))
        change("write", folder, () => makeFolder(folder));
      const taken = paths.filter(
        ({ path, text }) => !change("write", path, () => createUnsynced(path, text)),
      );
      for (const folder of new Set(paths.map(({ path }) => dirname(path))))
        change("write", folder, () => syncFolder(folder));
      return taken.map(({ name }) => name);
    },
    stamp(folder) {
      try {
        const { mtimeNs, ino } = statSync(pathOf(home, folder), { bigint: true });
        return `${ino}.${mtimeNs}`;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw diskError(error, "access", folder);
      }
    },
    move(from, to) {
      const [source, target] = [pathOf(home, from), pathOf(home, to)];
      change("move", source, () => {
        makeFolder(dirname(target));
        moveFile(source, target);
        syncFolder(dirname(target));
        if (dirname(source) !== dirname(target)) syncFolder(dirname(source));
      });
    },
    remove(name) {
      const path = pathOf(home, name);
      change("remove", path, () => removeIfThere(path));
    },
    async locked(work) {
      if (entered) throw new Error("locked() was called inside locked()");
      entered = true;
      try {
        requireOwn();
        orDiskError("make", home, () => makeFolder(home));
        const { takeLock } = await import("./folder-lock.ts");
        lock = await takeLock(home, note, patience);
        const { sweep } = await import("./sweep.ts");
        orDiskError("clean up", home, () => sweep(home));
        return await work();
      } finally {
        lock?.release();
        lock = undefined;
        entered = false;
      }
    },
  };
}

function pathOf(home: string, name: string): string {
  // No dot at the start: that rules out ".." and our own ".lock" and ".tmp-".
  const isValid = name
    .split("/")
    .every((part) => part !== "" && !part.startsWith(".") && !/[\\:\0]/.test(part));
  if (!isValid) throw new Error(`not a name in the data folder: ${JSON.stringify(name)}`);
  const path = join(home, name);
  for (let folder = dirname(path); folder.length > home.length; folder = dirname(folder))
    requireNoLink(folder);
  return path;
}

/** Throws UserError for a link: our files must be in our own folder, where no other user can change them. */
function requireNoLink(folder: string): void {
  const stat = orDiskError("access", folder, () => lstatSync(folder, { throwIfNoEntry: false }));
  if (!stat?.isSymbolicLink()) return;
  throw new UserError(`"${quotable(folder)}" is a link`, ExitCode.failed, [
    "replace the link with the folder itself; nothing was changed",
  ]);
}

function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    // A link or a folder in place of a file is noticed when it is read; the folders of ours have no dot in their names.
    const names = entries
      .filter((entry) => !entry.isDirectory() || entry.name.includes("."))
      .map(({ name }) => withoutEviction(name));
    return [...new Set(names)].filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw diskError(error, "list", folder);
  }
}

/** Its missing parents too are for this user alone: who can write to one of them could replace ours. */
function makeFolder(path: string): void {
  try {
    if (!makeOne(path)) return;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    if (!makeOne(path)) return;
  }
  syncFolder(dirname(path));
}

/** Returns false if it exists already, perhaps because another process made it at the same time. */
function makeOne(path: string): boolean {
  try {
    mkdirSync(path, 0o700);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST" && statSync(path).isDirectory()) return false;
    throw error;
  }
}

/** A rename can't cross file systems. In that case the file is in both places for a moment. */
function moveFile(source: string, target: string): void {
  try {
    rename(source, target);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    writeAtomic(target, readFileSync(source));
    removeIfThere(source);
  }
}
