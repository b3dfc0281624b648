/**
 * Keys as services, tokens and server programs write them: base32, hex or base64, in any case, with spaces, dashes or colons.
 * Some texts can be read in two ways, and only the codes tell which is right. Pure.
 */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { parseBase32 } from "./base32.ts";
import { Secret } from "./secret.ts";

export const ENCODINGS = ["base32", "hex", "base64"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface KeyReading {
  readonly encoding: Encoding;
  readonly secret: Secret;
}

/** Shorter texts are codes, numbers and words, unless someone says how the key is encoded. */
const LEAST_BYTES = { hex: 8, base64: 10 };
/** Characters: 80 bits in base32, and more than any key has in hex. */
const [SHORTEST_KEY, LONGEST_KEY] = [16, 8192];
const SEPARATORS = /[\s\u200b-\u2015\u202a-\u202e\u2060-\u2069:_.-]/g;
/** Marks that come along with text that is copied from a page, a chat or a document. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const BASE32_INSIDE = /^[A-Z2-7]{16,}=*\s*$/;

export function encodingOf(text: string): Encoding | undefined {
  return ENCODINGS.find((encoding) => encoding === text.toLowerCase());
}

/**
 * Every way to read the text that makes sense: base32 first. Throws a UserError that never quotes the text if there is none:
 * what is wrong with it as base32, which most keys are.
 */
export function keyReadings(text: string): readonly [KeyReading, ...KeyReading[]] {
  const base32 = attempt(() => parseBase32(text));
  const hex = secretOfHex(text, LEAST_BYTES.hex);
  // All of base64 in hex digits is so unlikely that the text is hex.
  const base64 = hex === undefined && isMixed(text) ? secretOfBase64(text, LEAST_BYTES.base64) : undefined;
  const [first, ...others] = [
    ...readingOf("base32", base32 instanceof UserError ? undefined : base32),
    ...readingOf("hex", hex),
    ...readingOf("base64", base64),
  ];
  if (first === undefined) throw base32;
  return [first, ...others];
}

function readingOf(encoding: Encoding, secret: Secret | undefined): KeyReading[] {
  return secret === undefined ? [] : [{ encoding, secret }];
}

/** Reads the text in this encoding. Throws a UserError that never quotes it. */
export function parseKey(text: string, encoding: Encoding): Secret {
  if (encoding === "base32") return parseBase32(text);
  const secret = encoding === "hex" ? secretOfHex(text, 1) : secretOfBase64(text, 1);
  if (secret !== undefined) return secret;
  const shape =
    encoding === "hex" ? "an even number of digits 0 to 9 and A to F" : "letters, digits, +, / and =";
  throw new UserError(`the key is not ${encoding} (${shape})`, ExitCode.unreadable);
}

/** Long enough for a key, and not base32. */
export function isSurelyHex(text: string): boolean {
  return secretOfHex(text, LEAST_BYTES.hex) !== undefined && /[0189]/.test(text);
}

/**
 * Whether a text that may be anything is meant as a key, be it a valid one or not: one word, or groups of equal length, with
 * digits among the letters.
 */
export function looksLikeKey(text: string): boolean {
  const groups = text
    .replace(INVISIBLE, "")
    .trim()
    .split(/[\s\u2010-\u2015-]+/);
  const [first = "", ...others] = groups;
  if (others.slice(0, -1).some(({ length }) => length !== first.length)) return false;
  if ((others.at(-1)?.length ?? 0) > first.length) return false;
  const key = groups.join("").replace(/:/g, "");
  if (key.length < SHORTEST_KEY || key.length > LONGEST_KEY || !/^[A-Za-z0-9+/]+={0,6}$/.test(key))
    return false;
  // Only digits: a card number, a phone number, or hex.
  if (/^\d*$/.test(key)) return key.length >= 2 * SHORTEST_KEY;
  return /\d/.test(key) || key === key.toUpperCase();
}

/** Base32 has one case, however it is typed; base64 of a key has both. */
function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text);
}

function secretOfHex(text: string, least: number): Secret | undefined {
  const digits = text.replace(/\b0x/gi, "").replace(SEPARATORS, "");
  if (!/^[0-9a-f]+$/i.test(digits) || digits.length % 2 === 1 || digits.length < 2 * least) return undefined;
  return Secret.of(Uint8Array.from(Buffer.from(digits, "hex")));
}

/** In either alphabet, padded or not. AWS's API encodes a key that is base32 once more: then the key inside is the answer. */
function secretOfBase64(text: string, least: number): Secret | undefined {
  const joined = text.replace(INVISIBLE, "").replace(/\s/g, "");
  const [, digits = "", padding = ""] = /^([A-Za-z0-9+/_-]+)(={0,2})$/.exec(joined) ?? [];
  if (digits === "" || digits.length % 4 === 1 || (padding !== "" && joined.length % 4 !== 0))
    return undefined;
  const bytes = Uint8Array.from(Buffer.from(joined, "base64"));
  if (bytes.length < least) return undefined;
  const inside = Buffer.from(bytes).toString("latin1");
  return BASE32_INSIDE.test(inside) ? parseBase32(inside) : Secret.of(bytes);
}
