/** Problems with the files of the data folder apart from their content, for `doctor`: modes, owners, links, leftovers. */
import { chmodSync, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { FileFault } from "../../ports/folder-care.ts";
import { TEMPORARY } from "./atomic-file.ts";
import { codeOf, orDiskError } from "./disk-error.ts";
import { keepsModes } from "./own-folder.ts";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** In milliseconds. A newer file may belong to a process that is still writing. */
const LEFTOVER_AGE = 10_000;

const hasModes = process.platform !== "win32";

/** Returns undefined if there is no such folder. */
export function fileFaults(home: string, now = Date.now()): FileFault[] | undefined {
  const faults: FileFault[] = [];
  const isThere = orDiskError("access", home, () =>
    walk(home, "", (name, path, stat) => faults.push(...faultsOf(name, path, stat, now))),
  );
  if (!isThere) return undefined;
  const hasNoModes = faults.some(({ kind }) => kind === "mode") && !keepsModes(home);
  const kept = hasNoModes
    ? [{ kind: "no-modes", name: "", found: "" } as const, ...faults.filter(({ kind }) => kind !== "mode")]
    : faults;
  return asOtherHome(kept, home);
}

/** As root, each file of another user's folder belongs to "another user": that is one fault, and no file should be taken over. */
function asOtherHome(faults: FileFault[], home: string): FileFault[] {
  const owner = statSync(home).uid;
  if (process.geteuid?.() !== 0 || owner === 0) return faults;
  const others = faults.filter(({ kind, found }) => kind !== "owner" || found !== String(owner));
  return [{ kind: "other-home", name: "", found: String(owner) }, ...others];
}

/** Fixes the modes of the files we own, except links. Works from the top down, to lock other users out first. */
export function setModes(home: string): void {
  if (!hasModes) return;
  const fix: Visit = (_, path, stat) => {
    const isOurs = stat.uid === process.geteuid?.();
    if (isOurs && isOrdinary(stat) && !hasRightMode(stat)) chmodSync(path, rightMode(stat));
  };
  orDiskError("set the modes in", home, () => walk(home, "", fix));
}

type Visit = (name: string, path: string, stat: Stats) => void;

/** Skips names that begin with a dot, except our temporary files: the folder may be under version control. */
function walk(home: string, name: string, visit: Visit): boolean {
  const path = join(home, name);
  // The folder itself may be a link: its owner decides where it is stored.
  const stat = (name === "" ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  visit(name, path, stat);
  if (!stat.isDirectory() || name.split("/").at(-1)?.startsWith(TEMPORARY)) return true;
  for (const entry of namesIn(path)) walk(home, name === "" ? entry : `${name}/${entry}`, visit);
  return true;
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((entry) => !entry.startsWith(".") || entry.startsWith(TEMPORARY))
      .sort();
  } catch (error) {
    // Its mode or owner is wrong, which is reported separately; or it was just removed.
    if (codeOf(error) === "EACCES" || codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function faultsOf(name: string, path: string, stat: Stats, now: number): FileFault[] {
  if (name.split("/").at(-1)?.startsWith(TEMPORARY)) {
    return now - stat.mtimeMs > LEFTOVER_AGE ? [{ kind: "leftover", name, found: "" }] : [];
  }
  if (stat.isSymbolicLink()) return [{ kind: "link", name, found: targetOf(path) }];
  if (!isOrdinary(stat) || (name === "" && !stat.isDirectory())) return [{ kind: "odd", name, found: "" }];
  if (!hasModes) return [];
  const faults: FileFault[] = [];
  if (stat.uid !== process.geteuid?.()) faults.push({ kind: "owner", name, found: String(stat.uid) });
  if (!hasRightMode(stat)) faults.push({ kind: "mode", name, found: octal(stat.mode) });
  return faults;
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function isOrdinary(stat: Stats): boolean {
  return stat.isFile() || stat.isDirectory();
}

function hasRightMode(stat: Stats): boolean {
  return (stat.mode & 0o777) === rightMode(stat);
}

function rightMode(stat: Stats): number {
  return stat.isDirectory() ? FOLDER_MODE : FILE_MODE;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
