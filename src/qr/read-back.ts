/**
 * The final check of a QR code before the user gets it. jsqr, which shares no code with the writers, reads it, and the result is
 * compared with what the code should contain. A code that fails here is a bug of ours, so these are plain Errors. They never
 * contain any of what was read.
 */

import type { Pixels } from "../images/pixels.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { parseOtpauthUri } from "../otp/otpauth-uri.ts";

/** Throws unless the picture contains an enrollment equal to this one, field by field. */
export async function readBack(shown: Pixels, enrollment: Enrollment): Promise<void> {
  const different = differences(parse(await read(shown)), enrollment);
  if (different.length > 0)
    throw new Error(`the QR code differs from the account in: ${different.join(", ")}`);
}

/** Throws unless the picture contains exactly this text. */
export async function readBackText(shown: Pixels, text: string): Promise<void> {
  if ((await read(shown)) !== text) throw new Error("the QR code does not contain the expected text");
}

/** Does not try the inverse: many phones can't read inverted codes either. */
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
    throw new Error("the QR code can be read back, but does not contain a valid otpauth URI");
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
