/**
 * Detects the kind and size of an image from its first bytes, never from its name, so that an image we can't or won't read is
 * refused before a decoder touches it: a 1 KB file can declare 12 GB of pixels.
 */

import { ExitCode, UserError } from "../base/errors.ts";
import { PICTURE_LIMITS } from "../base/limits.ts";
import { pngChunks } from "./png-chunks.ts";

/** Where its boxes are, before the pixels. */
const HEIF_HEAD = 1024 * 1024;

export type ReadableKind = "png" | "jpeg" | "gif" | "bmp" | "webp" | "heic" | "avif";
export type ImageKind = ReadableKind | "jxl" | "tiff" | "svg" | "pdf" | "unknown";

export interface ImageHeader {
  readonly kind: ImageKind;
  /** In pixels; 0 if the header does not say. */
  readonly width: number;
  readonly height: number;
  /** A PNG that may have transparent parts: it has an alpha channel or transparent colors. */
  readonly transparent: boolean;
}

export interface ReadableImageHeader extends ImageHeader {
  readonly kind: ReadableKind;
}

/** The header of an image that is safe to decode. Throws UserError if it is too large or of a kind that we don't read. */
export function checkImage(bytes: Uint8Array): ReadableImageHeader {
  if (bytes.length === 0) throw new UserError("the image is empty", ExitCode.unreadable);
  if (bytes.length > PICTURE_LIMITS.bytes)
    throw tooLarge(`more than ${PICTURE_LIMITS.bytes / 1024 / 1024} MB`);
  const header = readImageHeader(bytes);
  const { kind, width, height } = header;
  if (!isReadable(kind)) throw refusal(kind);
  if (width === 0 || height === 0) throw damaged(kind);
  if (width * height > PICTURE_LIMITS.pixels) throw tooLarge(`${width} x ${height} pixels`);
  return { ...header, kind };
}

function isReadable(kind: ImageKind): kind is ReadableKind {
  const kinds: readonly ImageKind[] = ["png", "jpeg", "gif", "bmp", "webp", "heic", "avif"];
  return kinds.includes(kind);
}

/** Whether it is an image or a PDF at all, readable or not. */
export function looksLikeImage(bytes: Uint8Array): boolean {
  return kindOf(bytes) !== "unknown";
}

export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = kindOf(bytes);
  try {
    if (kind === "png") return { kind, ...readPngHeader(bytes, view) };
    if (kind === "jpeg") return { kind, ...readJpegSize(view), transparent: false };
    if (kind === "gif")
      return { kind, width: view.getUint16(6, true), height: view.getUint16(8, true), transparent: false };
    if (kind === "bmp") return { kind, ...readBmpSize(view), transparent: false };
    if (kind === "webp") return { kind, ...readWebpSize(view), transparent: false };
    if (kind === "heic" || kind === "avif") return { kind, ...readHeifSize(bytes), transparent: false };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // cut short within the header: the size stays unknown
  }
  return { kind, width: 0, height: 0, transparent: false };
}

function kindOf(bytes: Uint8Array): ImageKind {
  const start = latin1(bytes, 0, 16);
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (start.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(start)) return "gif";
  if (/^BM.{4}\0\0\0\0/s.test(start)) return "bmp";
  if (/^RIFF.{4}WEBP/s.test(start)) return "webp";
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return "tiff";
  if (/^(\xff\x0a|\0\0\0\x0cJXL )/.test(start)) return "jxl";
  const beginning = latin1(bytes, 0, 1024);
  if (beginning.includes("%PDF-")) return "pdf";
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(beginning) && /<svg[\s>]/i.test(beginning))
    return "svg";
  if (start.slice(4, 8) === "ftyp") {
    const brands = latin1(bytes, 8, Math.min(bytes[3] ?? 0, 256));
    if (/avi[fs]/.test(brands)) return "avif";
    if (/hei[cxms]|hev[cxms]|mif1|msf1/.test(brands)) return "heic";
  }
  return "unknown";
}

