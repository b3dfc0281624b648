/** Codes: RFC 4226 (HOTP), RFC 6238 (TOTP) and Steam Guard. Steps are whole numbers, times are milliseconds since 1970. */
import { HOTP, Secret as OtpauthSecret } from "otpauth/bare";
import { ExitCode, UserError } from "../base/errors.ts";
import { bufferOf } from "./base32.ts";
import type { Algorithm, OtpParameters, Steam, Totp } from "./enrollment.ts";
import { hmac } from "./hmac.ts";
import type { Secret } from "./secret.ts";

const STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY";

/** RFC 6238 section 4.2 with T0 = 0. Times before 1970 have no step: UserError (exit 1). */
export function stepAt(otp: Totp | Steam, time: number): number {
  if (!(time >= 0)) throw beforeFirstStep();
  return Math.floor(time / 1000 / otp.period);
}

function beforeFirstStep(): UserError {
  return new UserError("there are no codes for times before 1970", ExitCode.failed, [
    "set this computer's clock right, and run this again",
  ]);
}

/** The code of one step (RFC 6238) or one counter value (RFC 4226 section 5.3). */
export function codeOf(secret: Secret, otp: OtpParameters, step: number): string {
  if (otp.type !== "steam") return decimal(secret, otp.algorithm, otp.digits, step);
  // Ten digits hold all 31 bits of RFC 4226's dynamic truncation; Steam writes that number in its own alphabet.
  let rest = Number(decimal(secret, otp.algorithm, 10, step));
  let code = "";
  for (let i = 0; i < otp.digits; i++) {
    code += STEAM_ALPHABET.charAt(rest % STEAM_ALPHABET.length);
    rest = Math.floor(rest / STEAM_ALPHABET.length);
  }
  return code;
}

function decimal(secret: Secret, algorithm: Algorithm, digits: number, counter: number): string {
  const key = new OtpauthSecret({ buffer: bufferOf(secret.reveal()) });
  // With an HMAC of ours otpauth brings and looks for none, which would cost start-up time.
  const ours = (_: string, bytes: Uint8Array, message: Uint8Array) => hmac(algorithm, bytes, message);
  return HOTP.generate({ secret: key, algorithm, digits, counter, hmac: ours });
}

/** When a step begins and ends (exclusive). */
export function windowOf(otp: Totp | Steam, step: number): { from: number; until: number } {
  return { from: step * otp.period * 1000, until: (step + 1) * otp.period * 1000 };
}

/** Seconds until the next step begins, rounded up: 30 at the first instant of this step, 1 at the last. */
export function remainingSeconds(otp: Totp | Steam, time: number): number {
  return Math.ceil((windowOf(otp, stepAt(otp, time)).until - time) / 1000);
}
