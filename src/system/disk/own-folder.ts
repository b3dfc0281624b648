/** Whether a folder is the user's own, and no one else can write there: otherwise others decide what is in it. */
import { closeSync, fstatSync, openSync, type Stats, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, ForeignFolder } from "../../base/errors.ts";
import { shellWord } from "../../base/shell-words.ts";
import { orDiskError, quotable } from "./disk-error.ts";

const OTHERS_CAN_WRITE = 0o022;

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
