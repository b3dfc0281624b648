/** What to do next if an argument of `add` is no picture: people type a name, or a file of another kind. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";
import { shellWord } from "../base/shell-words.ts";
import { looksLikeImage } from "../images/image-header.ts";

const AGE = /^(?:age-encryption\.org\/|-----BEGIN AGE )/;

/**
 * For an error about a file that could not be read: `ykman` and others take a name in its place. The hint does not repeat it, as it
 * may be part of a key.
 */
export function withNameAdvice(error: unknown, path: string): unknown {
  const isName = /^[^./\\]+$/.test(path);
  if (!(error instanceof UserError) || error.exitCode !== ExitCode.unreadable || !isName) return error;
  return new UserError(error.message, error.exitCode, [
    ...error.hints,
    "if it is a name, the seed is typed at a hidden prompt: twinseed add --name NAME",
  ]);
}

/** Hints for a file; none for an image. */
export function textAdvice(content: Uint8Array, path: string): string[] {
  if (content.length === 0 || looksLikeImage(content)) return [];
  const file = shellWord(path) ?? "FILE";
  if (AGE.test(Buffer.from(content.subarray(0, 40)).toString("latin1")))
    return [`to restore a backup: twinseed backup restore ${file}`];
  return [
    `a text with an otpauth URI or a key in it: twinseed add - < ${file}`,
    `an export of another app: twinseed import ${file}`,
  ];
}
