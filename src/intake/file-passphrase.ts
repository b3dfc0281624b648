/** The passphrase of a locked export: from --passphrase-file, or else from the user. With a key file, there may be none. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { TEXT_LIMITS } from "../base/limits.ts";
import { requireUtf8 } from "../base/utf8-text.ts";
import type { Needs, World } from "../world.ts";

export interface AskedPassphrase {
  ask(): Promise<string>;
  /** The user types it, and may try again. */
  readonly isPerson: boolean;
}

export function passphraseFor(
  from: string,
  { passphraseFile, keyFile }: { readonly passphraseFile?: string; readonly keyFile?: string },
  needs: Needs<"stdin" | "terminal" | "files">,
): AskedPassphrase {
  if (passphraseFile !== undefined) return { ask: () => fromFile(passphraseFile, needs), isPerson: false };
  const terminal = needs.terminal();
  return {
    isPerson: terminal !== undefined,
    async ask() {
      if (terminal === undefined && keyFile !== undefined) return "";
      if (terminal === undefined) {
        throw usageError(
          `${from} is locked with a password, and there is no terminal to ask for it`,
          "put it in a file that only you can read: --passphrase-file FILE",
        );
      }
      const none = keyFile === undefined ? "" : "; none: Enter";
      const passphrase = await terminal.askHidden(`Password of ${from} (not shown${none}): `);
      if (passphrase !== "" || keyFile !== undefined) return passphrase;
      throw new UserError("no password given; nothing was imported", ExitCode.interrupted);
    },
  };
}

/** Returns the first line, as editors end files with a line break. Some also begin them with a byte order mark. */
async function fromFile(path: string, needs: Needs<"stdin" | "files">): Promise<string> {
  const bytes = path === "-" ? await stdinOnce(needs) : await needs.files.read(path, TEXT_LIMITS.secretBytes);
  const text = requireUtf8(bytes, "the passphrase file");
  const [line = ""] = text.replace(/^\ufeff/, "").split(/\r?\n/);
  if (line === "") throw new UserError("the passphrase file is empty", ExitCode.unreadable);
  return line;
}

const read = new WeakMap<World["stdin"], Promise<Uint8Array>>();

/** Stdin can be read only once, and its passphrase may be for several files. */
function stdinOnce({ stdin }: Needs<"stdin">): Promise<Uint8Array> {
  const bytes = read.get(stdin) ?? stdin.readAll(TEXT_LIMITS.secretBytes);
  read.set(stdin, bytes);
  return bytes;
}
