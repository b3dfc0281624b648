/** Reads the QR codes in pictures. */
export interface PictureTexts {
  /** Distinct; [] if there are none. */
  readonly texts: readonly string[];
  /** Next to them, another code was found that can't be read. */
  readonly hasUnread: boolean;
}

export interface PictureReader {
  /** Announces that a picture is coming soon, so that slow preparations can start. */
  prepare(): void;
  /**
   * Throws UserError for files that are not a picture or a damaged one, and for
   * pictures that exceed the limits.
   */
  read(image: Uint8Array): Promise<PictureTexts>;
}
