/**
 * Reads enrollments from any text: a list of otpauth URIs, one key, or prose, a page, a script with URIs in it. Messages never quote
 * the text: it may be a seed.
 */
import { decodeText, isOtherText } from "../base/decode-text.ts";
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { joinBrokenUris } from "../formats/broken-lines.ts";
import { splitUris, urisIn } from "../formats/find-uris.ts";
import { splitTypedKey } from "../otp/check-value.ts";
import { DEFAULTS, type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { ForeignUriError, type Overrides, parseForeignUri } from "../otp/foreign-uri.ts";
import { type Encoding, type KeyReading, keyReadings, looksLikeKey, parseKey } from "../otp/key-text.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import type { Secret } from "../otp/secret.ts";
import { withoutSeeds } from "../otp/seed-in-name.ts";
import type { FoundEnrollment } from "./found.ts";
import { kindOfText, NOT_UTF8, TO_UTF8 } from "./text-kind.ts";

/** 80 bits: the least that real services issue, though RFC 4226 (section 4, R6) requires 128. */
const USUAL_BYTES = 10;

/** 40 bits, 8 characters. A shorter text without a URI around it is probably just a word: most words are valid base32. */
const LEAST_BYTES = 5;

/** What a value for an option looks like, for hints. */
const EXAMPLES: Readonly<Record<string, string>> = {
  type: "totp",
  algorithm: "SHA1",
  digits: "6",
  period: "30",
  counter: "0",
  encoding: "hex",
};

export interface TextContent {
  readonly enrollments: readonly FoundEnrollment[];
  /** The URIs stood in the middle of something else. */
  readonly isProse: boolean;
  /** Lines without a URI that may be keys. */
  readonly left: readonly string[];
}

/** Throws UserError (exit 5) that names the line. */
export function readText(bytes: Uint8Array, from: string, overrides: Overrides = {}): TextContent {
  const text = joinBrokenUris(textIn(bytes, from));
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => ({ text: line.trim(), at: `line ${i + 1}` }));
  const filled = lines.filter((line) => line.text !== "");
  const [only] = filled;
  if (only === undefined) throw new UserError(`${from} holds only white space`, ExitCode.unreadable);
  if (filled.every((line) => isSeedUri(line.text))) {
    const enrollments = filled.flatMap(({ text, at }) =>
      splitUris(text).map((uri) => ({ ...uriIn(uri, `${from}, ${at}`, overrides), at })),
    );
    return { enrollments, isProse: false, left: [] };
  }
  const uris = urisIn(text);
  if (uris.length === 0) {
    if (filled.length === 1)
      return { enrollments: [keyIn(unquoted(only.text), from, overrides)], isProse: false, left: [] };
    throw noUri(text, from);
  }
  const found = uris.map(({ uri, at }) => ({ ...uriIn(uri, `${from}, ${at}`, overrides), at }));
  const others = filled.filter((line) => urisIn(line.text).length === 0 && looksLikeKey(line.text));
  return { enrollments: withoutRepeats(found), isProse: true, left: others.map(({ at }) => at) };
}

/** A URI or a bare key, which someone has typed. */
export function enrollmentIn(text: string, where: string, overrides: Overrides = {}): FoundEnrollment {
  const [one, ...others] = readText(new TextEncoder().encode(text), where, overrides).enrollments;
  if (one !== undefined && others.length === 0) return one;
  throw new UserError(`${where} holds several otpauth URIs`, ExitCode.unreadable, ["enroll them one by one"]);
}

export function uriIn(uri: string, where: string, overrides: Overrides = {}): FoundEnrollment {
  if (/^\s*otpauth-migration:/i.test(uri)) {
    throw new UserError(`${where} holds ${kindOfText(uri)}`, ExitCode.unreadable, [
      "use: twinseed import FILE",
    ]);
  }
  if (splitUris(uri).length > 1)
    throw new UserError(`${where} holds several otpauth URIs`, ExitCode.unreadable, [
      "enroll them one by one, or from stdin: twinseed add -",
    ]);
  try {
    return withoutSeeds(parseForeignUri(uri, overrides));
  } catch (error) {
    if (!(error instanceof ForeignUriError)) throw error;
    const options = error.options.map((name) => `--${name} ${EXAMPLES[name]}`);
    throw new UserError(
      `can't use the otpauth URI in ${where}: ${error.message}`,
      ExitCode.unreadable,
      options.length === 0
        ? []
        : [`if you know the right value, it replaces the one in the URI: ${options.join(" ")}`],
    );
  }
}

