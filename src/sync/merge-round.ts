/**
 * One merge: commits what is on the disk, merges it in memory with what the others have, writes the result file by file, and only
 * then moves the branch to the merge commit. A kill in between leaves a data folder that holds part of the merge; the next one
 * takes that part for changes of our own, and reaches the same result.
 */
import type { UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { View } from "../seeds/file/list-view.ts";
import { progressOf } from "../talk/progress.ts";
import { count } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type Files, type Known, knownOf } from "./commit-content.ts";
import { type HeldBack, heldBack, withHeld, withoutHeld } from "./held-back.ts";
import { judgeHead, requireIntact } from "./judge-head.ts";
import { lookAtTheirs } from "./look-at-theirs.ts";
import { mergeCommits } from "./merge-commits.ts";
import { keepReplacedSeeds, mergeWithSeedsOpen } from "./merge-seeds.ts";
import { areCommitted, commitFiles, commitOf, moveBranch } from "./repository.ts";
import { requireShareable } from "./shareable.ts";
import { restoreMissing, snapshot, writeShared } from "./shared-files.ts";

export type MergeNeeds = Needs<
  "stderr" | "clock" | "computer" | "folder" | "ledger" | "workTree" | "sharedKeys"
>;

export interface Merged {
  /** The commit that the branch is at; undefined if there is nothing to share yet. */
  readonly commit: string | undefined;
  /** Whether others would take that commit in. */
  readonly isSigned: boolean;
  /** Another process has moved the branch in the meantime. */
  readonly isMoved: boolean;
  readonly came: readonly string[];
  readonly notes: readonly string[];
  /** How many seeds wait until they are sealed with the current key. */
  readonly waiting: number;
  /** Why nothing of theirs was taken in, if no member wrote it. */
  readonly refusal: UserError | undefined;
}

/** Runs under the data folder's lock, which is never held while we talk to another computer. Throws UserError (exit 9). */
export async function merge(branch: string, pushed: string | undefined, needs: MergeNeeds): Promise<Merged> {
  return needs.ledger.edit(async () => {
    // A `store move` may have run first; the merge would bring back the seeds that it took away.
    requireShareable(needs);
    const head = await commitOf("HEAD", needs);
    const now = snapshot(needs.folder, progressOf("reading file", needs));
    const known = head === undefined ? undefined : await knownOf(head, needs);
    if (known !== undefined) await requireIntact(known, needs);
    const committed: Files = known?.files ?? new Map();
    const kept = [...now.damaged].map(([name, fault]) => damagedNote(name, fault, committed.has(name)));
    // A file that can't be read is not shared: the others keep the version before it.
    const healed = [...now.damaged.keys()].filter((name) => committed.has(name));
    const own = new Map([...now.files, ...healed.map((name) => [name, committed.get(name) ?? ""] as const)]);
    const nothing = { commit: undefined, came: [], notes: kept, isMoved: false, isSigned: false, waiting: 0 };
    if (own.size === 0 && head === undefined && pushed === undefined)
      return { ...nothing, refusal: undefined };
    const { there, view, refusal } = await lookAtTheirs(pushed, known, [committed, own], needs);
    const theirs = there?.commit;
    if (own.size === 0 && head === undefined && theirs === undefined) return { ...nothing, refusal };
    const held = await sealWaiting(own, [committed, there?.files ?? new Map()], view);
    const author = view.author();

    const isFresh = head === undefined && (await isPartOf(there, own, needs));
    const whole = await mergeWithSeedsOpen(
      own,
      committed,
      (opens) => ({ files: restoreMissing(own, committed, view.standing, opens), notes: [] }),
      view,
      needs,
    );
    const parents = head === undefined ? [] : [head];
    const shared = withoutHeld(whole.files, held, committed);
    const isOurs =
      known === undefined || theirs === head || (await judgeHead(known, view, needs)).outcome === "good";
    const commitment = { parents, author, always: !isOurs && author !== undefined };
    const ours = isFresh ? undefined : await commitFiles({ files: shared }, known, commitment, needs);
    const target = theirs === undefined || ours === undefined ? (theirs ?? ours) : undefined;
    const result =
      target === undefined
        ? await mergeCommits(ours ?? "", there, author, view, needs)
        : { ...whole, commit: target };
    const { commit, opens = whole.opens } = result;
    const files = commit === ours ? shared : (await knownOf(commit ?? "", needs)).files;
    const wanted = withHeld(files, held, own);
    const spared = keepReplacedSeeds(now.files, wanted, opens, needs);
    const came = writeShared(now, wanted, needs, progressOf("writing file", needs));
    const isMoved = commit !== head && !(await moveBranch(branch, commit ?? "", head, needs));
    await view.remember();
    const notes = [...new Set([...kept, ...ignoredNotes(view), ...whole.notes, ...result.notes, ...spared])];
    const isSigned = author !== undefined || commit === theirs;
    return {
      commit,
      isSigned,
      isMoved,
      came: commit === ours ? [] : came,
      notes,
      waiting: held.ids.length,
      refusal,
    };
  });
}

/** Seals what waits with the current key, if the store opens without a prompt. Changes `own`, and returns what goes on waiting. */
async function sealWaiting(
  own: Map<string, string>,
  others: readonly Files[],
  view: View,
): Promise<HeldBack> {
  const { path } = view.standing;
  const held = heldBack(own, others, path);
  const reseal = held.ids.length === 0 ? undefined : await view.reseal();
  if (reseal === undefined) return held;
  for (const name of held.ids.flatMap((id) => [`seeds/${id}.json`, `notes/${id}.json`])) {
    const text = own.has(name) ? reseal(name, own.get(name) ?? "") : undefined;
    if (text !== undefined) own.set(name, text);
  }
  return heldBack(own, others, path);
}

/** Whether all that is here may come from an interrupted first sync with theirs: then it is not a separate store. */
async function isPartOf(
  there: Known | undefined,
  own: ReadonlyMap<string, string>,
  needs: Needs<"folder" | "workTree">,
): Promise<boolean> {
  const others = [...own].filter(([name, text]) => there?.files.get(name) !== text).map(([name]) => name);
  return others.length === 0 || (there !== undefined && (await areCommitted(others, there.commit, needs)));
}

function ignoredNotes({ standing }: View): string[] {
  const names = standing.ignored.map(({ entry }) => `${entry.number} (it says "${entry.by}")`);
  if (names.length === 0) return [];
  return [
    `${count(names.length, "entry", "entries")} of the list of members that no member made: left out ${names.join(", ")}`,
  ];
}

function damagedNote(name: string, fault: string, isHealed: boolean): string {
  const outcome = isHealed
    ? "the last good version was put back; the damaged one is in damaged/"
    : "it is not shared";
  return `"${printable(name)}" can't be read (${fault}): ${outcome}`;
}
