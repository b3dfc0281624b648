/** Pictures in the middle of a text (`data:image/png;base64,…`, as pages and mails have them): their QR codes are read. */
import { attempt, UserError } from "../base/errors.ts";
import { PICTURE_LIMITS } from "../base/limits.ts";
import { sameCodes } from "../otp/enrollment.ts";
import type { Overrides } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import type { Needs } from "../world.ts";
import type { Found, FoundEnrollment } from "./found.ts";
import { readPicture, UNREAD } from "./read-picture.ts";
import { readText, type TextContent, uriIn } from "./read-text.ts";

const PICTURE = /data:image\/[a-z+.-]{1,20}(?:;[a-z0-9=-]{1,40})?;base64,([A-Za-z0-9+/%\r\n]{16,}={0,2})/gi;
/** More than any page of codes has; each takes a moment. */
const MOST_PICTURES = 200;

export interface PictureText {
  /** "picture 2" */
  readonly at: string;
  /** Of its QR codes; most pictures of a page have none. */
  readonly texts: readonly string[];
  /** Why it can't be read. */
  readonly fault?: string;
}

export async function textsOfPictures(
  text: string,
  { pictures }: Needs<"pictures">,
): Promise<readonly PictureText[]> {
  const found: PictureText[] = [];
  for (const [, base64 = ""] of text.matchAll(PICTURE)) {
    const at = `picture ${found.length + 1}`;
    if (found.length === MOST_PICTURES) {
      found.push({ at, texts: [], fault: `only ${MOST_PICTURES} pictures of a text are read` });
      break;
    }
    const bytes = Buffer.from(unescaped(base64), "base64");
    try {
      if (bytes.length > PICTURE_LIMITS.bytes) found.push({ at, texts: [] });
      else {
        const { texts, hasUnread } = await pictures.read(bytes);
        found.push({ at, texts, ...(hasUnread ? { fault: UNREAD } : {}) });
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      found.push({ at, texts: [], fault: error.message });
    }
  }
  return found;
}

/** What `add` takes from a text: its URIs or key, and the codes in its pictures. Throws UserError (exit 5) if there are none. */
export async function readTextOrPictures(
  bytes: Uint8Array,
  from: string,
  overrides: Overrides,
  needs: Needs<"pictures">,
): Promise<Found> {
  const text = Buffer.from(bytes).toString("utf8");
  const [whole] = /^\s*data:image\/[^,\s]{1,60},\S+\s*$/i.test(text) ? [...text.matchAll(PICTURE)] : [];
  if (whole !== undefined) {
    const picture = Buffer.from(unescaped(whole[1] ?? ""), "base64");
    const { enrollments, hasUnread } = await readPicture(picture, from, overrides, needs);
    return { from, enrollments, isPicture: true, hasUnread };
  }
  const inPictures = (await textsOfPictures(text, needs)).flatMap(({ at, texts }): FoundEnrollment[] =>
    texts.filter(isOtpauthUri).map((uri) => ({ ...uriIn(uri, `${from}, ${at}`, overrides), at })),
  );
  const content = attempt(() => readText(bytes, from, overrides));
  if (inPictures.length === 0) {
    if (content instanceof UserError) throw content;
    return foundIn(from, content);
  }
  const inText = content instanceof UserError ? [] : content.enrollments;
  const others = inPictures.filter((one) => !inText.some((earlier) => sameCodes(earlier, one)));
  const left = content instanceof UserError ? [] : content.left;
  return foundIn(from, { enrollments: [...inText, ...others], isProse: true, left });
}

function foundIn(from: string, { enrollments, isProse, left }: TextContent): Found {
  return { from, enrollments, isPicture: false, isProse, left };
}

/** In a link, base64 may be percent-encoded. */
function unescaped(base64: string): string {
  return base64
    .replaceAll(/%2B/gi, "+")
    .replaceAll(/%2F/gi, "/")
    .replaceAll(/%3D/gi, "=")
    .replaceAll(/%0[AD]/gi, "");
}
