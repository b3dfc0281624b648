/** The frames of an animated PNG (PNG specification, third edition, 11.3.6), each decoded as a PNG of its own. */
import type { Frame } from "./animation-frame.ts";
import { decodePng } from "./pixels.ts";
import { isPlausible, pngChunks } from "./png-chunks.ts";

/** Width, height, left, top, two numbers for the delay, what becomes of it, and how it is painted. */
const CONTROL = 26;
const AFTERWARDS = ["keep", "clear", "restore"] as const;
const SEQUENCE_NUMBER = 4;
const SIGNATURE = 8;

/** What precedes the pixels in each frame's file, as in the animation's own. */
const SHARED = ["PLTE", "tRNS"];

export async function* pngFrames(png: Uint8Array): AsyncGenerator<Frame> {
  const chunks = [...pngChunks(png)];
  const header = chunks.find(({ type }) => type === "IHDR");
  if (header === undefined || !chunks.some(({ type }) => type === "acTL")) return;
  const signature = png.subarray(0, SIGNATURE);
  const shared = chunks
    .filter(({ type }) => SHARED.includes(type))
    .map(({ type, content }) => chunk(type, content));
  let control: Uint8Array | undefined;
  let parts: Buffer[] = [];
  for (const { type, content } of [...chunks, END]) {
    if (type === "fcTL" || type === "IEND") {
      const frame = control && frameOf(control, header.content);
      if (frame !== undefined) {
        const file = Buffer.concat([
          signature,
          chunk("IHDR", frame.header),
          ...shared,
          ...parts,
          chunk("IEND"),
        ]);
        const { width, height } = frame;
        const pixels = isPlausible(file, frame) ? await decodePng(file) : undefined;
        if (pixels?.width === width && pixels.height === height) yield { ...frame.place, pixels };
      }
      control = content;
      parts = [];
      if (type === "IEND") return;
    } else if (type === "IDAT") parts.push(chunk("IDAT", content));
    else if (type === "fdAT") parts.push(chunk("IDAT", content.subarray(SEQUENCE_NUMBER)));
  }
}

/** Also where the file has been cut short. */
const END = { type: "IEND", content: new Uint8Array() };

/** Returns undefined if the frame does not lie within the picture. */
function frameOf(control: Uint8Array, ihdr: Uint8Array) {
  if (control.length < CONTROL || ihdr.length < 13) return undefined;
  const view = new DataView(control.buffer, control.byteOffset, control.length);
  const [width, height] = [view.getUint32(4), view.getUint32(8)];
  const [left, top] = [view.getUint32(12), view.getUint32(16)];
  const whole = new DataView(ihdr.buffer, ihdr.byteOffset, ihdr.length);
  if (left + width > whole.getUint32(0) || top + height > whole.getUint32(4)) return undefined;
  const header = Buffer.from(ihdr);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const place = {
    left,
    top,
    covers: control[25] === 0,
    afterwards: AFTERWARDS[control[24] ?? 0] ?? "keep",
  };
  return { width, height, header, place };
}

/** Without its checksum: decodePng does not look at it. */
function chunk(type: string, content: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(content, 8);
  return bytes;
}
