/** What happens to seeds that are on both sides: one that opens is never replaced by one that doesn't. */

import type { View } from "../seeds/file/list-view.ts";
import { contested, type Opens } from "../seeds/file/merge-sealed.ts";
import { sealedFault } from "../seeds/file/sealed-file.ts";
import { sealsGone } from "../seeds/notes/merge-notes.ts";
import { isNoteFile, parseNoteFile } from "../seeds/notes/note-file.ts";
import { count, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Files } from "./commit-content.ts";
import { keepInDamaged } from "./shared-files.ts";

export interface MergedSeeds {
  readonly files: Files;
  /** Sentences for the user. */
  readonly notes: readonly string[];
  /** Set if both sides have a seed in different texts, and the store opens without a prompt. */
  readonly opens?: Opens | undefined;
}

/** Merges. If a seed differs between the sides, merges again with the store open, provided it opens without a prompt. */
export async function mergeWithSeedsOpen(
  ours: Files,
  theirs: Files,
  merge: (opens?: Opens) => MergedSeeds,
  view: Pick<View, "opens">,
  needs: Needs<"ledger">,
): Promise<MergedSeeds> {
  const draft = merge();
  const disputed = contested(ours, theirs);
  if (disputed.length === 0) return draft;
  const opens = await view.opens();
  const merged = opens === undefined ? draft : { ...merge(opens), opens };
  const isWorse = (name: string, text: string): boolean =>
    faultIn(name, text) !== undefined || opens?.(name, text) === false;
  const notes = disputed
    .filter((name) => merged.files.get(name) === ours.get(name) && isWorse(name, theirs.get(name) ?? ""))
    .map(
      (name) =>
        `rejected a ${kindOf(name)} of ${nameOf(name, needs)} that can't be opened: yours is kept, and is pushed again`,
    );
  return { ...merged, notes: [...merged.notes, ...notes] };
}

/** Keeps each seed that is about to be replaced by a text that this computer could not open. */
export function keepReplacedSeeds(
  now: Files,
  wanted: Files,
  opens: Opens | undefined,
  needs: Needs<"folder">,
): string[] {
  const replaced = contested(now, wanted).filter((name) => {
    const isOpened = opens?.(name, wanted.get(name) ?? "") === true;
    return !isOpened && faultIn(name, now.get(name) ?? "") === undefined && losesSeals(name, now, wanted);
  });
  for (const name of replaced) keepInDamaged(name, now.get(name) ?? "", needs.folder);
  if (replaced.length === 0) return [];
  return [
    `${count(replaced.length, replaced.every(isNoteFile) ? "note" : "seed")} came sealed again and could not be checked, as the store is locked: ` +
      `the previous files are in damaged/ and in git's history; if one does not open: twinseed doctor --repair`,
  ];
}

function kindOf(name: string): "note" | "seed" {
  return isNoteFile(name) ? "note" : "seed";
}

function faultIn(name: string, text: string): string | undefined {
  if (!isNoteFile(name)) return sealedFault(name, text);
  const seals = parseNoteFile(name, text);
  return typeof seals === "string" ? seals : undefined;
}

/** A note that only gets what others wrote loses nothing. */
function losesSeals(name: string, now: Files, wanted: Files): boolean {
  return !isNoteFile(name) || sealsGone(name, now.get(name) ?? "", wanted.get(name) ?? "").length > 0;
}

function nameOf(file: string, { ledger }: Needs<"ledger">): string {
  const id = /(?<![a-z0-9])([a-z0-9]+)\.json$/.exec(file)?.[1] ?? file;
  return quoted(ledger.accounts().find((one) => one.id === id)?.name ?? id);
}
