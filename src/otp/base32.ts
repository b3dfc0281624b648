/**
 * Base32 keys (RFC 4648 section 6) as services hand them out: any case, spaced, dashed, padded, and of lengths
 * that no encoder makes. Text to bytes to text is therefore not the identity: compare bytes.
 */
import { Secret as OtpauthSecret } from "otpauth/bare";
import { Secret } from "./secret.ts";

const ALPHABET = /^[A-Z2-7]*$/;
const LOOK_ALIKES = /[0189]/;

export type Base32Fault = "empty" | "look-alike" | "characters";

/** The key's bytes (floor(5n/8) of them, left-over bits dropped as phones do), or what is wrong with the text. */
export function parseBase32(text: string): Secret | Base32Fault {
  const key = text.replace(/[\s\u00a0\u200b\ufeff=\u2010-\u2015-]/g, "").toUpperCase();
  if (!ALPHABET.test(key))
    return LOOK_ALIKES.test(key) && /^[A-Z0-9]*$/.test(key) ? "look-alike" : "characters";
  if (key.length < 2) return "empty";
  return Secret.of(OtpauthSecret.fromBase32(key).bytes);
}

/** Upper case, without padding. */
export function formatBase32(secret: Secret): string {
  return new OtpauthSecret({ buffer: bufferOf(secret.reveal()) }).base32;
}

/** A sentence for people about a key that could not be read; never quotes the key. */
export function describeBase32Fault(fault: Base32Fault): string {
  switch (fault) {
    case "empty":
      return "the key is empty or too short";
    case "look-alike":
      return "the key holds a digit 0, 1, 8 or 9, which base32 does not have (mistaken for O, I, L or B?)";
    case "characters":
      return "the key is not base32 (letters A to Z and digits 2 to 7)";
  }
}

/** otpauth takes an ArrayBuffer; a view into a larger one (Node pools small Buffers) must be cut out first. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
