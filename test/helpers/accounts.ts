/** The set of accounts behind the tests. All seeds are made up here. */
import { formatBase32, parseBase32 } from "../../src/otp/base32.ts";
import { type Enrollment, STEAM } from "../../src/otp/enrollment.ts";
import type { Secret } from "../../src/otp/secret.ts";

export const key = (base32: string): Secret => parseBase32(base32);

export function base32Of(enrollment: Enrollment): string {
  return formatBase32(enrollment.secret);
}

/** RFC 6238's own seed, so that the codes are those of its appendix B, cut to six digits. */
export const github: Enrollment = {
  issuer: "GitHub",
  label: "octocat",
  otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  secret: key("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};

export const aws: Enrollment = {
  issuer: "Amazon Web Services",
  label: "root-account-mfa-device@123456789012",
  otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  secret: key("TWINSEEDEXAMPLE2TWINSEEDEXAMPLE3TWINSEEDEXAMPLE4TWINSEEDEXAMPLE5"),
};

export const bank: Enrollment = {
  issuer: "Bücher & Söhne",
  label: "zoë@example.org",
  otp: { type: "totp", algorithm: "SHA512", digits: 8, period: 60 },
  secret: key("KRUGKIDROVUWG2ZAMJZG653OEBTG66BANJ2W24DTEBXXMZLSEB2GQZJANRQXU6JAMRXWO"),
};

export const counting: Enrollment = {
  issuer: "Token Ltd",
  label: "42",
  otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 0 },
  secret: key("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};

export const steam: Enrollment = {
  issuer: "Steam",
  label: "gordon",
  otp: STEAM,
  secret: key("STEAMKEYSTEAMKEY"),
};

/** No issuer, a colon in the label, ten digits, an odd period: every edge case at once. */
export const odd: Enrollment = {
  issuer: "",
  label: "a:b/../c?d#e&f%20+ü🙂",
  otp: { type: "totp", algorithm: "SHA256", digits: 10, period: 7 },
  secret: key("MFRGGZDFMZTWQ2LK"),
};

export const everyAccount: readonly Enrollment[] = [github, aws, bank, counting, steam, odd];
