/** Files with a passphrase or with keys. Pure. */
import { ExitCode, UserError } from "./errors.ts";

/**
 * Decoded as UTF-8, text in another encoding makes a passphrase that only this file could repeat: no keyboard can, and no other
 * program. Throws UserError (exit 5). system/disk/secret-file.ts does the same for files that variables name.
 */
export function requireUtf8(bytes: Uint8Array, from: string): string {
  const text = Buffer.from(bytes).toString("utf8");
  if (!/[\0\ufffd]/.test(text)) return text;
  throw new UserError(`${from} is not UTF-8 text`, ExitCode.unreadable, [
    "save it as UTF-8; PowerShell: Set-Content -Encoding utf8",
  ]);
}
