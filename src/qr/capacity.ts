/** The capacity of a QR code at version 40, in bytes, by error correction level (ISO/IEC 18004, table 7). */
import { ExitCode, UserError } from "../base/errors.ts";

export const CAPACITY = { L: 2953, M: 2331 } as const;

/** Texts must already be percent-encoded: jsqr and some phones drop or garble other bytes. */
export function hasRoom(text: string): boolean {
  if (/[^\x20-\x7e]/.test(text)) throw new Error("a text for a QR code must be printable ASCII");
  return text.length <= CAPACITY.L;
}

/** Throws UserError if no QR code is large enough. */
export function requireRoom(text: string): void {
  if (!hasRoom(text))
    throw new UserError(
      `too long for a QR code: ${text.length} characters, at most ${CAPACITY.L}`,
      ExitCode.failed,
      ["print it as text with: twinseed uri"],
    );
}

/**
 * Whether a code with this many modules per side is of version 23. jsqr, and the web apps that use it, look for one of that
 * version's alignment patterns at 74 instead of 78 (ISO/IEC 18004, table E.1) and never find it. With another error correction
 * level, the code gets another version.
 */
export function isMisread(side: number): boolean {
  return side === 17 + 4 * 23;
}
