/** What a QR code has room for: at version 40, in bytes, by error correction level (ISO/IEC 18004, table 7). */
import { ExitCode, UserError } from "../errors.ts";

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
