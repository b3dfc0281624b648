/**
 * twinseed as a library: the codes of an otpauth URI or key, for test suites that have to log in.
 *
 *     import { totp } from "twinseed";
 *     await page.getByLabel("Code").fill(totp(process.env.LOGIN_OTPAUTH_URI));
 *
 * It only computes: no disk, no network, no keyring, and it keeps nothing. Times are milliseconds since 1970, as
 * `Date.now()` returns them (not seconds), or a Date. No error quotes a seed, and a parsed seed prints as "[secret]".
 * A service accepts each code only once: two logins of one account need codes of two steps.
 */
import { attempt, UserError } from "./base/errors.ts";
import { OTP_LIMITS } from "./base/limits.ts";
import { parseBase32 } from "./otp/base32.ts";
import { DEFAULTS } from "./otp/enrollment.ts";
import { codeOf, remainingSeconds as remainingOf, stepAt, windowOf } from "./otp/one-time-code.ts";
import { parseOtpauthUri as parse } from "./otp/otpauth-uri.ts";
import { areSame, Secret } from "./otp/secret.ts";

/** The hash that the code is made with. Services that do not name one mean SHA1 (RFC 6238 section 1.2). */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

/** A seed that does not print itself: JSON, template strings and console.log show "[secret]". */
export interface Seed {
  /** The bytes of the shared key. */
  reveal(): Uint8Array;
  toString(): string;
}

/** Time-based codes, RFC 6238. `period` in seconds. */
export interface Totp {
  readonly type: "totp";
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly period: number;
}

/** Counter-based codes, RFC 4226: parsed, but no codes are made, as that would need a stored counter. */
export interface Hotp {
  readonly type: "hotp";
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly counter: number;
}

/** Steam Guard: RFC 6238 with five letters and digits in place of decimal digits. */
export interface Steam {
  readonly type: "steam";
  readonly algorithm: "SHA1";
  readonly digits: 5;
  readonly period: 30;
}

/** What an otpauth URI says. */
export interface Enrollment {
  /** The service, or "" if the URI names none. */
  readonly issuer: string;
  /** The login there, without the issuer in front. */
  readonly label: string;
  readonly otp: Totp | Hotp | Steam;
  readonly secret: Seed;
}

/** An otpauth URI, what `parseOtpauthUri` made of one, or a key in base32 (case, spaces, dashes and padding do not matter). */
export type SeedOrUri = string | Enrollment;

export interface TotpOptions {
  /** Milliseconds since 1970, or a Date. Default: now. */
  readonly at?: number | Date;
  /** Only for a bare key in base32 (default SHA1); an otpauth URI has its own. */
  readonly algorithm?: Algorithm;
  /** Only for a bare key in base32: 5 to 10, default 6. */
  readonly digits?: number;
  /** Only for a bare key in base32: seconds, default 30. */
  readonly period?: number;
}

export interface FreshTotpOptions extends Omit<TotpOptions, "at"> {
  /** Seconds that the code must have left: 0 to its period, default 5. */
  readonly minRemaining?: number;
}

export interface VerifyOptions extends TotpOptions {
  /** How many steps before and after `at` are also checked: 0 to 100, default 1 (RFC 6238 section 5.2). */
  readonly window?: number;
}

/**
 * Reads an otpauth URI as authenticator apps do (Google's Key Uri Format, and what services make of it).
 * Throws an Error named "OtpauthUriError" that says where and why, but never quotes the URI.
 */
export function parseOtpauthUri(uri: string): Enrollment {
  return parse(uri);
}

/**
 * The code at a time (RFC 6238 section 4). It is the same within a step, 30 seconds by default.
 * Throws OtpauthUriError: not a usable URI. TypeError: not base32, an HOTP URI, or parameters with a URI, which has its own.
 * RangeError: digits or period out of range, or a time before 1970.
 */
export function totp(seedOrUri: SeedOrUri, options: TotpOptions = {}): string {
  const { secret, otp } = opened(seedOrUri, options);
  return codeOf(secret, otp, stepAt(otp, timeOf(options)));
}

/**
 * Checks a code. Returns how far its clock is off, as the drift in steps (0: on time, -1: one step behind, 1: one ahead;
 * RFC 6238 section 6), or false if the code is wrong. 0 counts as false in a condition: compare with `!== false`.
 * Takes the same time for each wrong code of the right length. Keeps no record: accepting each code only once (RFC 6238
 * section 5.2) is up to the caller. Throws as `totp` does, and RangeError for the window.
 */
