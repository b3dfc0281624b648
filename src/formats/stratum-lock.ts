/** Encrypted Stratum backups: 16 letters that tell the current scheme from the old one, then salt, nonce and content. */
import { parseJson } from "../base/untrusted-json.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { argon2Key, openCbc, openGcm, pbkdf2Key } from "./kdf.ts";

const MAGIC_BYTES = 16;
/** Argon2id and AES-256-GCM. */
const STRONG = { magic: "AUTHENTICATORPRO", salt: 16, nonce: 12 };
const ARGON2 = { kibibytes: 65_536, iterations: 3, parallelism: 4 };
/** PBKDF2 and AES-256-CBC, without any authentication. */
const LEGACY = { magic: "AuthenticatorPro", salt: 20, nonce: 16 };
const ROUNDS = 64_000;

export function isLockedStratum(bytes: Uint8Array): boolean {
  return layoutOf(bytes) !== undefined;
}

/** Returns the backup's JSON. Throws UserError (exit 5): WrongPassphrase, damaged. */
export async function unlockStratum(bytes: Uint8Array, passphrase: AskPassphrase): Promise<string> {
  const layout = layoutOf(bytes);
  const begin = layout === undefined ? 0 : MAGIC_BYTES + layout.salt + layout.nonce;
  if (layout === undefined || bytes.length < begin + 16) throw unreadable("Stratum", "is damaged");
  const salt = bytes.subarray(MAGIC_BYTES, MAGIC_BYTES + layout.salt);
  const nonce = bytes.subarray(MAGIC_BYTES + layout.salt, begin);
  const content = bytes.subarray(begin);
  const password = await passphrase();
  const text =
    layout === STRONG
      ? openGcm(await argon2Key(password, salt, ARGON2), nonce, content)
      : openCbc(await pbkdf2Key(password, salt, ROUNDS, 32, "sha1"), nonce, content);
  // With the old scheme, one wrong key in 256 seems to fit.
  if (text === undefined || parseJson(text.toString("utf8")) === undefined) throw new WrongPassphrase();
  return text.toString("utf8");
}

function layoutOf(bytes: Uint8Array) {
  const magic = Buffer.from(bytes.subarray(0, MAGIC_BYTES)).toString("latin1");
  return [STRONG, LEGACY].find((layout) => layout.magic === magic);
}
