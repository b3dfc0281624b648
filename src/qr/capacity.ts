/** What a QR code has room for: at version 40, in bytes, by error correction level (ISO/IEC 18004, table 7). */
import { ExitCode, UserError } from "../base/errors.ts";

export const CAPACITY = { L: 2953, M: 2331 } as const;

/** Texts are percent-encoded before they come here: jsqr, and some phones, drop or garble other bytes. */
export function hasRoom(text: string): boolean {
  if (/[^\x20-\x7e]/.test(text)) throw new Error("a text for a QR code must be printable ASCII");
  return text.length <= CAPACITY.L;
}

/** Throws UserError where no QR code is large enough. */
export function requireRoom(text: string): void {
  if (!hasRoom(text))
    throw new UserError(
      `too long for a QR code: ${text.length} characters, at most ${CAPACITY.L}`,
      ExitCode.failed,
      ["print it as text with: twinseed uri"],
    );
}

/**
 * Whether a code of so many modules is one of version 23. jsqr, and the web apps that use it, look for one of its alignment
 * patterns at 74 instead of 78 (ISO/IEC 18004, table E.1) and never find it: another error correction level makes
 * another version of it.
 */
export function isMisread(side: number): boolean {
  return side === 17 + 4 * 23;
}
