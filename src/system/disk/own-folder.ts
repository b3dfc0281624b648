/** Whether a folder is the user's own, and no one else can write there: otherwise others decide what is in it. */
import { closeSync, fstatSync, lstatSync, openSync, type Stats, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, ForeignFolder } from "../../base/errors.ts";
import { shellWord } from "../../base/shell-words.ts";
import { orDiskError, quotable } from "./disk-error.ts";

const OTHERS_CAN_WRITE = 0o022;
const OTHERS_CAN_ENTER = 0o011;
const STICKY = 0o1000;

/** undefined where it is, or is not there yet. The error says what is wrong, and the command that puts it right. */
export function foreignFolder(path: string, effectiveUser = process.geteuid?.()): ForeignFolder | undefined {
  if (effectiveUser === undefined) return undefined; // Windows: the folder is in the user's own profile
  const stat = orDiskError("look at", path, () => statSync(path, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (stat.uid !== effectiveUser && effectiveUser === 0)
    return foreign(path, `belongs to another user (number ${stat.uid}), and you are root`, [
      `what root writes here, its owner can't read; run it as the owner: sudo -u '#${stat.uid}' twinseed …`,
      "or use a folder of root's own: set TWINSEED_HOME",
    ]);
  if (stat.uid !== effectiveUser)
    return foreign(path, `belongs to another user (number ${stat.uid})`, [
      "use a folder of your own: set TWINSEED_HOME",
      `or take it over: sudo chown -R ${effectiveUser} ${wordFor(path)}`,
    ]);
  if ((stat.mode & OTHERS_CAN_WRITE) === 0 || !keepsModes(path)) return undefined;
  return foreign(path, `can be written by others (mode ${octal(stat)})`, [`chmod go-w ${wordFor(path)}`]);
}

/**
 * Whether others could have written an entry of the user's own folder: with a mode that lets them, or an owner who is neither the
 * folder's nor root. undefined if they can't get that far, which is the usual case: the folder is 0700.
 */
export function foreignEntry(home: string, name: string): ForeignFolder | undefined {
  if (process.geteuid === undefined) return undefined;
  const folder = statSync(home, { throwIfNoEntry: false });
  if (folder === undefined || (folder.mode & OTHERS_CAN_ENTER) === 0) return undefined;
  const parts = name.split("/");
  for (const [i] of parts.entries()) {
    const path = join(home, ...parts.slice(0, i + 1));
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isSymbolicLink()) continue; // a link is refused elsewhere
    if (stat.uid !== folder.uid && stat.uid !== 0)
      return foreign(path, `belongs to another user (number ${stat.uid})`, [
        "look at it before you take it over",
      ]);
    if ((stat.mode & OTHERS_CAN_WRITE) !== 0 && keepsModes(home))
      return foreign(path, `can be written by others (mode ${octal(stat)})`, [
        `if they did not: chmod -R go-rwx ${wordFor(home)}`,
      ]);
  }
  return undefined;
}

/**
 * Whether others could replace an entry of this folder by something of theirs: it belongs to one of them, or they can
 * write to it and it is not sticky, as /tmp is.
 */
export function canBeReplaced(parent: string, effectiveUser = process.geteuid?.()): boolean {
  if (effectiveUser === undefined) return false;
  const { uid, mode } = statSync(parent);
  if (uid !== effectiveUser && uid !== 0) return true;
  return (mode & OTHERS_CAN_WRITE) !== 0 && (mode & STICKY) === 0 && keepsModes(parent);
}

/** exFAT and the drives of WSL show the same mode for all files, whatever was asked for. */
export function keepsModes(folder: string): boolean {
  const trial = join(folder, `.tmp-mode-${process.pid}`);
  try {
    const file = openSync(trial, "wx", 0o600);
    try {
      return (fstatSync(file).mode & 0o077) === 0;
    } finally {
      closeSync(file);
      unlinkSync(trial);
    }
  } catch {
    return true; // it can't be told, and the mode that is seen counts
  }
}

export function foreign(path: string, why: string, hints: readonly string[]): ForeignFolder {
  return new ForeignFolder(`"${quotable(path)}" ${why}`, ExitCode.failed, [...hints, "nothing was changed"]);
}

function wordFor(path: string): string {
  return shellWord(path) ?? "FOLDER";
}

function octal({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