export function verify(seedOrUri: SeedOrUri, code: string, options: VerifyOptions = {}): number | false {
  const { window = 1 } = options;
  if (!(Number.isInteger(window) && window >= 0 && window <= 100))
    throw new RangeError("window takes a whole number of steps from 0 to 100");
  const { secret, otp } = opened(seedOrUri, options);
  const now = stepAt(otp, timeOf(options));
  const given = bytesOf(code.replace(/\s/g, "").toUpperCase());
  let drift: number | false = false;
  for (let step = Math.max(0, now - window); step <= now + window; step++) {
    const right = bytesOf(codeOf(secret, otp, step));
    const isRight = areSame(right, given);
    if (isRight && (drift === false || Math.abs(step - now) < Math.abs(drift))) drift = step - now;
  }
  return drift;
}

/**
 * Whole seconds until the code is replaced, rounded up: 30 at a step's first instant, 1 at its last. A test that needs
 * some time to type should wait for the next code if few are left. Throws as `totp` does.
 */
export function remainingSeconds(seedOrUri: SeedOrUri, options: TotpOptions = {}): number {
  return remainingOf(opened(seedOrUri, options).otp, timeOf(options));
}

/**
 * A code that has at least `minRemaining` seconds left (default 5): waits for the next one where the current one has less.
 * Throws as `totp` does, and RangeError for a `minRemaining` that is longer than a code lives, or no number.
 */
export async function freshTotp(seedOrUri: SeedOrUri, options: FreshTotpOptions = {}): Promise<string> {
  const { minRemaining = 5, ...parameters } = options;
  const { secret, otp } = opened(seedOrUri, parameters);
  if (!(minRemaining >= 0 && minRemaining <= otp.period))
    throw new RangeError(`minRemaining takes 0 to ${otp.period} seconds: the codes live no longer`);
  for (;;) {
    const now = timeOf({});
    const left = (windowOf(otp, stepAt(otp, now)).until - now) / 1000;
    if (left >= minRemaining) return codeOf(secret, otp, stepAt(otp, now));
    // A timer may wake up early: then we look again.
    await new Promise((resolve) => setTimeout(resolve, left * 1000));
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function opened(seedOrUri: SeedOrUri, options: TotpOptions): { secret: Secret; otp: Totp | Steam } {
  if (typeof seedOrUri === "string" && !/^\s*[a-z-]+:/i.test(seedOrUri))
    return { secret: keyOf(seedOrUri), otp: parametersOf(options) };
  const { algorithm, digits, period } = options;
  if (algorithm !== undefined || digits !== undefined || period !== undefined)
    throw new TypeError("algorithm, digits and period are for a bare key; an otpauth URI has its own");
  const { otp, secret } = typeof seedOrUri === "string" ? parse(seedOrUri) : seedOrUri;
  if (otp.type === "hotp")
    throw new TypeError("this is an HOTP URI: its codes depend on a counter, not on the time");
  return { secret: Secret.of(secret.reveal()), otp };
}

function keyOf(text: string): Secret {
  const key = attempt(() => parseBase32(text));
  if (key instanceof UserError) throw new TypeError(key.message);
  return key;
}

function parametersOf(options: TotpOptions): Totp {
  const { algorithm = DEFAULTS.algorithm, digits = DEFAULTS.digits, period = DEFAULTS.period } = options;
  if (!["SHA1", "SHA256", "SHA512"].includes(algorithm))
    throw new TypeError("algorithm takes SHA1, SHA256 or SHA512");
  requireWithin("digits", digits, OTP_LIMITS.digits);
  requireWithin("period", period, OTP_LIMITS.period);
  return { type: "totp", algorithm, digits, period };
}

function requireWithin(name: string, value: number, { least, most }: { least: number; most: number }): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw new RangeError(`${name} takes a whole number from ${least} to ${most}`);
}

/** The one place where the library reads a clock: it runs in the caller's process, and the caller may pass another time. */
function timeOf({ at = Date.now() }: TotpOptions): number {
  const time = Number(at);
  if (time >= 0) return time;
  throw new RangeError("no time step before 1970");
}
