/**
 * A file passed to a program that we start, for content that must never be on disk under a name. The program opens a link in our
 * 0700 folder that points to a descriptor it inherited from us; the file behind the descriptor was unlinked before anything was
 * written to it. A kill at any instant leaves only a dangling link. On a system without /dev/fd (Windows), it is a 0600 file in the
 * folder.
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

export interface PassedFile {
  /** The path for the program to open. */
  readonly path: string;
  /** Ours; the program must inherit it under `number`. */
  readonly descriptor: number | undefined;
  /** Its current content. */
  read(limit: number): Uint8Array;
  close(): void;
}

/** `number` is the descriptor in the program. Throws the system's own errors. */
export function passFile(
  folder: string,
  name: string,
  number: number,
  content = "",
  hasLinks = (file: number) => existsSync(`/dev/fd/${file}`),
): PassedFile {
  const path = join(folder, name);
  const file = openSync(path, "wx+", 0o600);
  const isUnlinked = hasLinks(file);
  if (isUnlinked) {
    unlinkSync(path);
    symlinkSync(`/dev/fd/${number}`, path);
  }
  // With an explicit position, which does not move the file offset: on macOS, opening /dev/fd shares the offset, and the program
  // must start at the beginning.
  if (content !== "") writeSync(file, content, 0);
  return {
    path,
    descriptor: isUnlinked ? file : undefined,
    read(limit) {
      // The program may have replaced the named file.
      const source = isUnlinked ? file : openSync(path, "r");
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
