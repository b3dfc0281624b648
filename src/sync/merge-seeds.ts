/** What happens to seeds that are on both sides: one that opens is never replaced by one that doesn't. */

import type { View } from "../seeds/file/list-view.ts";
import { contestedSeeds, type Opens } from "../seeds/file/merge-sealed.ts";
import { sealedFault } from "../seeds/file/sealed-file.ts";
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
  const contested = contestedSeeds(ours, theirs);
  if (contested.length === 0) return draft;
  const opens = await view.opens();
  const merged = opens === undefined ? draft : { ...merge(opens), opens };
  const isWorse = (name: string, text: string): boolean =>
    sealedFault(name, text) !== undefined || opens?.(name, text) === false;
  const notes = contested
    .filter((name) => merged.files.get(name) === ours.get(name) && isWorse(name, theirs.get(name) ?? ""))
    .map(
      (name) =>
        `rejected a seed of ${nameOf(name, needs)} that can't be opened: yours is kept, and is pushed again`,
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
  const replaced = contestedSeeds(now, wanted).filter((name) => {
    const isOpened = opens?.(name, wanted.get(name) ?? "") === true;
    return !isOpened && sealedFault(name, now.get(name) ?? "") === undefined;
  });
  for (const name of replaced) keepInDamaged(name, now.get(name) ?? "", needs.folder);
  if (replaced.length === 0) return [];
  return [
    `${count(replaced.length, "seed")} came sealed again and could not be checked, as the store is locked: ` +
      `the previous files are in damaged/ and in git's history; if one does not open: twinseed doctor --repair`,
  ];
}

function nameOf(file: string, { ledger }: Needs<"ledger">): string {
  const id = /(?<![a-z0-9])([a-z0-9]+)\.json$/.exec(file)?.[1] ?? file;
  return quoted(ledger.accounts().find((one) => one.id === id)?.name ?? id);
}
