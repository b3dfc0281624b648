/** Every format: one line each. The first whose `detect` says yes reads the file, so the particular stand before the general. */
import { aegis } from "./aegis.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";

export const FORMATS: readonly Format[] = [aegis];

export function formatOf(file: ForeignFile): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
