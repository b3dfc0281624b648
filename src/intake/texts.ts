/** Reads enrollments from text. Messages never quote the text: it may be a seed. */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { parseBase32 } from "../otp/base32.ts";
import { splitTypedKey } from "../otp/check-value.ts";
import { DEFAULTS, type Enrollment } from "../otp/enrollment.ts";
import { OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { kindOfText } from "../otp/text-kind.ts";
import type { FoundEnrollment } from "./found.ts";

/** 80 bits: the least that real services issue, though RFC 4226 (section 4, R6) requires 128. */
const USUAL_BYTES = 10;

/** 40 bits, 8 characters. A shorter text without a URI around it is probably just a word: most words are valid base32. */
const LEAST_BYTES = 5;

/** One otpauth URI per line, or one bare key, with or without its check value. */
export function enrollmentsIn(bytes: Uint8Array, from: string): FoundEnrollment[] {
  const lines = decodeText(bytes, from).split(/\r\n|\r|\n/);
  const entries = lines.flatMap((text, i) => (text.trim() === "" ? [] : [{ text, where: `line ${i + 1}` }]));
  const [only] = entries;
  if (only === undefined) throw new UserError(`${from} holds only white space`, ExitCode.unreadable);
  if (entries.length === 1 && !only.text.includes("://")) return [keyIn(only.text, from)];
  return entries.map(({ text, where }) => uriIn(text, `${from}, ${where}`));
}

/** A URI or a bare key. */
export function enrollmentIn(text: string, where: string): FoundEnrollment {
  return text.includes("://") ? uriIn(text, where) : keyIn(text, where);
}

export function uriIn(uri: string, where: string): Enrollment {
  if (/^\s*otpauth-migration:/i.test(uri)) {
    throw new UserError(`${where} holds ${kindOfText(uri)}`, ExitCode.unreadable, [
      "use: twinseed import FILE",
    ]);
  }
  try {
    return parseOtpauthUri(uri);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw new UserError(`can't use the otpauth URI in ${where}: ${error.message}`, ExitCode.unreadable);
  }
}

/** A key that is typed or piped without a URI gets its issuer and label from options or prompts. */
function keyIn(text: string, where: string): FoundEnrollment {
  const typed = splitTypedKey(text);
  if (typed === undefined) {
    throw new UserError(
      `can't use the check value in ${where}: the slash must be followed by four letters A to Z or digits 2 to 7`,
      ExitCode.unreadable,
    );
  }
  const secret = attempt(() => parseBase32(typed.key));
  if (secret instanceof UserError)
    throw new UserError(`can't use the key in ${where}: ${secret.message}`, ExitCode.unreadable);
  const { check } = typed;
  const { length } = secret.reveal();
  // A key with a check value is from a recovery sheet, so it was an account before. Its length may be anything, as imported
  // files and URIs may hold keys of any length.
  if (check === undefined && length < LEAST_BYTES) {
    throw new UserError(`can't use the key in ${where}: it is too short to be a key`, ExitCode.unreadable, [
      "a key has 16 characters or more: is it cut off, or not a key at all?",
      "if the service really issued this key, put it into a URI: otpauth://totp/NAME?secret=KEY",
    ]);
  }
  const { algorithm, digits, period } = DEFAULTS;
  const otp = { type: "totp", algorithm, digits, period } as const;
  return {
    issuer: "",
    label: "",
    otp,
    secret,
    check,
    isShort: check === undefined && length < USUAL_BYTES,
  };
}

function decodeText(bytes: Uint8Array, from: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${from} is neither a picture nor text`, ExitCode.unreadable, [
      "supported pictures: PNG, JPEG; supported text: otpauth URIs, one per line, or one base32 key",
    ]);
  }
}
