/** The data folder on disk. Promises: see ports/data-folder.ts. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { isPrivate } from "../../base/private-files.ts";
import { shellWord } from "../../base/shell-words.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import { codeOf, diskError, orDiskError, quotable } from "./disk-error.ts";
import type { Lock } from "./folder-lock.ts";
import { trackedNames } from "./git-index.ts";
import { foreignFolder } from "./own-folder.ts";
import { readRegular } from "./regular-file.ts";
import { createUnsynced, createWhole, putWhole, syncFolder, TEMPORARY } from "./whole-file.ts";

const PATIENCE = 20_000;

/** `home` is absolute; it is made when something is first written. `note` is told of a long wait for the lock. */
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

  /** Settings, spent steps and the like would be those of whoever wrote the repository. */
  function requireUntracked(name: string): void {
    if (!trackedNames(home)?.some((one) => one.toLowerCase() === name.toLowerCase())) return;
    throw new UserError(
      `"${quotable(join(home, name))}" came with a git repository, and is of one computer alone`,
      ExitCode.failed,
      [
        "put it aside: twinseed sync",
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
      if (text !== undefined && isPrivate(name)) requireUntracked(name);
      return text;
    },
    list(folder) {
      if (folder === "") return namesIn(home);
      const path = pathOf(home, folder);
      requireNoLink(path);
      return namesIn(path);
    },
    write(name, text) {
      const path = pathOf(home, name);
      change("write", path, () => {
        makeFolder(dirname(path), home);
        putWhole(path, text);
      });
    },
    create(name, text) {
      const path = pathOf(home, name);
      return change("write", path, () => {
        makeFolder(dirname(path), home);
        return createWhole(path, text);
      });
    },
    createAll(files) {
      const paths = files.map(([name, text]) => ({ name, text, path: pathOf(home, name) }));
      for (const folder of new Set(paths.map(({ path }) => dirname(path))))
        change("write", folder, () => makeFolder(folder, home));
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
        throw diskError(error, "look at", folder);
      }
    },
    move(from, to) {
      const [source, target] = [pathOf(home, from), pathOf(home, to)];
      change("move", source, () => {
        makeFolder(dirname(target), home);
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
        orDiskError("make", home, () => makeFolder(home, home));
        const { takeLock } = await import("./folder-lock.ts");
        lock = await takeLock(home, note, patience);
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
  // A dot at the start: "..", and our own ".lock" and ".tmp-".
  const sound = name
    .split("/")
    .every((part) => part !== "" && !part.startsWith(".") && !/[\\:\0]/.test(part));
  if (!sound) throw new Error(`not a name in the data folder: ${JSON.stringify(name)}`);
  const path = join(home, name);
  for (let folder = dirname(path); folder.length > home.length; folder = dirname(folder))
    requireNoLink(folder);
  return path;
}

/** What is ours is in our folder, where nobody else can change it. Throws UserError. */
function requireNoLink(folder: string): void {
  const stat = orDiskError("look at", folder, () => lstatSync(folder, { throwIfNoEntry: false }));
  if (!stat?.isSymbolicLink()) return;
  throw new UserError(`"${quotable(folder)}" is a link`, ExitCode.failed, [
    "put the folder itself in its place; nothing was changed",
  ]);
}

function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    // Whatever is no folder, so that a link in the place of a file is noticed when it is read.
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw diskError(error, "list", folder);
  }
}

function makeFolder(path: string, home: string): void {
  const mode = path.startsWith(home) ? 0o700 : 0o777;
  try {
    if (!makeOne(path, mode)) return;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeFolder(dirname(path), home);
    if (!makeOne(path, mode)) return;
  }
  syncFolder(dirname(path));
}

/** false where it is there already, perhaps because another process made it at the same time. */
function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, mode);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST" && statSync(path).isDirectory()) return false;
    throw error;
  }
}

/** From one disk to another there is no renaming: then it is in both places for a moment. */
function moveFile(source: string, target: string): void {
  try {
    renameSync(source, target);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    putWhole(target, readFileSync(source));
    unlinkSync(source);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  syncFolder(dirname(path));
}

/**
 * Who writes holds the lock, so what is temporary while we hold it was left by a killed process. Folders that begin with a
 * dot hold nothing of ours, and those who wait for the lock make and remove some.
 */
function sweep(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(TEMPORARY)) removeIfThere(path);
    else if (entry.isDirectory() && !entry.name.startsWith(".")) sweep(path);
  }
}
