/**
 * A QR code as a file, with error correction M because it may be printed or photographed. It is read back from the file's own
 * bytes.
 */

import { decodePng } from "../images/pixels.ts";
import type { QrContent } from "./content.ts";
import { modulesOf } from "./matrix.ts";
import { formatPng } from "./png.ts";
import { formatSvg, pathOf, pixelsOfPath, pixelsOfSvg, type QrPath } from "./svg.ts";

export type PictureKind = "png" | "svg";

export async function formatPicture(content: QrContent, kind: PictureKind): Promise<Uint8Array | string> {
  const modules = await modulesOf(content.forms[0], "M");
  if (kind === "svg") {
    const svg = formatSvg(modules);
    await content.check(pixelsOfSvg(svg));
    return svg;
  }
  const png = await formatPng(modules);
  const pixels = await decodePng(png);
  if (!pixels) throw new Error("the PNG just made can't be decoded");
  await content.check(pixels);
  return png;
}

/** The same as path data, for a page that includes the code. */
export async function formatPath(content: QrContent): Promise<QrPath> {
  const path = pathOf(await modulesOf(content.forms[0], "M"));
  await content.check(pixelsOfPath(path));
  return path;
}
