/**
 * andOTP (Android, discontinued in 2022): a JSON array, plain or encrypted with a password in one of two ways. The encrypted
 * files have no signature at all, so only their name tells what they are.
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
const LEAST_BYTES = NONCE + TAG + 2;
/** Iterations (4 bytes) and salt (12 bytes) in front of the nonce, since version 0.6.3. */
const HEAD = 16;
const WRONG = "wrong password, or the file is damaged or not an andOTP file (they carry no signature)";

/** The name that the app suggests, or a person's own. */
const NAME = /\.json\.aes$|^otp_accounts.*\.aes$|andotp/i;

export const andotp: Format = {
  id: "andotp",
  name: "andOTP",
  detect({ name, bytes, text, json, members }) {
    if (objectsOf(json).some((entry) => typeof entry?.secret === "string" && "label" in entry)) return true;
    return NAME.test(name) && text === undefined && members === undefined && bytes.length >= LEAST_BYTES;
  },
  async read({ bytes, json }, passphrase) {
    if (Array.isArray(json)) return readAndOtpEntries(json);
    const password = await passphrase();
    const plain = (await openNew(bytes, password)) ?? openOld(bytes, password);
    if (plain === undefined) throw new WrongPassphrase(WRONG);
    const list = parseJson(plain.toString("utf8"));
    if (!Array.isArray(list)) throw unreadable("andOTP", "is damaged");
    return { ...readAndOtpEntries(list), inside: [{ at: "", content: list }] };
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
