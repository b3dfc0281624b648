/** Text in a file: UTF-8, or UTF-16 with a byte order mark, which Windows programs write. Pure. */

/** Without the byte order mark; undefined if the bytes are no such text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0;
  try {
    const units = isBig ? Buffer.from(bytes).swap16() : bytes;
    return new TextDecoder(isLittle || isBig ? "utf-16le" : "utf-8", { fatal: true }).decode(units);
  } catch {
    return undefined;
  }
}

/** Whether they are text in another encoding: windows-1252, or UTF-16 without its mark. Nothing in them says in which one. */
export function isOtherText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4096);
  const isZero = (byte: number) => byte === 0;
  const isLetter = (byte: number) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
  const zeros = start.filter(isZero).length;
  const letters = start.filter(isLetter).length;
  if (start.some((byte) => byte < 0x20 && !isZero(byte) && !isLetter(byte))) return false;
  return letters > start.length * (zeros > 0 ? 0.4 : 0.7);
}
