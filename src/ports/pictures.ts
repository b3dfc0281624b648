/** Reads the QR codes of pictures. */
export interface PictureReader {
  /** A picture will come soon: what takes time before it can be read may begin. */
  prepare(): void;
  /**
   * The different texts, [] where there are none. Throws UserError for files that are no picture or a damaged one, and for
   * pictures beyond the limits.
   */
  read(image: Uint8Array): Promise<readonly string[]>;
}
