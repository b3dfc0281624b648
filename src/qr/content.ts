/** What a QR code is to say, and how to tell that a picture says it. */

import type { Pixels } from "../images/pixels.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { hasRoom, requireRoom } from "./capacity.ts";
import { readBack, readBackText } from "./read-back.ts";

export interface QrContent {
  /** Texts that say the same, the preferred first, the shortest last. Each has room in a QR code. */
  readonly forms: readonly [string, ...string[]];
  /** Throws a plain Error where the picture says anything else. */
  check(shown: Pixels): Promise<void>;
}

/**
 * The URI as AWS writes it, then the one without `issuer=`, where the label's prefix says the same.
 * Throws UserError where not even this one has room in a QR code.
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

/** For paper, which outlives what readers assume: every parameter. undefined where no QR code has room for the account. */
export function fullContentOf(enrollment: Enrollment): QrContent | undefined {
  const forms = (["explicit", "short", "compact"] as const).map((style) =>
    formatOtpauthUri(enrollment, style),
  );
  const text = forms.find(hasRoom);
  if (text === undefined) return undefined;
  return { forms: [text], check: (shown) => readBack(shown, enrollment) };
}

/** A text of one form only, such as an export to Google Authenticator. Throws UserError where it has no room. */
export function contentOfText(text: string): QrContent {
  requireRoom(text);
  return { forms: [text], check: (shown) => readBackText(shown, text) };
}
