/**
 * The last look at a QR code before a person gets it: read by jsqr, which shares nothing with the writers, and
 * compared with what it should say. A code that fails here is a bug of ours: these are plain Errors, and never hold
 * anything of what was read.
 */

import type { Pixels } from "../images/pixels.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { parseOtpauthUri } from "../otp/otpauth-uri.ts";

/** Throws where the picture is not an enrollment equal to this one, field by field. */
export async function readBack(shown: Pixels, enrollment: Enrollment): Promise<void> {
  const unlike = differences(parse(await read(shown)), enrollment);
  if (unlike.length > 0) throw new Error(`the QR code says another ${unlike.join(", ")} than the account`);
}

/** Throws where the picture does not say this very text. */
export async function readBackText(shown: Pixels, text: string): Promise<void> {
  if ((await read(shown)) !== text) throw new Error("the QR code says another text than it should");
}

/** Without a look at the inverse: many phones do not take inverted codes either. */
async function read({ data, width, height }: Pixels): Promise<string> {
  const { default: jsqr } = await import("jsqr");
  const code = jsqr.default(data, width, height, { inversionAttempts: "dontInvert" });
  if (!code) throw new Error("the QR code can't be read back");
  return code.data;
}

function parse(text: string): Enrollment {
  try {
    return parseOtpauthUri(text);
  } catch {
    throw new Error("the QR code can be read back, but is not a URI of ours");
  }
}

/** The names of the fields that differ. */
function differences(read: Enrollment, meant: Enrollment): string[] {
  const counters = { read: movingPart(read), meant: movingPart(meant) };
  return [
    ...(read.issuer === meant.issuer ? [] : ["issuer"]),
    ...(read.label === meant.label ? [] : ["label"]),
    ...(read.otp.type === meant.otp.type ? [] : ["type"]),
    ...(read.otp.algorithm === meant.otp.algorithm ? [] : ["algorithm"]),
    ...(read.otp.digits === meant.otp.digits ? [] : ["number of digits"]),
    ...(counters.read === counters.meant ? [] : ["period or counter"]),
    ...(read.secret.equals(meant.secret) ? [] : ["seed"]),
  ];
}

function movingPart({ otp }: Enrollment): number {
  return otp.type === "hotp" ? otp.counter : otp.period;
}
