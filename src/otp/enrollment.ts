/** An enrollment is the content of one otpauth URI: the issuer and label, the type and parameters, and the seed. */

import { isPlain } from "../base/printable.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Secret } from "./secret.ts";

export type Algorithm = "SHA1" | "SHA256" | "SHA512";

/** Time-based codes, RFC 6238. `period` in seconds. */
export interface Totp {
  readonly type: "totp";
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly period: number;
}

/** Counter-based codes, RFC 4226. `counter` is the next one to use. */
export interface Hotp {
  readonly type: "hotp";
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly counter: number;
}

/** Steam Guard: RFC 6238 with its own alphabet; everything else about it is fixed. */
export interface Steam {
  readonly type: "steam";
  readonly algorithm: "SHA1";
  readonly digits: 5;
  readonly period: 30;
}

export type OtpParameters = Totp | Hotp | Steam;

export interface Enrollment extends Described {
  readonly secret: Secret;
}

/** All of an enrollment but the seed. */
export interface Described {
  /** The service, "" if the URI names none. */
  readonly issuer: string;
  /** The login there, without the issuer prefix. */
  readonly label: string;
  readonly otp: OtpParameters;
}

export const STEAM: Steam = { type: "steam", algorithm: "SHA1", digits: 5, period: 30 };

/** What every authenticator assumes for parameters that a URI omits (Key Uri Format; RFC 4226, RFC 6238). */
export const DEFAULTS = { algorithm: "SHA1", digits: 6, period: 30, counter: 0 } as const;

/** Same seed and same parameters: the same codes. HOTP counters change, so they are not compared. */
export function sameCodes(a: Enrollment, b: Enrollment): boolean {
  return sameParameters(a.otp, b.otp) && a.secret.equals(b.secret);
}

export function sameParameters(a: OtpParameters, b: OtpParameters): boolean {
  if (a.type !== b.type || a.algorithm !== b.algorithm || a.digits !== b.digits) return false;
  return a.type === "hotp" || b.type === "hotp" || a.period === b.period;
}

/** Text as it is stored: trimmed, and without characters that UTF-8 or a C string can't hold. */
export function cleanText(text: string): string {
  const kept = isPlain(text) ? text : text.replace(/[\0\u{d800}-\u{dfff}]/gu, "");
  return kept.trim();
}

/** `issuer:label`, or just one of them if the other is empty. "" if no character of it is visible. */
export function defaultName(enrollment: Pick<Enrollment, "issuer" | "label">): string {
  const { issuer, label } = enrollment;
  const name = issuer && label ? `${issuer}:${label}` : issuer || label;
  return visibleText(name) === "" ? "" : name;
}

/** Whether the service is AWS, which requires two consecutive codes at enrollment. */
export function isAws(issuer: string): boolean {
  return /^(amazon web services|aws)\b/i.test(issuer);
}
