/** Tells enrollments apart by the codes that they make, without comparing each with each. Pure. */
import { createHash } from "node:crypto";
import type { Enrollment } from "./enrollment.ts";

/** Equal for enrollments that make the same codes (see sameCodes). Reveals nothing about the seed, and is never stored. */
export function codesKey({ secret, otp }: Enrollment): string {
  const period = otp.type === "hotp" ? "" : otp.period;
  const hash = createHash("sha256").update(secret.reveal()).digest("base64");
  return [otp.type, otp.algorithm, otp.digits, period, hash].join(" ");
}
