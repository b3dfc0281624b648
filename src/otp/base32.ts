/**
 * Base32 keys (RFC 4648 section 6) as services write them: in any case, with spaces, dashes or padding, and of lengths
 * that no encoder produces. Text to bytes to text is therefore not the identity: compare bytes.
 */
import { Secret as OtpauthSecret } from "otpauth/bare";
import { ExitCode, UserError } from "../base/errors.ts";
import { Secret } from "./secret.ts";

const LOOKS_ALIKE =
  "the key holds a digit 0, 1, 8 or 9, which base32 does not have (mistaken for O, I, L or B?)";
const TOO_SHORT = "the key is empty or too short";
const NOT_BASE32 = "the key is not base32 (letters A to Z and digits 2 to 7)";

/**
 * The key's bytes: floor(5n/8) of them, with leftover bits dropped, as phones do. Throws a UserError that says what is wrong
 * with the text and never quotes it.
 */
export function parseBase32(text: string): Secret {
  // White space, invisible marks of pasted text, and dashes of all kinds.
  const key = text.replace(/[\s\u200b-\u2015\u202a-\u202e\u2060-\u2069=-]/g, "").toUpperCase();
  if (!/^[A-Z2-7]{2,}$/.test(key)) {
    const fault = /[^A-Z\d]/.test(key) ? NOT_BASE32 : /[0189]/.test(key) ? LOOKS_ALIKE : TOO_SHORT;
    throw new UserError(fault, ExitCode.unreadable);
  }
  return Secret.of(OtpauthSecret.fromBase32(key).bytes);
}

/** Upper case, without padding. */
export function formatBase32(secret: Secret): string {
  return new OtpauthSecret({ buffer: bufferOf(secret.reveal()) }).base32;
}

/** otpauth wants an ArrayBuffer; a view into a larger one (Node pools small Buffers) must be copied out first. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
