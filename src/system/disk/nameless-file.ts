/**
 * A file handed to a program we start, for what must not be on disk by name: the program opens a name in our 0700 folder
 * that is a link to a descriptor it has from us, and the file behind that was unlinked before anything was in it. A kill
 * at any instant leaves a link to nowhere. Where the system has no /dev/fd (Windows) it is a 0600 file in the folder.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

export interface HandedFile {
  /** What the program is to open. */
  readonly path: string;
  /** For the program, as the descriptor that was promised. */
  readonly descriptor: number | undefined;
  /** What is in it now. */
  read(limit: number): Uint8Array;
  close(): void;
}

/** `number`: which descriptor it will be there. Throws the system's own errors. */
export function handedFile(
  folder: string,
  name: string,
  number: number,
  content = "",
  hasLinks = (file: number) => existsSync(`/dev/fd/${file}`),
): HandedFile {
  const path = join(folder, name);
  const file = openSync(path, "wx+", 0o600);
  const isNameless = hasLinks(file);
  if (isNameless) {
    unlinkSync(path);
    symlinkSync(`/dev/fd/${number}`, path);
  }
  // At a position: where /dev/fd shares it (macOS), the program starts at the beginning.
  if (content !== "") writeSync(file, content, 0);
  return {
    path,
    descriptor: isNameless ? file : undefined,
    read(limit) {
      // Written anew under its name, perhaps.
      const source = isNameless ? file : openSync(path, "r");
      try {
        const bytes = new Uint8Array(Math.min(fstatSync(source).size, limit));
        return bytes.subarray(0, readSync(source, bytes, 0, bytes.length, 0));
      } finally {
        if (source !== file) closeSync(source);
      }
    },
    close: () => closeSync(file),
  };
}
