/**
 * The different texts of the QR codes in a picture, [] where there are none. Throws UserError for files that are no picture or
 * a damaged one, and for pictures beyond the limits.
 */
export type ReadQrCodes = (image: Uint8Array) => Promise<readonly string[]>;
