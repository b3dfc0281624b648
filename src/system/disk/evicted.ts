/**
 * Files that iCloud Drive has moved off this computer to save space. Before macOS 14, ".NAME.icloud" is left instead of NAME,
 * which is then "not found"; since then, reading a file brings it back. Pure but for one look.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The name of the file that this one stands for; any other name is returned as it is. */
export function withoutEviction(name: string): string {
  return (isMac() && /^\.(.+)\.icloud$/.exec(name)?.[1]) || name;
}

export function isEvicted(path: string): boolean {
  return isMac() && existsSync(join(dirname(path), `.${basename(path)}.icloud`));
}

const isMac = (): boolean => process.platform === "darwin";

export const EVICTED = "it is in iCloud, and not on this computer";
export const HOW_TO_FETCH = 'in Finder, choose "Download Now" or "Keep Downloaded" for it';
