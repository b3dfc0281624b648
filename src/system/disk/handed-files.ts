/**
 * Content that another program takes only by the name of a file: two ways to hand it over. The folder is ours alone (0700).
 *
 * A descriptor that the program inherits is no third way. Wrappers close descriptors that they don't know (Python's subprocess,
 * sudo), and on macOS opening /dev/fd/N again continues where the first reader stopped.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf } from "./disk-error.ts";

/** All of them throw the system's own errors. */
export interface HandedFiles {
  /** The program can read it, more than once. */
  give(name: string, content: string): Promise<void>;
  /** The program can write it, once. */
  expect(name: string): Promise<void>;
  /** What the program wrote. */
  read(name: string, limit: number): Uint8Array;
  close(): void;
}

/** 0600 files. They are deleted with the folder; a kill leaves them until the next sweep. */
export function privateFiles(folder: string): HandedFiles {
  const make = (name: string, content: string): void =>
    writeFileSync(join(folder, name), content, { flag: "wx", mode: 0o600 });
  return {
    give: async (name, content) => make(name, content),
    // Not left to the program: it may run as root, in a container, and its file would not be ours to read.
    expect: async (name) => make(name, ""),
    read(name, limit) {
      const file = openSync(join(folder, name), "r");
      try {
        const bytes = new Uint8Array(Math.min(fstatSync(file).size, limit));
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
      } finally {
        closeSync(file);
      }
    },
    close() {},
  };
}

/** The AWS CLI reads its input twice; a wrapper may look at it before. */
const MOST_READERS = 8;
/** Milliseconds. There is no event for a pipe that someone opens. */
const LOOK_EVERY = 5;

/** Named pipes: their content is never on a disk, whatever is killed and when. `mkfifo` makes them with mode 0600. */
export function namedPipes(folder: string, mkfifo: (paths: readonly string[]) => Promise<void>): HandedFiles {
  const timers: NodeJS.Timeout[] = [];
  const expected = new Map<string, number>();
  return {
    async give(name, content) {
      const path = join(folder, name);
      const spare = Array.from({ length: MOST_READERS }, (_, i) => `${path}.${i}`);
      await mkfifo([path, ...spare]);
      timers.push(setInterval(() => serve(path, spare, content), LOOK_EVERY));
    },
    async expect(name) {
      const path = join(folder, name);
      await mkfifo([path]);
      // Because we have it open, the program does not wait for a reader. Nothing to read yet is no error to us.
      expected.set(name, openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    },
    read(name, limit) {
      const bytes = new Uint8Array(limit);
      try {
        return bytes.subarray(0, readSync(expected.get(name) ?? -1, bytes, 0, limit, null));
      } catch (error) {
        // Empty, and a process that the program left behind still has it open.
        if (codeOf(error) === "EAGAIN") return new Uint8Array();
        throw error;
      }
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      for (const file of expected.values()) closeSync(file);
    },
  };
}

/**
 * Serves one reader, if there is one. The next reader gets another pipe: in this one, it would be served together with the first,
 * who would then read the content twice. Throws nothing: a program that gets nothing says so itself.
 */
function serve(path: string, spare: string[], content: string): void {
  let pipe: number | undefined;
  try {
    pipe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK); // ENXIO: no reader yet
    const next = spare.shift();
    if (next === undefined) rmSync(path);
    else renameSync(next, path);
    writeSync(pipe, content);
  } catch {
  } finally {
    if (pipe !== undefined) closeSync(pipe);
  }
}

/**
 * Lets programs go that wait for the other end of a pipe: if we are killed, they would wait forever. Readers get nothing, and
 * writers an error.
 */
export function releasePipe(path: string): void {
  closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
}
