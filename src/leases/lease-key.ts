/**
 * The name of a seed's records, which is the same for everyone who has the seed. It is a one-way derivation: it reveals
 * nothing about the seed, and without the seed it can't be linked to an account. Pure.
 */
import { createHmac } from "node:crypto";
import type { Enrollment } from "../otp/enrollment.ts";

const HEX_DIGITS = 32;

/** Different parameters make different codes, so they yield a different key. */
export function leaseKeyOf({ secret, otp }: Pick<Enrollment, "secret" | "otp">): string {
  const period = otp.type === "hotp" ? "-" : otp.period;
  const text = `twinseed lease 1 ${otp.type} ${otp.algorithm} ${otp.digits} ${period}`;
  return createHmac("sha256", secret.reveal()).update(text).digest("hex").slice(0, HEX_DIGITS);
}
