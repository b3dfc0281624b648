/**
 * Reads entries one by one. An entry that can't be used is skipped, with its place and the reason, and the rest are still read.
 */
import { attempt, ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { parseBase32 } from "../otp/base32.ts";
import {
  cleanText,
  type Enrollment,
  type Hotp,
  type OtpParameters,
  STEAM,
  type Totp,
} from "../otp/enrollment.ts";
import { ForeignUriError } from "../otp/foreign-uri.ts";
import { keyReadings } from "../otp/key-text.ts";
import {
  OtpauthUriError,
  parseAlgorithm,
  parseCounter,
  parseDigits,
  parsePeriod,
  withinLimits,
} from "../otp/otpauth-uri.ts";
import { Secret } from "../otp/secret.ts";
import type { Entry, Reading, Skipped } from "./format.ts";
import { textOf } from "./shape.ts";

/** Why one entry can't be imported. */
export class EntryFault extends Error {
  override readonly name = "EntryFault";
  /** Issuer and label, if they are known. */
  readonly who: string;
  /** The URI or key, if it is known. */
  readonly about: Secret | undefined;

  constructor(reason: string, who = "", about?: Secret) {
    super(reason);
    this.who = who;
    this.about = about;
  }
}

/** Runs `work` and adds the text that it is about to its fault. */
export function about<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EntryFault) && !(error instanceof OtpauthUriError)) throw error;
    throw new EntryFault(reasonOf(error), error instanceof EntryFault ? error.who : "", secretText(text));
  }
}

export function secretText(text: string): Secret {
  return Secret.of(Buffer.from(text.trim()));
}

/**
 * `parse` returns an enrollment, several (for a password manager's item), or undefined for an entry without one (a card, a note).
 * If it throws EntryFault or OtpauthUriError, the entry is skipped, and `who` names it in the message to the user; `who` must not
 * throw.
 * Throws UserError (exit 5) if there are too many entries.
 */
export function collect<Raw>(
  raws: readonly Raw[],
  parse: (raw: Raw) => Enrollment | readonly Enrollment[] | undefined,
  who: (raw: Raw) => string = () => "",
  at: (index: number, raw: Raw) => string = (index) => `entry ${index + 1}`,
): Reading {
  if (raws.length > LIMITS.entries)
    throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
  const entries: Entry[] = [];
  const skipped: Skipped[] = [];
  raws.forEach((raw, i) => {
    try {
      for (const enrollment of [parse(raw) ?? []].flat())
        entries.push({ at: at(i, raw), enrollment: withinLimits(enrollment) });
    } catch (error) {
      if (!(error instanceof EntryFault) && !(error instanceof OtpauthUriError)) throw error;
      const known = error instanceof EntryFault ? error : undefined;
      const told = known?.about === undefined ? {} : { about: known.about };
      skipped.push({ at: at(i, raw), who: known?.who || who(raw), reason: reasonOf(error), ...told });
    }
  });
  return { entries, skipped };
}

/** There is no option for one entry of many. */
function reasonOf(error: EntryFault | OtpauthUriError): string {
  const options = error instanceof ForeignUriError ? error.options : [];
  if (options.length === 0) return error.message;
  return `${error.message}; enroll it on its own, with --${options.join(" and --")}: twinseed add -`;
}

export function joinReadings(readings: readonly Reading[]): Reading {
  return {
    entries: readings.flatMap(({ entries }) => entries),
    skipped: readings.flatMap(({ skipped }) => skipped),
    notes: [...new Set(readings.flatMap(({ notes }) => notes ?? []))],
    parts: readings.flatMap(({ parts }) => parts ?? []),
    inside: readings.flatMap(({ inside }) => inside ?? []),
  };
}

/**
 * Cleans issuer and label as apps store them: removes the issuer if it is repeated in front of the name, but keeps any other
 * prefix.
 */
export function cleanNames(issuer: unknown, name: unknown): Pick<Enrollment, "issuer" | "label"> {
  const known = text(issuer);
  let label = text(name);
  if (known === "") {
    const colon = label.indexOf(":");
    if (colon < 0) return { issuer: "", label };
    return { issuer: cleanText(label.slice(0, colon)), label: cleanText(label.slice(colon + 1)) };
  }
  if (label.startsWith(`${known}:`)) label = cleanText(label.slice(known.length + 1));
  return { issuer: known, label };
}

/** For messages. */
export function whoOf(issuer: unknown, name: unknown): string {
  return [text(issuer), text(name)].filter((part) => part !== "").join(": ");
}

/** Throws EntryFault. */
export function secretOfBase32(value: unknown): Secret {
  if (typeof value !== "string" || value.trim() === "") throw new EntryFault("it has no secret");
  const secret = attempt(() => parseBase32(value));
  if (secret instanceof UserError) throw new EntryFault(secret.message);
  return secret;
}

/** A key that users paste into a field: base32, or hex or base64 if it can't be base32. Throws EntryFault. */
export function secretOfKey(value: string): Secret {
  if (value.trim() === "") throw new EntryFault("it has no secret");
  const readings = attempt(() => keyReadings(value));
  if (readings instanceof UserError) throw new EntryFault(readings.message);
  return readings[0].secret;
}

/** Throws EntryFault if there are no bytes. Copies them. */
export function secretOfBytes(bytes: Uint8Array | undefined): Secret {
  if (bytes === undefined || bytes.length === 0) throw new EntryFault("it has no secret, or a damaged one");
  return Secret.of(Uint8Array.from(bytes));
}

type OtpType = "totp" | "hotp" | "steam";

/**
 * The type of codes as an app spells it; `absent` is used if the file has none. Throws EntryFault for types that require another
 * algorithm or are unknown.
 */
export function otpTypeOf(value: unknown, absent?: OtpType): OtpType {
  const name = textOf(value).toLowerCase();
  if (name === "totp" || name === "hotp" || name === "steam") return name;
  if (name === "" && absent !== undefined) return absent;
  if (name === "motp") throw new EntryFault("mOTP codes are not supported: they require a PIN and MD5");
  if (name === "yandex" || name === "yaotp")
    throw new EntryFault("Yandex codes are not supported: they require a PIN and a different algorithm");
  throw new EntryFault(name === "" ? "it has no type" : "unknown type");
}

/** Values as files have them: numbers, numbers as text, or nothing (null, "", absent), which means the default. */
export interface RawParameters {
  readonly type: OtpType;
  readonly algorithm?: unknown;
  readonly digits?: unknown;
  readonly period?: unknown;
  readonly counter?: unknown;
}

/** Throws OtpauthUriError for values from which no code can be computed. */
export function parametersOf({ type, algorithm, digits, period, counter }: RawParameters): OtpParameters {
  if (type === "steam") return STEAM;
  const shared = { algorithm: parseAlgorithm(raw(algorithm)), digits: parseDigits(raw(digits)) };
  if (type === "hotp") return { type: "hotp", ...shared, counter: parseCounter(raw(counter)) } satisfies Hotp;
  return { type: "totp", ...shared, period: parsePeriod(raw(period)) } satisfies Totp;
}

function raw(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  // For a list or an object, String() would call methods that the file may have overridden.
  const written = typeof value === "object" ? "(not a value)" : String(value).trim();
  return written === "" || written === "null" || written === "undefined" ? undefined : written;
}

function text(value: unknown): string {
  return typeof value === "string" ? cleanText(value) : "";
}
