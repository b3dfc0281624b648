/**
 * Bitwarden's "password protected" exports: PBKDF2 or Argon2id, stretched with HKDF to a key for AES-256-CBC and one for
 * HMAC-SHA256 (encrypt-then-MAC, "2.iv|content|mac" in base64).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { argon2Key, openCbc, pbkdf2Key } from "./kdf.ts";
import { base64Of } from "./shape.ts";

/** Returns the export inside, as if it were plain. Throws UserError (exit 5): wrong passphrase, damaged, or a key derivation that costs too much. */
export async function unlockBitwarden(file: JsonObject, passphrase: AskPassphrase): Promise<JsonObject> {
  const content = partsOf(file.data);
  if (content === undefined || typeof file.salt !== "string") throw damaged();
  const key = await keyOf(file, file.salt, await passphrase());
  const validation = partsOf(file.encKeyValidation_DO_NOT_EDIT);
  if (validation !== undefined && open(key, validation) === undefined) throw new WrongPassphrase();
  const text = open(key, content);
  if (text === undefined) throw validation === undefined ? new WrongPassphrase() : damaged();
  return objectOf(parseJson(text.toString("utf8"))) ?? {};
}

/** The salt is used as text, without decoding, although it is base64. */
async function keyOf(file: JsonObject, salt: string, password: string): Promise<Uint8Array> {
  const { kdfType, kdfIterations: iterations, kdfMemory: mebibytes, kdfParallelism: parallelism } = file;
  if (kdfType === 0) return pbkdf2Key(password, Buffer.from(salt), iterations, 32, "sha256");
  if (kdfType !== 1)
    throw unreadable("Bitwarden", "is encrypted in a way that this release does not support");
  const kibibytes = typeof mebibytes === "number" ? mebibytes * 1024 : mebibytes;
  const digest = createHash("sha256").update(salt).digest();
  return argon2Key(password, digest, { kibibytes, iterations, parallelism });
}

interface Parts {
  readonly iv: Buffer;
  readonly content: Buffer;
  readonly mac: Buffer;
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "string" || !value.startsWith("2.")) return undefined;
  const [iv, content, mac, more] = value.slice(2).split("|").map(base64Of);
  if (iv?.length !== 16 || content === undefined || mac?.length !== 32 || more !== undefined)
    return undefined;
  return { iv, content, mac };
}

function open(key: Uint8Array, { iv, content, mac }: Parts): Buffer | undefined {
  const expected = createHmac("sha256", expand(key, "mac")).update(iv).update(content).digest();
  return timingSafeEqual(expected, mac) ? openCbc(expand(key, "enc"), iv, content) : undefined;
}

/** HKDF-Expand (RFC 5869 section 2.3) to 32 bytes, which is one block. */
function expand(key: Uint8Array, info: string): Buffer {
  return createHmac("sha256", key).update(info).update("\x01").digest();
}

function damaged() {
  return unreadable("Bitwarden", "is damaged");
}
