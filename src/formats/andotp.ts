/**
 * andOTP (Android, discontinued in 2022): a JSON array, plain or encrypted with a password in one of two ways. The encrypted
 * files have no signature at all, so this format is last and accepts any file that no other format recognizes and that looks
 * random.
 */
import { createHash } from "node:crypto";
import { LIMITS } from "../base/limits.ts";
import { objectsOf, parseJson } from "../base/untrusted-json.ts";
import { readAndOtpEntries } from "./andotp-entries.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { openGcm, pbkdf2Key } from "./kdf.ts";

const LEAST_ITERATIONS = 1_000;
const NONCE = 12;
const TAG = 16;
/** Iterations (4 bytes) and salt (12 bytes) in front of the nonce, since version 0.6.3. */
const HEAD = 16;
const WRONG = "wrong password, or the file is damaged or not an andOTP file (they carry no signature)";

export const andotp: Format = {
  id: "andotp",
  name: "andOTP",
  detect({ bytes, text, json, members }) {
    if (objectsOf(json).some((entry) => typeof entry?.secret === "string" && "label" in entry)) return true;
    return text === undefined && members === undefined && looksEncrypted(bytes);
  },
  async read({ bytes, json }, passphrase) {
    if (Array.isArray(json)) return readAndOtpEntries(json);
    const password = await passphrase();
    const plain = (await openNew(bytes, password)) ?? openOld(bytes, password);
    if (plain === undefined) throw new WrongPassphrase(WRONG);
    const list = parseJson(plain.toString("utf8"));
    if (!Array.isArray(list)) throw unreadable("andOTP", "is damaged");
    return readAndOtpEntries(list);
  },
};

async function openNew(bytes: Uint8Array, password: string): Promise<Buffer | undefined> {
  if (bytes.length < HEAD + NONCE + TAG) return undefined;
  const iterations = Buffer.from(bytes.subarray(0, 4)).readUInt32BE();
  if (iterations < LEAST_ITERATIONS || iterations > LIMITS.pbkdf2.iterations) return undefined;
  const key = await pbkdf2Key(password, bytes.subarray(4, HEAD), iterations, 32, "sha1");
  return openGcm(key, bytes.subarray(HEAD, HEAD + NONCE), bytes.subarray(HEAD + NONCE));
}

function openOld(bytes: Uint8Array, password: string): Buffer | undefined {
  const key = createHash("sha256").update(password).digest();
  return openGcm(key, bytes.subarray(0, NONCE), bytes.subarray(NONCE));
}

/** In encrypted data all bytes are equally frequent; in programs, pictures and documents some are much more frequent. */
function looksEncrypted(bytes: Uint8Array): boolean {
  if (bytes.length < NONCE + TAG + 2) return false;
  const sample = bytes.subarray(0, 4096);
  const counts = new Uint16Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  return Math.max(...counts) <= 8 + sample.length / 32;
}
