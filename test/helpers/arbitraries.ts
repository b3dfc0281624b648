/** Generated accounts for property tests. */
import fc from "fast-check";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { cleanText, type Enrollment, STEAM } from "../../src/otp/enrollment.ts";
import { Secret } from "../../src/otp/secret.ts";

const LAST_SURROGATE = 0xdfff;
const SURROGATES = 0x800;

/** Any character. fast-check's own "binary" first builds a table of all of them, which takes a second and 140 MB. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES })
  .map((n) => String.fromCodePoint(n > LAST_SURROGATE - SURROGATES ? n + SURROGATES : n));

const texts = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.string({ unit: anyCharacter, maxLength: 12 }),
    fc.constantFrom("a:b", ":", "%3A", "x:%3a", "+", "#", "null", "&amp;"),
  )
  .map(cleanText);

const shared = {
  algorithm: fc.constantFrom("SHA1" as const, "SHA256" as const, "SHA512" as const),
  digits: fc.integer({ min: OTP_LIMITS.digits.least, max: OTP_LIMITS.digits.most }),
};

/** Enrollments as the parser produces them: clean texts, keys of 1 to 130 bytes. */
export function enrollments(): fc.Arbitrary<Enrollment> {
  return fc
    .record({
      issuer: texts,
      label: texts,
      otp: fc.oneof(
        fc.record({
          type: fc.constant("totp" as const),
          ...shared,
          period: fc.integer({ min: 1, max: OTP_LIMITS.period.most }),
        }),
        fc.record({ type: fc.constant("hotp" as const), ...shared, counter: fc.maxSafeNat() }),
        fc.constant(STEAM),
      ),
      secret: fc.uint8Array({ minLength: 1, maxLength: 130 }).map((bytes) => Secret.of(bytes)),
    })
    .filter(({ issuer, otp }) => !(issuer === "Steam" && otp.type === "totp" && otp.digits === 5));
}
