/** Animated WebP (RFC 9649, 2.7.1): libwebp's simple decoder accepts only single pictures. */
import type { Frame } from "./animation-frame.ts";
import { decodeWebp } from "./squoosh.ts";

const HEADER = 12; // "RIFF", size, "WEBP"
const FRAME_HEADER = 16;
const ALPHA = 0x10;
const ANIMATION = 0x02;
const NO_BLENDING = 0x02;
const DISPOSE = 0x01;

/** A frame as a WebP file of its own, and where it belongs. */
interface Still extends Omit<Frame, "pixels"> {
  readonly file: Uint8Array;
}

/**
 * The first frame of an animation as a separate WebP file; any other file unchanged. Returns undefined if the frame is larger
 * than the picture or missing.
 */
export function firstFrame(webp: Uint8Array): Uint8Array | undefined {
  if (!isAnimated(webp)) return webp;
  for (const still of stills(webp)) return still?.file;
  return undefined;
}

export async function* webpFrames(webp: Uint8Array): AsyncGenerator<Frame> {
  if (!isAnimated(webp)) return;
  for (const still of stills(webp)) {
    const pixels = still && (await decodeWebp(still.file));
    if (pixels) yield { ...still, pixels };
  }
}

function isAnimated(webp: Uint8Array): boolean {
  const file = bufferOf(webp);
  return nameAt(file, HEADER) === "VP8X" && ((file[HEADER + 8] ?? 0) & ANIMATION) !== 0;
}

/** One for each frame, undefined where it does not lie within the picture. */
function* stills(webp: Uint8Array): Generator<Still | undefined> {
  const file = bufferOf(webp);
  for (let at = HEADER; at + 8 + FRAME_HEADER <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    const content = file.subarray(at + 8, at + 8 + size);
    if (nameAt(file, at) === "ANMF") yield stillOf(content, file);
    at += 8 + size + (size & 1);
  }
}

/** The new header repeats the frame's size, so that libwebp compares it with the pixels. */
function stillOf(frame: Buffer, file: Buffer): Still | undefined {
  if (frame.length < FRAME_HEADER) return undefined;
  const [left, top] = [2 * frame.readUIntLE(0, 3), 2 * frame.readUIntLE(3, 3)];
  const isWithin = (start: number, inFrame: number, inFile: number) =>
    start + frame.readUIntLE(inFrame, 3) <= file.readUIntLE(HEADER + 8 + inFile, 3);
  if (!isWithin(left, 6, 4) || !isWithin(top, 9, 7)) return undefined;
  const flags = frame[15] ?? 0;
  const header = Buffer.alloc(HEADER + 18);
  header.write("RIFF");
  header.writeUInt32LE(header.length - 8 + frame.length - FRAME_HEADER, 4);
  header.write("WEBPVP8X", 8);
  header.writeUInt32LE(10, 16);
  header[20] = ALPHA;
  frame.copy(header, 24, 6, 12); // width - 1 and height - 1
  return {
    file: Buffer.concat([header, frame.subarray(FRAME_HEADER)]),
    left,
    top,
    covers: (flags & NO_BLENDING) !== 0,
    afterwards: (flags & DISPOSE) !== 0 ? "clear" : "keep",
  };
}

function bufferOf(webp: Uint8Array): Buffer {
  return Buffer.from(webp.buffer, webp.byteOffset, webp.length);
}

function nameAt(file: Buffer, at: number): string {
  return file.toString("latin1", at, at + 4);
}
