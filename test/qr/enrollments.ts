import fc from "fast-check";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { cleanText, DEFAULTS, type Enrollment, type OtpParameters, STEAM } from "../../src/otp/enrollment.ts";
import { Secret } from "../../src/otp/secret.ts";
import { anyCharacter } from "../helpers/arbitraries.ts";

const text = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 24 }),
    fc.string({ unit: anyCharacter, maxLength: 24 }),
    fc.constantFrom(
      "a:b",
      ":",
      "%3A",
      "+",
      "a+b c",
      "&amp;",
      "#?&=/",
      "null",
      "Bücher",
      "日本語",
      "👩🏽‍💻",
      "a\tb\nc",
    ),
    fc.string({ minLength: 100, maxLength: 300 }),
  )
  .map(cleanText);
const algorithm = fc.constantFrom("SHA1", "SHA256", "SHA512");
const digits = fc.integer({ min: OTP_LIMITS.digits.least, max: OTP_LIMITS.digits.most });
const usual = fc.constant({
  type: "totp",
  algorithm: "SHA1",
  digits: DEFAULTS.digits,
  period: DEFAULTS.period,
});
const period = fc.integer({ min: OTP_LIMITS.period.least, max: OTP_LIMITS.period.most });
const totp = fc.record({ type: fc.constant("totp"), algorithm, digits, period });
const hotp = fc.record({ type: fc.constant("hotp"), algorithm, digits, counter: fc.maxSafeNat() });

/** Every type, hash, number of digits and period; keys of 1 to 64 bytes; labels that nobody should use. */
export const enrollments: fc.Arbitrary<Enrollment> = fc.record({
  issuer: text,
  label: text,
  otp: fc.oneof(usual, totp, hotp, fc.constant(STEAM)) as fc.Arbitrary<OtpParameters>,
  secret: fc.uint8Array({ minLength: 2, maxLength: 64 }).map((bytes) => Secret.of(bytes)),
});

/** To compare with toEqual: Secret keeps its bytes to itself. */
export function plain({ secret, ...rest }: Enrollment) {
  return { ...rest, seed: Buffer.from(secret.reveal()).toString("hex") };
}
