/** What a change of the members' list, the data key or the slots is, what it becomes in memory, and how that is written. */
import type { Member, ReadEntry } from "../../members/entry.ts";
import type { DataFolder } from "../../ports/data-folder.ts";
import type { DataKey } from "./data-key.ts";
import type { Opener, OwnOpener } from "./slots.ts";

/** Files with their names. */
export type Texts = [name: string, text: string][];

/** A member as a change names it: their slot is made here. */
export type WantedMember = Omit<Member, "slot">;

export interface ListChange {
  /** The members afterwards; `me`: this computer. Without it, the list of members does not change. Throws UserError. */
  readonly members?: (before: readonly Member[], me: string) => readonly WantedMember[];
  /** Makes a new data key, and seals every seed with it. */
  readonly newKey?: boolean;
  /** One more way to open the store. */
  readonly add?: OwnOpener;
  /** The files of slots that no longer open it. */
  readonly replaces?: readonly string[];
  /** Called with how many seeds of how many are sealed. */
  progress?(done: number, all: number): void;
  /** With a new data key: drops the slots that none of the openers opens, which is an error otherwise. */
  readonly drop?: boolean;
}

export interface ChangeReport {
  /** Seals of seeds that were made again. */
  readonly seeds: number;
  /** Messages about seeds that could not be opened and were not changed. */
  readonly unopened: readonly string[];
  /** Slots that were dropped. */
  readonly dropped: readonly string[];
  /** How many passphrases and raw keys open the seeds. */
  readonly carried: number;
}

export interface Prepared {
  /** What to write, in this order. */
  readonly files: ReadonlyMap<string, string>;
  /** What stands in the seeds' files now: one that has changed meanwhile is left alone. */
  readonly before: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  /** undefined for a store without a list of members. */
  readonly entry: ReadEntry | undefined;
  readonly report: ChangeReport;
}

/** What opens the store, with all other passphrases and raw keys that are available. */
export interface Opened {
  readonly dataKey: DataKey;
  readonly opener: Opener;
  readonly openers: readonly Opener[];
}

/** Call under the data folder's lock. */
export function writePrepared(folder: DataFolder, { files, before, remove }: Prepared): void {
  for (const [name, text] of files) {
    const seen = before.get(name);
    if (seen === undefined || folder.read(name) === seen) folder.write(name, text);
  }
  for (const name of remove) folder.remove(name);
}
