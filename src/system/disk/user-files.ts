/** The user's own files. */
import {
  accessSync,
  close,
  constants,
  fstat,
  lstatSync,
  open,
  read,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Files } from "../../ports/files.ts";
import { createAtomic, writeAtomic } from "./atomic-file.ts";
import { codeOf, diskError, orDiskError, quotable } from "./disk-error.ts";
import { expandWildcards } from "./wildcards.ts";

const CHUNK = 64 * 1024;

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
      if (codeOf(error) === "ENOENT") throw unreadable(path, "no such file");
      throw diskError(error, "read", path, ExitCode.unreadable);
    }
  },

  async write(path, content, { replace = false } = {}) {
    const older = statSync(path, { throwIfNoEntry: false });
    if (older?.isDirectory()) {
      throw new UserError(`can't write "${quotable(path)}": it is a folder`, ExitCode.failed);
    }
    if (older?.isCharacterDevice() || older?.isFIFO()) return writeInto(path, content);
    orDiskError("write", path, () => {
      if (replace) writeAtomic(older ? realpathSync(path) : path, content);
      else if (lstatSync(path, { throwIfNoEntry: false }) || !createAtomic(path, content)) throw exists(path);
    });
  },

  async kind(path) {
    return kindOf(path);
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
      if (kind === "file") rmSync(path, { force: true });
      else if (kind !== "missing") throw notRegular(path);
    });
  },

  async folder(path, most) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    return orDiskError("list", path, () => filesBelow(path, most));
  },

  async expand(path) {
    return expandWildcards(path);
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

/** For a device or a fifo, such as /dev/stdout: writing there overwrites nothing, and a file must not replace it. */
async function writeInto(path: string, content: string | Uint8Array): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  try {
    await writeFile(path, content);
  } catch (error) {
    throw diskError(error, "write", path);
  }
}

function tooLarge(path: string, limit: number): UserError {
  const mebibytes = limit / 1024 / 1024;
  return unreadable(path, `it is larger than ${mebibytes >= 1 ? `${mebibytes} MiB` : `${limit} bytes`}`);
}

function unreadable(path: string, why: string): UserError {
  return new UserError(`can't read "${quotable(path)}": ${why}`, ExitCode.unreadable);
}

function exists(path: string): UserError {
  return new UserError(`"${quotable(path)}" already exists`, ExitCode.failed, [
    "choose another name, or overwrite it with: --force",
  ]);
}

function notRegular(path: string): UserError {
  return new UserError(`can't delete "${quotable(path)}": it is not a regular file`, ExitCode.failed);
}
