/**
 * The name under which everybody who has the seed finds the same records, derived one way: it says nothing of the seed,
 * and who has no seed can't tell whose it is. Pure.
 */
import { createHmac } from "node:crypto";
import type { Enrollment } from "../otp/enrollment.ts";

const HEX_DIGITS = 32;

/** Other parameters make other codes, so they are another key. */
export function leaseKeyOf({ secret, otp }: Pick<Enrollment, "secret" | "otp">): string {
  const period = otp.type === "hotp" ? "-" : otp.period;
  const text = `twinseed lease 1 ${otp.type} ${otp.algorithm} ${otp.digits} ${period}`;
  return createHmac("sha256", secret.reveal()).update(text).digest("hex").slice(0, HEX_DIGITS);
}
