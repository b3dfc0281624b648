/** What a source gave: enrollments, and where they were. */
import type { Enrollment } from "../otp/enrollment.ts";

/** A key may be typed with its check value, which is looked at once the parameters are settled. */
export interface FoundEnrollment extends Enrollment {
  readonly check?: string | undefined;
  /** A bare key of fewer bits than services give out. */
  readonly isShort?: boolean;
}

export interface Found {
  /** For messages: a file name, "stdin", "the argument". */
  readonly from: string;
  readonly enrollments: readonly FoundEnrollment[];
  /** The enrollments of one picture may need choosing among. */
  readonly isPicture: boolean;
  /** Where the picture was a file. */
  readonly file?: PictureFile;
}

export interface PictureFile {
  readonly path: string;
  /** Of the bytes that were read: another picture may have taken their place since. */
  readonly digest: string;
  /** It holds a seed of a kind that is no enrollment of ours. */
  readonly holdsMore: boolean;
}
