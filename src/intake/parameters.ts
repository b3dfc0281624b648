/** Options that say how codes are made. They override what the source says; the key's length says nothing about it. */
import { usageError } from "../base/errors.ts";
import { DEFAULTS, type Enrollment, type OtpParameters, STEAM } from "../otp/enrollment.ts";
import {
  OtpauthUriError,
  parseAlgorithm,
  parseCounter,
  parseDigits,
  parsePeriod,
} from "../otp/otpauth-uri.ts";

export interface ParameterOptions {
  type?: string;
  algorithm?: string;
  digits?: string;
  period?: string;
  counter?: string;
}

export function withParameters(enrollment: Enrollment, options: ParameterOptions): Enrollment {
  try {
    return { ...enrollment, otp: parameters(enrollment.otp, options) };
  } catch (error) {
    if (error instanceof OtpauthUriError) throw usageError(error.message);
    throw error;
  }
}

function parameters(otp: OtpParameters, options: ParameterOptions): OtpParameters {
  const type = (options.type ?? otp.type).toLowerCase();
  const { algorithm, digits, period, counter } = options;
  if (type === "steam") {
    if ([algorithm, digits, period, counter].some((option) => option !== undefined)) {
      throw usageError("Steam codes have no algorithm, digits, period or counter to choose");
    }
    return STEAM;
  }
  const base = otp.type === "steam" ? DEFAULTS : otp;
  const shared = {
    algorithm: algorithm === undefined ? base.algorithm : parseAlgorithm(algorithm),
    digits: digits === undefined ? base.digits : parseDigits(digits),
  };
  if (type === "totp") {
    if (counter !== undefined) throw usageError("--counter requires --type hotp");
    const given = otp.type === "totp" ? otp.period : DEFAULTS.period;
    return { type, ...shared, period: period === undefined ? given : parsePeriod(period) };
  }
  if (type === "hotp") {
    if (period !== undefined) throw usageError("--period requires --type totp");
    const given = otp.type === "hotp" ? otp.counter : DEFAULTS.counter;
    return { type, ...shared, counter: counter === undefined ? given : parseCounter(counter) };
  }
  throw usageError("--type takes totp, hotp or steam");
}
