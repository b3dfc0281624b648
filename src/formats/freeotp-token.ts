/** A token as all of FreeOTP's and FreeOTP+'s files describe it. */
import type { JsonObject } from "../base/untrusted-json.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import type { Secret } from "../otp/secret.ts";
import { cleanNames, EntryFault, otpTypeOf, parametersOf, secretOfBytes, whoOf } from "./entries.ts";

/** `secret` where it stands elsewhere, `algorithm` and `label` where the token itself does not say. */
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
  // FreeOTP+ shows Steam's letters for this issuer.
  const isSteam = type === "totp" && names.issuer === "Steam" && (digits === undefined || digits === 5);
  return {
    ...names,
    otp: isSteam ? STEAM : parametersOf({ type, algorithm, digits, period, counter }),
    secret: rest.secret ?? secretOfBytes(bytesOfSigned(token.secret)),
  };
}

/**
 * Bytes as Java writes them into JSON: a list of numbers from -128 to 127. undefined for anything but a list of bytes; 128 to
 * 255 pass as well.
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

/** What the user made of it, else what is shown, else what the URI's parameter said. */
function issuerOf({ issuerAlt, issuerExt, issuerInt }: JsonObject): unknown {
  return issuerAlt || issuerExt || issuerInt;
}

function labelOf({ labelAlt, label }: JsonObject): unknown {
  return labelAlt || label;
}
