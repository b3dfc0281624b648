/** What was found in a source: enrollments, and where they came from. */
import type { Enrollment } from "../otp/enrollment.ts";
import type { KeyReading } from "../otp/key-text.ts";

/** A key may be typed with its check value, which is checked once the parameters are known. */
export interface FoundEnrollment extends Enrollment {
  /** Where in the text: "line 3". */
  readonly at?: string;
  /** The ways to read a bare key, if there are several: then the user has to say which is right. */
  readonly readings?: readonly KeyReading[];
  readonly check?: string | undefined;
  /** A bare key with fewer bits than services issue. */
  readonly isShort?: boolean;
}

export interface Found {
  /** For messages: a file name, "stdin", "the argument". */
  readonly from: string;
  readonly enrollments: readonly FoundEnrollment[];
  /** If a picture holds several enrollments, the user may have to choose. */
  readonly isPicture: boolean;
  /** The picture also holds a code that can't be read. */
  readonly hasUnread?: boolean;
  /** So they do if several stand in the middle of some other text. */
  readonly isProse?: boolean;
  /** Lines of such a text that were left out, and may be keys. */
  readonly left?: readonly string[];
  /** Set if the picture was a file. */
  readonly file?: PictureFile;
}

export interface PictureFile {
  readonly path: string;
  /** Of the bytes that were read: another picture may have taken its place since. */
  readonly digest: string;
  /** It also holds a seed of a kind that `add` can't enroll. */
  readonly holdsMore: boolean;
}
