/** A token in the form shared by all of FreeOTP's and FreeOTP+'s files. */
import type { JsonObject } from "../base/untrusted-json.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import type { Secret } from "../otp/secret.ts";
import { cleanNames, EntryFault, otpTypeOf, parametersOf, secretOfBytes, whoOf } from "./entries.ts";

/** `secret` if it is stored outside the token; `algorithm` and `label` for a token without them. */
export interface TokenRest {
  readonly secret?: Secret | undefined;
  readonly algorithm?: unknown;
  readonly label?: unknown;
}

/** Throws EntryFault, OtpauthUriError. */
export function readFreeOtpToken(token: JsonObject | undefined, rest: TokenRest = {}): Enrollment {
  if (token === undefined) throw new EntryFault("it is damaged");
  const { digits, period, counter } = token;
  const names = cleanNames(issuerOf(token), rest.label ?? labelOf(token));
  const type = otpTypeOf(token.type, "totp");
  const algorithm = token.algo ?? rest.algorithm;
  // FreeOTP+ shows Steam codes for this issuer.
  const isSteam = type === "totp" && names.issuer === "Steam" && (digits === undefined || digits === 5);
  return {
    ...names,
    otp: isSteam ? STEAM : parametersOf({ type, algorithm, digits, period, counter }),
    secret: rest.secret ?? secretOfBytes(bytesOfSigned(token.secret)),
  };
}

/**
 * Bytes as Java writes them into JSON: a list of numbers from -128 to 127. Values from 128 to 255 are accepted too. Returns
 * undefined for anything else.
 */
export function bytesOfSigned(value: unknown): Buffer | undefined {
  if (!Array.isArray(value)) return undefined;
  const isByte = (one: unknown) => Number.isInteger(one) && Number(one) >= -128 && Number(one) <= 255;
  return value.every(isByte) ? Buffer.from(value) : undefined;
}

/** For messages. */
export function whoOfToken(token: JsonObject | undefined): string {
  return whoOf(issuerOf(token ?? {}), labelOf(token ?? {}));
}

/** The user's edited issuer, otherwise the one that is shown, otherwise the URI's parameter. */
function issuerOf({ issuerAlt, issuerExt, issuerInt }: JsonObject): unknown {
  return issuerAlt || issuerExt || issuerInt;
}

function labelOf({ labelAlt, label }: JsonObject): unknown {
  return labelAlt || label;
}
