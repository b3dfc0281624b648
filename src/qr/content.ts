/** What a QR code should contain, and how to check that a picture contains it. */

import type { Pixels } from "../images/pixels.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { hasRoom, requireRoom } from "./capacity.ts";
import { readBack, readBackText } from "./read-back.ts";

export interface QrContent {
  /** Equivalent texts, the preferred first, the shortest last. Each fits in a QR code. */
  readonly forms: readonly [string, ...string[]];
  /** Throws a plain Error if the picture contains anything else. */
  check(shown: Pixels): Promise<void>;
}

/**
 * The URI as AWS writes it, then the one without `issuer=` if the label's prefix already has the issuer.
 * Throws UserError if not even the shorter one fits in a QR code.
 */
export function contentOf(enrollment: Enrollment): QrContent {
  const short = formatOtpauthUri(enrollment, "short");
  const compact = formatOtpauthUri(enrollment, "compact");
  requireRoom(compact);
  return {
    forms: short === compact || !hasRoom(short) ? [compact] : [short, compact],
    check: (shown) => readBack(shown, enrollment),
  };
}

/**
 * With every parameter spelled out, for paper, which outlives the defaults of today's apps. Returns undefined if it fits in no QR
 * code.
 */
export function fullContentOf(enrollment: Enrollment): QrContent | undefined {
  const forms = (["explicit", "short", "compact"] as const).map((style) =>
    formatOtpauthUri(enrollment, style),
  );
  const text = forms.find(hasRoom);
  if (text === undefined) return undefined;
  return { forms: [text], check: (shown) => readBack(shown, enrollment) };
}

/** For a text with only one form, such as an export to Google Authenticator. Throws UserError if it does not fit. */
export function contentOfText(text: string): QrContent {
  requireRoom(text);
  return { forms: [text], check: (shown) => readBackText(shown, text) };
}