/** A header that is not first, or is there twice, is treated as missing: decoders disagree about which one to use. */
function readPngHeader(bytes: Uint8Array, view: DataView): Omit<ImageHeader, "kind"> {
  const chunks = Array.from(pngChunks(bytes), ({ type }) => type);
  if (chunks.indexOf("IHDR") !== 0 || chunks.lastIndexOf("IHDR") !== 0) throw new RangeError("no header");
  const colorType = view.getUint8(25);
  const transparent = colorType === 4 || colorType === 6 || chunks.includes("tRNS");
  return { width: view.getUint32(16), height: view.getUint32(20), transparent };
}

/** The size is in the first start-of-frame segment (ITU T.81, table B.1: C0 to CF except C4, C8 and CC). */
function readJpegSize(view: DataView): { width: number; height: number } {
  let at = 2;
  for (;;) {
    const marker = view.getUint8(at) === 0xff ? view.getUint8(at + 1) : 0;
    if (marker === 0 || marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += marker >= 0xd0 && marker <= 0xd9 ? 2 : 2 + view.getUint16(at + 2);
  }
}

/** A negative height means that the rows are stored from the top down. */
function readBmpSize(view: DataView): { width: number; height: number } {
  if (view.getUint32(14, true) === 12)
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

/** The size is in the first chunk: VP8 (RFC 6386, 9.1), VP8L, or VP8X for a picture with several chunks. */
function readWebpSize(view: DataView): { width: number; height: number } {
  const chunk = view.getUint32(12);
  if (chunk === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  if (chunk !== 0x56503858) return { width: 0, height: 0 };
  return { width: 1 + (view.getUint32(23, true) >>> 8), height: 1 + (view.getUint32(26, true) >>> 8) };
}

/**
 * The largest of the sizes in boxes "ispe" (ISO/IEC 23008-12, 6.5.3): a photo is a grid of tiles, and has a thumbnail. Boxes are
 * nested, so they are searched for.
 */
function readHeifSize(bytes: Uint8Array): { width: number; height: number } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEIF_HEAD));
  let largest = { width: 0, height: 0 };
  for (let at = file.indexOf("ispe"); at >= 0; at = file.indexOf("ispe", at + 4)) {
    const [width, height] = [file.readUInt32BE(at + 8), file.readUInt32BE(at + 12)];
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  return largest;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

const NAMES = {
  png: "PNG",
  jpeg: "JPEG",
  gif: "GIF",
  bmp: "BMP",
  webp: "WebP",
  heic: "HEIC",
  avif: "AVIF",
  jxl: "JPEG XL",
  tiff: "TIFF",
};

/** For an image of a kind we read that no decoder accepts. */
export function damaged(kind: ReadableKind): UserError {
  return new UserError(
    `the ${NAMES[kind]} image can't be decoded: damaged or cut short`,
    ExitCode.unreadable,
    ["save or download it again, or take a new screenshot of the code"],
  );
}

function tooLarge(size: string): UserError {
  return new UserError(`the image is too large (${size})`, ExitCode.unreadable, [
    "crop it to the QR code with some white space around it",
  ]);
}

function refusal(kind: Exclude<ImageKind, ReadableKind>): UserError {
  const screenshot = "take a screenshot of the QR code and use that (PNG or JPEG)";
  switch (kind) {
    case "pdf":
      return new UserError("a PDF file is not an image", ExitCode.unreadable, [screenshot]);
    case "svg":
      return new UserError("can't read SVG: it is a vector drawing, not an image", ExitCode.unreadable, [
        "open it in a browser, take a screenshot of the QR code and use that (PNG or JPEG)",
      ]);
    case "unknown":
      return new UserError("not an image that twinseed can read", ExitCode.unreadable, [screenshot]);
    default:
      return new UserError(`${NAMES[kind]} images can't be read`, ExitCode.unreadable, [
        `convert it with: magick picture.${kind} picture.png (ImageMagick)`,
        `or ${screenshot}`,
      ]);
  }
}
