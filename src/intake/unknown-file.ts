/** What to say about a file that no format knows. Never quotes it. */
import { isOtherText } from "../base/decode-text.ts";
import { ExitCode, UserError } from "../base/errors.ts";
import { isDamagedJson } from "../formats/any-text.ts";
import type { ForeignFile } from "../formats/foreign-file.ts";
import { looksLikeKey } from "../otp/key-text.ts";
import { NOT_UTF8, TO_UTF8 } from "./text-kind.ts";

export function unknownFile({ bytes, text, json, members }: ForeignFile): UserError {
  if (text !== undefined && isDamagedJson(text, json))
    return new UserError(
      "it is not valid JSON: damaged, cut off, or several in one file",
      ExitCode.unreadable,
      ["export it again, or copy all of it"],
    );
  if (text === undefined && isOtherText(bytes))
    return new UserError(NOT_UTF8, ExitCode.unreadable, [TO_UTF8]);
  const hints = [
    "supported apps, and how to export from them: twinseed help importing",
    "if detection is wrong, name the format with --format",
  ];
  if (text !== undefined && looksLikeKey(text))
    hints.unshift("it may be a single key: twinseed add - < FILE");
  if (text !== undefined || members !== undefined)
    return new UserError(
      "not an export of a known app, and no otpauth URI in it",
      ExitCode.unreadable,
      hints,
    );
  hints.push("an encrypted andOTP backup has no signature: if it is one, --format andotp");
  return new UserError(
    "an unknown kind of file: no text, no picture, no export of a known app",
    ExitCode.unreadable,
    hints,
  );
}
