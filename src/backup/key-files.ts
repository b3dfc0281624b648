/** Reads small files with a passphrase, recipients, identities or shares; "-" is stdin. */

import { usageError } from "../base/errors.ts";
import { TEXT_LIMITS } from "../base/limits.ts";
import { printable } from "../base/printable.ts";
import { requireUtf8 } from "../base/utf8-text.ts";
import type { Ports } from "../ports/index.ts";

export async function readKeyFile(path: string, needs: Pick<Ports, "stdin" | "files">): Promise<string> {
  const bytes =
    path === "-"
      ? await needs.stdin.readAll(TEXT_LIMITS.secretBytes)
      : await needs.files.read(path, TEXT_LIMITS.secretBytes);
  return requireUtf8(bytes, nameOf(path));
}

/** The first line, as a prompt takes only one. Throws UserError (exit 2) if it is empty. */
export async function readPassphrase(path: string, needs: Pick<Ports, "stdin" | "files">): Promise<string> {
  const [line = ""] = (await readKeyFile(path, needs)).replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  if (line.trim() === "") throw usageError(`there is no passphrase in the first line of ${nameOf(path)}`);
  return line;
}

export function nameOf(path: string): string {
  return path === "-" ? "stdin" : `"${printable(path, 200)}"`;
}
