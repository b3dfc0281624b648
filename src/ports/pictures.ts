/** Reads the QR codes in pictures. */
export interface PictureReader {
  /** Announces that a picture is coming soon, so that slow preparations can start. */
  prepare(): void;
  /**
   * The distinct texts, [] if there are none. Throws UserError for files that are not a picture or a damaged one, and for
   * pictures that exceed the limits.
   */
  read(image: Uint8Array): Promise<readonly string[]>;
}
