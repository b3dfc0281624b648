/**
 * unlock-after.json in the state folder: for how long a passphrase that is typed on this computer unlocks the store (`store unlock-after`).
 * Not in the data folder: a change there, by another computer or someone else, must not open anything here.
 */
import { isWhole, parseFields } from "../base/untrusted-json.ts";
import type { DataFolder } from "../ports/data-folder.ts";

const FILE = "unlock-after.json";
const VERSION = 1;

/** Milliseconds; undefined if it does not unlock, also for a file that can't be understood. */
export function readUnlockAfter(state: Pick<DataFolder, "read">): number | undefined {
  const { version, milliseconds } = parseFields(state.read(FILE) ?? "");
  return version === VERSION && isWhole(milliseconds) ? milliseconds : undefined;
}

export function writeUnlockAfter(state: Pick<DataFolder, "write" | "remove">, milliseconds?: number): void {
  if (milliseconds === undefined) state.remove(FILE);
  else state.write(FILE, `${JSON.stringify({ version: VERSION, milliseconds }, null, 2)}\n`);
}
