/** Reads enrollments from pictures. Of a code that is not an otpauth code, messages tell only the kind. */
import { ExitCode, UserError } from "../base/errors.ts";
import { splitUris } from "../formats/find-uris.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import type { Overrides } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import type { PictureTexts } from "../ports/pictures.ts";
import type { Needs } from "../world.ts";
import { uriIn } from "./read-text.ts";
import { kindOfText } from "./text-kind.ts";

export interface PictureContent {
  readonly enrollments: readonly Enrollment[];
  /** It also holds seeds in other forms, such as a Google Authenticator export. */
  readonly holdsMore: boolean;
  /** It also holds a code that can't be read. */
  readonly hasUnread: boolean;
}

const PAGE_HINTS = [
  'on the AWS page, choose "Show QR code" first: the box is covered until then',
  "a screenshot works better than a photo; crop it around the code, with its white margin",
  'or choose "Show secret key" and type the key: twinseed add',
];
/** Of a code next to another one. */
export const UNREAD = "another QR code in it can't be read: take a sharper picture of that one";
const EXPORT = /^otpauth-migration:/i;
const OTHER_SEED = /^(otpauth-migration|apple-otpauth|steam|motp):/i;

/** Throws UserError (exit 5) if there is no otpauth code; `hints` are for a picture without any QR code. */
export async function readPicture(
  image: Uint8Array,
  from: string,
  overrides: Overrides,
  { pictures }: Needs<"pictures">,
  hints: readonly string[] = PAGE_HINTS,
): Promise<PictureContent> {
  let read: PictureTexts;
  try {
    read = await pictures.read(image);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${from}: ${error.message}`, error.exitCode, error.hints);
  }
  const { texts, hasUnread } = read;
  if (texts.length === 0) throw new UserError(`no QR code found in ${from}`, ExitCode.unreadable, hints);
  const uris = texts.filter(isOtpauthUri).flatMap(splitUris);
  if (uris.length === 0) {
    const kinds = [...new Set(texts.map(kindOfText))].join(", ");
    throw new UserError(
      `the QR code in ${from} is not an otpauth code: it holds ${kinds}`,
      ExitCode.unreadable,
      [
        texts.some((text) => EXPORT.test(text))
          ? "use: twinseed import FILE"
          : "use the code that the service shows for an authenticator app",
      ],
    );
  }
  return {
    enrollments: uris.map((uri) => uriIn(uri, from, overrides)),
    holdsMore: texts.some((text) => OTHER_SEED.test(text)),
    hasUnread,
  };
}
