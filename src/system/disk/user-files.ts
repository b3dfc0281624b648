/** The user's own files. */
import {
  accessSync,
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  read,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Files } from "../../ports/files.ts";
import { createAtomic, removeIfThere, writeAtomic } from "./atomic-file.ts";
import { codeOf, diskError, orDiskError, quotable } from "./disk-error.ts";
import { EVICTED, HOW_TO_FETCH, isEvicted } from "./evicted.ts";
import { lookAlikeFile } from "./look-alike-file.ts";
import { expandWildcards } from "./wildcards.ts";
import { writeAll } from "./write-all.ts";

const CHUNK = 64 * 1024;
/** Windows does not have the last two flags. */
const INTO = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
/** Terminals are recognized by path, because just opening some devices has effects. */
const TERMINAL = /^\/dev\/(tty|pts\/|console|cu\.)/;

/** Loading node:fs/promises would take longer than reading a screenshot. */
const openFile = promisify(open);
const statOf = promisify(fstat);
const readChunk = promisify(read);
const closeFile = promisify(close);

export const userFiles: Files = {
  async read(path, limit) {
    try {
      const file = await openFile(path, "r");
      try {
        const stat = await statOf(file);
        if (stat.isDirectory()) throw unreadable(path, "it is a folder");
        if (stat.size > limit) throw tooLarge(path, limit);
        // Fifos and the like report no size, so they are read up to the limit.
        const chunks: Uint8Array[] = [];
        let length = 0;
        for (;;) {
          const { bytesRead, buffer } = await readChunk(file, new Uint8Array(CHUNK), 0, CHUNK, null);
          if (bytesRead === 0) return Buffer.concat(chunks);
          chunks.push(buffer.subarray(0, bytesRead));
          length += bytesRead;
          if (length > limit) throw tooLarge(path, limit);
        }
      } finally {
        await closeFile(file);
      }
    } catch (error) {
      if (codeOf(error) === "ENOENT" && isEvicted(path)) throw unreadable(path, EVICTED, HOW_TO_FETCH);
      if (codeOf(error) === "ENOENT") throw unreadable(path, "no such file");
      throw diskError(error, "read", path, ExitCode.unreadable);
    }
  },

  async write(path, content, { replace = false, withFolders = false, keepMode = false } = {}) {
    const like = keepMode ? await import("./replace-like.ts") : undefined;
    orDiskError("write", path, () => {
      if (withFolders) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const older = statSync(path, { throwIfNoEntry: false });
      if (older?.isDirectory()) throw unwritable(path, "it is a folder");
      if (!replace) {
        if (lstatSync(path, { throwIfNoEntry: false }) || !createAtomic(path, content))
          throw exists(path, older);
        return;
      }
      const own = ownStream(path);
      if (own !== undefined) writeAll(own, content);
      else if (older === undefined) writeAtomic(path, content);
      else if (older.isFile()) {
        if (like === undefined) writeAtomic(realpathSync(path), content);
        else like.replaceLike(older, realpathSync(path), content);
      } else writeInto(path, content);
    });
  },

  async isStream(path) {
    return ownStream(path) !== undefined || isTerminal(path);
  },

  async kind(path) {
    return kindOf(path);
  },

  async modifiedAt(path) {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  },
  async requireWritable(path) {
    const folder = dirname(path);
    orDiskError("write into the folder", folder, () => {
      if (!statSync(folder).isDirectory()) throw Object.assign(new Error("ENOTDIR"), { code: "ENOTDIR" });
      accessSync(folder, constants.W_OK | constants.X_OK);
    });
  },

  async remove(path) {
    orDiskError("delete", path, () => {
      const kind = kindOf(path);
      if (kind === "file") removeIfThere(path);
      else if (kind !== "missing") throw notRegular(path);
    });
  },

  async folder(path, most) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    return orDiskError("list", path, () => filesBelow(path, most));
  },

  async expand(path) {
    return expandWildcards(path).map(lookAlikeFile);
  },
};

function filesBelow(path: string, most: number): string[] {
  const names: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(name);
      else if (names.push(name) > most) throw unreadable(path, `it contains more than ${most} files`);
    }
  };
  walk("");
  return names.sort();
}

function kindOf(path: string): "file" | "link" | "other" | "missing" {
  try {
    const stat = lstatSync(path);
    return stat.isFile() ? "file" : stat.isSymbolicLink() ? "link" : "other";
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "missing";
    throw diskError(error, "access", path);
  }
}

/** Writes into a device or a pipe, which a file must not replace. Refuses a pipe that no process reads: waiting might never end. */
function writeInto(path: string, content: string | Uint8Array): void {
  const file = openSync(path, INTO);
  try {
    const stat = fstatSync(file);
    if (!stat.isFIFO() && !stat.isCharacterDevice()) throw unwritable(path, "it is not a file");
    writeAll(file, content);
  } finally {
    closeSync(file);
  }
}

/** The descriptor, if the path is our stdout or stderr: /dev/stdout, /dev/fd/1, /proc/self/fd/1, the file it was redirected to. */
function ownStream(path: string): number | undefined {
  const target = statSync(path, { throwIfNoEntry: false });
  return [1, 2].find((stream) => {
    const { dev, ino } = streamStat(stream) ?? {};
    return target !== undefined && target.dev === dev && target.ino === ino;
  });
}

function streamStat(stream: number): Stats | undefined {
  try {
    return fstatSync(stream);
  } catch {
    return undefined; // It is closed.
  }
}

function isTerminal(path: string): boolean {
  try {
    return statSync(path).isCharacterDevice() && TERMINAL.test(realpathSync(path));
  } catch {
    return false;
  }
}

function tooLarge(path: string, limit: number): UserError {
  const mebibytes = limit / 1024 / 1024;
  return unreadable(path, `it is larger than ${mebibytes >= 1 ? `${mebibytes} MiB` : `${limit} bytes`}`);
}

function unreadable(path: string, why: string, ...hints: string[]): UserError {
  return new UserError(`can't read "${quotable(path)}": ${why}`, ExitCode.unreadable, hints);
}

function unwritable(path: string, why: string): UserError {
  return new UserError(`can't write "${quotable(path)}": ${why}`, ExitCode.failed);
}

/** Says what kind it is if it is not a regular file or belongs to another user, who could read what is written into a pipe. */
function exists(path: string, older: Stats | undefined): UserError {
  const isFile = older?.isFile() ?? true;
  const isForeign = older !== undefined && ![0, process.geteuid?.() ?? older.uid].includes(older.uid);
  const what = isFile && !isForeign ? "" : `, as ${kindIn(older)}${isForeign ? " of another user" : ""}`;
  return new UserError(`"${quotable(path)}" already exists${what}`, ExitCode.failed, [
    `choose another name, or ${isFile ? "overwrite it" : "write into it"} with: --force`,
  ]);
}

function kindIn(stat: Stats | undefined): string {
  if (stat?.isFIFO()) return "a pipe";
  if (stat?.isSocket()) return "a socket";
  return stat?.isFile() ? "a file" : "a device";
}

function notRegular(path: string): UserError {
  return new UserError(`can't delete "${quotable(path)}": it is not a regular file`, ExitCode.failed);
}