function isSeedUri(text: string): boolean {
  return isOtpauthUri(text) || /^(?:otpauth-migration|motp):/i.test(text);
}

/** A page has each URI in a link and in its text. */
function withoutRepeats(found: readonly FoundEnrollment[]): FoundEnrollment[] {
  return found.filter((one, i) => !found.slice(0, i).some((earlier) => sameCodes(earlier, one)));
}

function noUri(text: string, from: string): UserError {
  if (/^\s*[a-z][a-z0-9+.-]*:/i.test(text)) return linkFault(text, from);
  return new UserError(`found no otpauth URI in ${from}`, ExitCode.unreadable, [
    "an otpauth URI may be anywhere in the text; a key must be alone on one line",
    "for an export of another app: twinseed import FILE",
  ]);
}

function linkFault(text: string, from: string): UserError {
  return new UserError(`${from} holds ${kindOfText(text)}, not an otpauth URI`, ExitCode.unreadable, [
    "use the code that the service shows for an authenticator app",
  ]);
}

/** Values of .env files and of jq have quotation marks. */
function unquoted(text: string): string {
  return /^(["'])(.+)\1$/.exec(text)?.[2] ?? text;
}

/** A key that is typed or piped without a URI. */
function keyIn(text: string, where: string, { encoding }: Overrides): FoundEnrollment {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw linkFault(text, where);
  const fault = (reason: string, hints: readonly string[] = []) =>
    new UserError(`can't use the key in ${where}: ${reason}`, ExitCode.unreadable, hints);
  const isBase32 = encoding === undefined || encoding === "base32";
  const typed = isBase32 ? splitTypedKey(text) : { key: text, check: undefined };
  const readings = attempt(() => readingsOf(typed?.key ?? text, typed?.check, encoding));
  if (readings instanceof UserError) {
    if (typed !== undefined) throw fault(readings.message);
    throw new UserError(
      `can't use the check value in ${where}: the slash must be followed by four letters A to Z or digits 2 to 7`,
      ExitCode.unreadable,
    );
  }
  const [{ secret }] = readings;
  const { length } = secret.reveal();
  const check = typed?.check;
  // A key with a check value is from a recovery sheet, so it was an account before. Its length may be anything, as imported
  // files and URIs may hold keys of any length.
  if (check === undefined && length < LEAST_BYTES) {
    throw fault("it is too short to be a key", [
      "services issue keys of 16 characters or more: is it cut off, or not a key at all?",
      "if the service really issued this key, put it into a URI: otpauth://totp/NAME?secret=KEY",
    ]);
  }
  return { ...bareKey(secret), check, readings, isShort: check === undefined && length < USUAL_BYTES };
}

/** It gets its issuer and label from options or prompts. */
function bareKey(secret: Secret): Enrollment {
  const { algorithm, digits, period } = DEFAULTS;
  return { issuer: "", label: "", otp: { type: "totp", algorithm, digits, period }, secret };
}

/** On a recovery sheet, keys are base32, and have a check value. */
function readingsOf(
  key: string,
  check: string | undefined,
  encoding: Encoding | undefined,
): readonly [KeyReading, ...KeyReading[]] {
  if (encoding !== undefined) return [{ encoding, secret: parseKey(key, encoding) }];
  return check === undefined ? keyReadings(key) : [{ encoding: "base32", secret: parseKey(key, "base32") }];
}

function textIn(bytes: Uint8Array, from: string): string {
  const text = decodeText(bytes);
  if (text !== undefined && !text.includes("\0")) return text;
  if (isOtherText(bytes)) throw new UserError(`${from}: ${NOT_UTF8}`, ExitCode.unreadable, [TO_UTF8]);
  throw new UserError(`${from} is neither a picture nor text`, ExitCode.unreadable, [
    "supported: pictures, otpauth URIs in any text, or one key; for an export of another app: twinseed import FILE",
  ]);
}
