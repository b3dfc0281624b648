/**
 * otpauth URIs of other programs, which may be wrong or half an enrollment. What the user says on the command line replaces the
 * URI's own value, so a bad value there does no harm. Our own URIs are read by otpauth-uri.ts alone.
 */
import { attempt, UserError } from "../base/errors.ts";
import { formatBase32, parseBase32 } from "./base32.ts";
import type { Enrollment } from "./enrollment.ts";
import { type Encoding, isSurelyHex, parseKey } from "./key-text.ts";
import {
  OtpauthUriError,
  parseAlgorithm,
  parseCounter,
  parseDigits,
  parseOtpauthUri,
  parsePeriod,
  parseQuery,
} from "./otpauth-uri.ts";

/** What the user says instead of the URI. */
export interface Overrides {
  readonly type?: string | undefined;
  readonly algorithm?: string | undefined;
  readonly digits?: string | undefined;
  readonly period?: string | undefined;
  readonly counter?: string | undefined;
  readonly encoding?: Encoding | undefined;
}

/** Why a URI can't be used, and the options that would replace what is wrong with it. */
export class ForeignUriError extends OtpauthUriError {
  readonly options: readonly string[];

  constructor(message: string, options: readonly string[] = []) {
    super(message);
    this.options = options;
  }
}

const TYPES = ["totp", "hotp", "steam"];
const TYPE = /^((?:apple-)?otpauth:\/{0,2})[^/?#]*/i;
const READERS = {
  algorithm: parseAlgorithm,
  digits: parseDigits,
  period: parsePeriod,
  counter: parseCounter,
} as const;

/** Throws ForeignUriError, which never quotes the URI. */
export function parseForeignUri(text: string, overrides: Overrides = {}): Enrollment {
  const uri = text
    .replace(/^\ufeff/, "")
    .trim()
    .replace(/^QR-Code:\s*/i, "")
    .replaceAll(/&amp;/gi, "&");
  const at = uri.indexOf("?");
  const [head, query] = at < 0 ? [uri, ""] : [uri.slice(0, at), uri.slice(at + 1)];
  const parameters = parseQuery(query);
  requireWhole(head, parameters);
  const kept = query.split("&").filter((pair) => !isReplaced(nameIn(pair), overrides));
  const pairs = [...secretPair(parameters, overrides), ...kept];
  const { type = "" } = overrides;
  const start = TYPES.includes(type.toLowerCase()) ? head.replace(TYPE, `$1${type.toLowerCase()}`) : head;
  try {
    return parseOtpauthUri(at < 0 ? start : `${start}?${pairs.join("&")}`);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw new ForeignUriError(error.message, optionsFor(uri, parameters, overrides));
  }
}

/** What looks like an enrollment, but makes wrong codes. */
function requireWhole(head: string, parameters: ReadonlyMap<string, string>): void {
  if (/^(apple-)?otpauth:\/{0,2}motp\b/i.test(head))
    throw new ForeignUriError("mOTP codes are not supported: they require a PIN and MD5");
  if (/^(apple-)?otpauth:\/{0,2}ya(otp|ndex)\b/i.test(head))
    throw new ForeignUriError("Yandex codes are not supported: they require a PIN and a different algorithm");
  if ([...parameters.keys()].some((name) => name.startsWith("2step_")))
    throw new ForeignUriError(
      "it has only half of the seed: in a two-step enrollment (privacyIDEA), the phone's app makes the other half, so no other program can show its codes",
    );
}

function nameIn(pair: string): string {
  return (pair.split("=", 1)[0] ?? "").toLowerCase();
}

function isReplaced(name: string, overrides: Overrides): boolean {
  return (
    (name === "algorithm" && overrides.algorithm !== undefined) ||
    (name === "digits" && overrides.digits !== undefined) ||
    (name === "period" && overrides.period !== undefined) ||
    (name === "counter" && overrides.counter !== undefined)
  );
}

/** In base32, if the URI has it in hex or base64. The first one of two counts. */
function secretPair(parameters: ReadonlyMap<string, string>, { encoding }: Overrides): string[] {
  const text = parameters.get("secret")?.replace(/#.*$/s, "");
  if (text === undefined) return [];
  const secret = attempt(() => {
    // A "+" in a query is read as a space.
    if (encoding !== undefined)
      return parseKey(encoding === "base64" ? text.replaceAll(" ", "+") : text, encoding);
    // Some programs write hex, although a URI has base32 (Key Uri Format). Text that can be both is base32.
    const isHex = attempt(() => parseBase32(text)) instanceof UserError && isSurelyHex(text);
    return isHex ? parseKey(text, "hex") : undefined;
  });
  if (secret === undefined) return [];
  if (!(secret instanceof UserError)) return [`secret=${formatBase32(secret)}`];
  if (encoding === undefined) return []; // parseOtpauthUri says what is wrong
  throw new ForeignUriError(secret.message, ["encoding"]);
}

function optionsFor(
  uri: string,
  parameters: ReadonlyMap<string, string>,
  overrides: Overrides,
): readonly string[] {
  const options: string[] = [];
  for (const [name, read] of Object.entries(READERS)) {
    try {
      read(isReplaced(name, overrides) ? undefined : parameters.get(name));
    } catch {
      options.push(name);
    }
  }
  const [, host = ""] = /^(?:apple-)?otpauth:\/{0,2}([^/?#]*)/i.exec(uri) ?? [];
  return TYPES.includes(host.toLowerCase()) ? options : ["type", ...options];
}
