/** The raw key of TWINSEED_KEY: 32 random bytes as base64. No passphrase, so no slow derivation. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { fromBase64, KEY_BYTES, toBase64 } from "./seal.ts";

export function generateRawKey(random: (bytes: number) => Uint8Array): string {
  return toBase64(random(KEY_BYTES));
}

/** Throws UserError (exit 6) that names `source` (the variable or file) and the reason, never the text. */
export function parseRawKey(text: string, source: string): Uint8Array {
  const bytes = fromBase64(text.trim());
  if (bytes?.length === KEY_BYTES) return bytes;
  const reason = bytes
    ? `it has ${bytes.length} bytes instead of ${KEY_BYTES}`
    : `it is not base64 (${KEY_BYTES} bytes make 44 characters, the last of them "=")`;
  throw new UserError(`${source} is not a key: ${reason}`, ExitCode.locked, [
    "generate the first key with: openssl rand -base64 32",
    "add another key with: twinseed store key",
  ]);
}
