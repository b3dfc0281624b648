/** What opens a locked export: from --passphrase-file, else from the person. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { TEXT_LIMITS } from "../base/limits.ts";
import type { Needs, World } from "../world.ts";

export interface AskedPassphrase {
  ask(): Promise<string>;
  /** Somebody types it, and may try again. */
  readonly isPerson: boolean;
}

export function passphraseFor(
  from: string,
  { passphraseFile }: { readonly passphraseFile?: string },
  needs: Needs<"stdin" | "terminal" | "files">,
): AskedPassphrase {
  if (passphraseFile !== undefined) return { ask: () => fromFile(passphraseFile, needs), isPerson: false };
  const terminal = needs.terminal();
  return {
    isPerson: terminal !== undefined,
    async ask() {
      if (terminal === undefined) {
        throw usageError(
          `${from} is locked with a password, and there is no terminal to ask for it on`,
          "put it in a file that only you can read: --passphrase-file FILE",
        );
      }
      const passphrase = await terminal.askHidden(`Password of ${from} (not shown): `);
      if (passphrase !== "") return passphrase;
      throw new UserError("no password, so nothing was imported", ExitCode.interrupted);
    },
  };
}

/** The first line: editors end files with a line break, and some begin them with a byte order mark. */
async function fromFile(path: string, needs: Needs<"stdin" | "files">): Promise<string> {
  const bytes = path === "-" ? await stdinOnce(needs) : await needs.files.read(path, TEXT_LIMITS.secretBytes);
  const [line = ""] = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  if (line === "") throw new UserError("the passphrase file is empty", ExitCode.unreadable);
  return line;
}

const read = new WeakMap<World["stdin"], Promise<Uint8Array>>();

/** One passphrase may be for several files. */
function stdinOnce({ stdin }: Needs<"stdin">): Promise<Uint8Array> {
  const bytes = read.get(stdin) ?? stdin.readAll(TEXT_LIMITS.secretBytes);
  read.set(stdin, bytes);
  return bytes;
}
