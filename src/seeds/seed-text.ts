/** The text that every store has per seed: one otpauth URI with all parameters, ASCII only. */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { type Enrollment, sameCodes } from "../otp/enrollment.ts";
import { formatOtpauthUri, OtpauthUriError, parseOtpauthUri } from "../otp/otpauth-uri.ts";

/** Throws unless the text reads back as the same account, so that nothing unusable is stored. */
export function textOf(id: string, enrollment: Enrollment): string {
  const text = formatOtpauthUri(enrollment);
  if (!isSame(enrollmentOf(text, `the seed of account "${id}"`), enrollment)) {
    throw new UserError(
      `the seed of account "${id}" can't be written as a URI without loss`,
      ExitCode.failed,
      ["nothing was stored"],
    );
  }
  return text;
}

/** Throws UserError (exit 1) that names `source` and says why it can't be read. Never quotes the text. */
export function enrollmentOf(text: string, source: string): Enrollment {
  try {
    return parseOtpauthUri(text);
  } catch (error) {
    if (!(error instanceof OtpauthUriError)) throw error;
    throw new UserError(`${source} is damaged: ${error.message}`, ExitCode.failed, DAMAGED_HINTS);
  }
}

export const DAMAGED_HINTS = ["other accounts are not affected", "restore this one from a backup"];

export function isSame(a: Enrollment, b: Enrollment): boolean {
  return sameCodes(a, b) && a.issuer === b.issuer && a.label === b.label;
}

export function takenError(id: string): UserError {
  return new UserError(`account "${id}" already has another seed, which was kept`, ExitCode.failed);
}

export function notReadBackError(id: string): UserError {
  return new UserError(`the seed of account "${id}" did not read back as it was written`, ExitCode.failed, [
    "nothing was stored; check the disk or the keyring",
  ]);
}

/** Ids become file names and keyring names. */
export function checkId(id: string): void {
  if (!/^[a-z0-9]+$/.test(id))
    throw new UserError(`"${printable(id)}" is not an account id`, ExitCode.failed);
}
