import type { Enrollment } from "../../src/otp/enrollment.ts";
import { parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";

/** The longest that AWS hands out: a root user, with a key of 64 characters (made for these tests). */
export const awsRoot: Enrollment = parseOtpauthUri(
  "otpauth://totp/Amazon%20Web%20Services:root-account-mfa-device@123456789012" +
    "?secret=IU4ORLKZKQEJ65MA2JMDFRSX4OV6NUZLWFMHCUBHKYMZ5UDV3IIOAWZ2SX5VAIRX&issuer=Amazon%20Web%20Services",
);
