/**
 * otpauth URIs: reads them as services really write them, and writes them so that every reader agrees.
 * Based on Google's "Key Uri Format" page. `URL` does not work here: it resolves ".." in a label, drops line breaks,
 * hides everything after a raw "#", and throws on URIs that phones accept.
 * Promise: parse(format(e)) equals e, field by field, for every style.
 */
import { attempt, UserError } from "../base/errors.ts";
import { OTP_LIMITS } from "../base/limits.ts";
import { formatBase32, parseBase32 } from "./base32.ts";
import {
  type Algorithm,
  cleanText,
  DEFAULTS,
  type Enrollment,
  type OtpParameters,
  STEAM,
} from "./enrollment.ts";

/** Why a text is not a usable otpauth URI. The message says where and why, and never quotes the text. */
export class OtpauthUriError extends Error {
  override readonly name = "OtpauthUriError";
}

const SCHEME = /^(?:apple-)?otpauth:\/{0,2}/i;
const SHAPE = /^([^/?#]*)\/?([^?]*)\??(.*)$/s; // a case-insensitive version takes ten times as long to compile

export function isOtpauthUri(text: string): boolean {
  return /^\s*(QR-Code:\s*)?((apple-)?otpauth|steam):\/\//i.test(text);
}

/** Reads one URI. Throws OtpauthUriError. Ignores unknown parameters; if a parameter is repeated, the first one counts. */
export function parseOtpauthUri(text: string): Enrollment {
  if (text.length > OTP_LIMITS.uriCharacters) throw new OtpauthUriError("the URI is longer than 64 KiB");
  const uri = unwrapped(text);
  const scheme = SCHEME.exec(uri);
  if (!scheme) {
    const steam = /^steam:\/\/([^/?#]+)/i.exec(uri);
    if (steam) return { issuer: "Steam", label: "", otp: STEAM, secret: parseKey(decode(steam[1] ?? "")) };
    throw new OtpauthUriError("not an otpauth:// URI");
  }
  const [, host = "", path = "", query = ""] = SHAPE.exec(uri.slice(scheme[0].length)) ?? [];
  const parameters = parseQuery(query);
  const { prefix, name } = splitLabel(path);
  const issuer = cleanText(parameters.get("issuer") ?? "");
  return withinLimits({
    issuer: issuer || prefix,
    // Keeps a prefix that differs from the issuer: apps disagree on which of them wins, and dropping either loses
    // information.
    label: prefix && issuer && !isSameIssuer(prefix, issuer) ? `${prefix}:${name}` : name,
    otp: parseParameters(host.toLowerCase(), issuer || prefix, parameters),
    secret: parseKey(parameters.get("secret")?.replace(/#.*$/s, "")),
  });
}

/** Without what some writers put around it. `code` reads a URI of ours in each run, and each expression takes time to compile. */
function unwrapped(text: string): string {
  const start = text.startsWith("otpauth://")
    ? text.trim()
    : text
        .replace(/^\ufeff/, "")
        .trim()
        .replace(/^QR-Code:\s*/i, "");
  return start.includes(";") ? start.replaceAll(/&amp;/gi, "&") : start;
}

/** Throws OtpauthUriError for an enrollment that would not read back the same after being written as a URI. */
export function withinLimits(enrollment: Enrollment): Enrollment {
  const { issuer, label, otp, secret } = enrollment;
  if (issuer === "Steam" && otp.type === "totp" && otp.digits === STEAM.digits)
    throw new OtpauthUriError("plain five-digit codes for Steam can't be told apart from Steam Guard");
  // Percent-encoding turns one character into nine at most, and the issuer appears twice.
  const isLong = 9 * (2 * issuer.length + label.length) > OTP_LIMITS.uriCharacters / 2;
  if (isLong && formatOtpauthUri(enrollment).length > OTP_LIMITS.uriCharacters)
    throw new OtpauthUriError("its issuer and label are too long for a URI of 64 KiB");
  if (secret.reveal().length > OTP_LIMITS.seedBytes)
    throw new OtpauthUriError(`its secret is longer than ${OTP_LIMITS.seedBytes} bytes`);
  return enrollment;
}

/** Parameters by lower-case name, decoded; without those that have no value. */
export function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&").flatMap(unglued)) {
    const at = pair.indexOf("=");
    const key = decode(at < 0 ? pair : pair.slice(0, at)).toLowerCase();
    const value = at < 0 ? "" : decode(pair.slice(at + 1).replaceAll("+", " "));
    if (value === "" || value === "null" || value === "undefined" || parameters.has(key)) continue;
    parameters.set(key, value);
  }
  return parameters;
}

/** Old Ente exports lack the "&" between these two. Our URIs never have a raw "=" inside a value. */
function unglued(pair: string): string[] {
  const at = pair.startsWith("issuer=") ? pair.indexOf("period=") : -1;
  return at < 0 ? [pair] : [pair.slice(0, at), pair.slice(at)];
}

/** Splits at the first literal colon, else at the first encoded one, and only then decodes, once. */
export function splitLabel(path: string): { prefix: string; name: string } {
  const separator = /:/.exec(path) ?? /%3a/i.exec(path);
  if (!separator) return { prefix: "", name: cleanText(decode(path)) };
  return {
    prefix: cleanText(decode(path.slice(0, separator.index))),
    name: cleanText(decode(path.slice(separator.index + separator[0].length))),
  };
}

/** Some writers encode a space as "+" in the label too, where "+" means a plus sign. */
function isSameIssuer(prefix: string, issuer: string): boolean {
  return prefix === issuer || prefix.replaceAll("+", " ") === issuer;
}

/** Percent-decodes as UTF-8; leaves invalid escapes unchanged. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes);
      } catch {
        return escapes;
      }
    });
  }
}

function parseKey(text: string | undefined): Enrollment["secret"] {
  if (text === undefined) throw new OtpauthUriError("the URI has no secret");
  const secret = attempt(() => parseBase32(text));
  if (secret instanceof UserError) throw new OtpauthUriError(secret.message);
  return secret;
}

function parseParameters(host: string, issuer: string, parameters: Map<string, string>): OtpParameters {
  const digits = parameters.get("digits");
  const steamByIssuer = host === "totp" && issuer === "Steam" && (digits === undefined || digits === "5");
  if (host === "steam" || parameters.get("encoder")?.toLowerCase() === "steam" || steamByIssuer) return STEAM;
  if (host !== "totp" && host !== "hotp")
    throw new OtpauthUriError("the URI's type is neither totp nor hotp");
  const shared = { algorithm: parseAlgorithm(parameters.get("algorithm")), digits: parseDigits(digits) };
  if (host === "totp") return { type: "totp", ...shared, period: parsePeriod(parameters.get("period")) };
  return { type: "hotp", ...shared, counter: parseCounter(parameters.get("counter")) };
}

/** Accepts all spellings in use: SHA1, sha-1, HmacSHA256, HMAC-SHA-512, Algorithm.sha1 … */
export function parseAlgorithm(text: string | undefined): Algorithm {
  if (text === undefined) return DEFAULTS.algorithm;
  const name = text === "SHA1" ? text : text.toUpperCase().replace(/ALGORITHM\.|HMAC|[-_\s]/g, "");
  if (name === "SHA1" || name === "SHA256" || name === "SHA512") return name;
  throw new OtpauthUriError("unknown algorithm (known: SHA1, SHA256, SHA512)");
}

export function parseDigits(text: string | undefined): number {
  return wholeNumber(text, "digits", DEFAULTS.digits, OTP_LIMITS.digits.least, OTP_LIMITS.digits.most);
}

export function parsePeriod(text: string | undefined): number {
  return wholeNumber(text, "period", DEFAULTS.period, OTP_LIMITS.period.least, OTP_LIMITS.period.most);
}

export function parseCounter(text: string | undefined): number {
  return wholeNumber(text, "counter", DEFAULTS.counter, 0, Number.MAX_SAFE_INTEGER);
}

function wholeNumber(
  text: string | undefined,
  what: string,
  absent: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return absent;
  const number = /^\s*\d{1,16}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new OtpauthUriError(`${what} is not a whole number from ${least} to ${most}`);
}

/**
 * - `explicit`: every parameter, for files and other programs, some of which do not know the defaults.
 * - `short`: only parameters that differ from the defaults, as AWS does it; for QR codes.
 * - `compact`: also omits `issuer=`, which the label's prefix already says: the smallest QR code.
 */
export type UriStyle = "explicit" | "short" | "compact";

export function formatOtpauthUri(enrollment: Enrollment, style: UriStyle = "explicit"): string {
  const { issuer, label, otp, secret } = enrollment;
  const parameters = [`secret=${formatBase32(secret)}`];
  if (issuer && style !== "compact") parameters.push(`issuer=${encodeURIComponent(issuer)}`);
  if (otp.type !== "steam") {
    const all = style === "explicit" || issuer === "Steam"; // "Steam" without digits= would be read as Steam Guard
    if (all || otp.algorithm !== DEFAULTS.algorithm) parameters.push(`algorithm=${otp.algorithm}`);
    if (all || otp.digits !== DEFAULTS.digits) parameters.push(`digits=${otp.digits}`);
    if (otp.type === "hotp") parameters.push(`counter=${otp.counter}`);
    else if (all || otp.period !== DEFAULTS.period) parameters.push(`period=${otp.period}`);
  }
  return `otpauth://${otp.type}/${formatLabel(issuer, label)}?${parameters.join("&")}`;
}

/** The colon after the issuer is the only unencoded one, so that a reader can't split at a colon in either half. */
function formatLabel(issuer: string, label: string): string {
  if (issuer) return `${encodeLabel(issuer)}:${encodeLabel(label)}`;
  return label.includes(":") ? `:${encodeLabel(label)}` : encodeLabel(label);
}

function encodeLabel(text: string): string {
  return encodeURIComponent(text).replaceAll("%40", "@");
}
