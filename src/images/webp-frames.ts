/** Animated WebP (RFC 9649, 2.7.1): libwebp's simple decoder accepts only single pictures. */

const HEADER = 12; // "RIFF", size, "WEBP"
const FRAME_HEADER = 16;
const ALPHA = 0x10;
const ANIMATION = 0x02;

/**
 * The first frame of an animation as a separate WebP file; any other file unchanged. The new header repeats the frame's size, so
 * that libwebp compares it with the pixels. Returns undefined if the frame is larger than the picture or missing.
 */
export function firstFrame(webp: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(webp.buffer, webp.byteOffset, webp.length);
  if (nameAt(file, HEADER) !== "VP8X" || ((file[HEADER + 8] ?? 0) & ANIMATION) === 0) return webp;
  for (let at = HEADER; at + 8 + FRAME_HEADER <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    const content = file.subarray(at + 8, at + 8 + size);
    if (nameAt(file, at) === "ANMF") return still(content, file);
    at += 8 + size + (size & 1);
  }
  return undefined;
}

function still(frame: Buffer, file: Buffer): Uint8Array | undefined {
  const isWithin = (inFrame: number, inFile: number) =>
    frame.readUIntLE(inFrame, 3) <= file.readUIntLE(HEADER + 8 + inFile, 3);
  if (frame.length < FRAME_HEADER || !isWithin(6, 4) || !isWithin(9, 7)) return undefined;
  const header = Buffer.alloc(HEADER + 18);
  header.write("RIFF");
  header.writeUInt32LE(header.length - 8 + frame.length - FRAME_HEADER, 4);
  header.write("WEBPVP8X", 8);
  header.writeUInt32LE(10, 16);
  header[20] = ALPHA;
  frame.copy(header, 24, 6, 12); // width - 1 and height - 1
  return Buffer.concat([header, frame.subarray(FRAME_HEADER)]);
}

function nameAt(file: Buffer, at: number): string {
  return file.toString("latin1", at, at + 4);
}
