/**
 * One merge: commits what is on the disk, merges it in memory with what the others have, writes the result file by file, and only
 * then moves the branch to the merge commit. A kill in between leaves a data folder that holds part of the merge; the next one
 * takes that part for changes of our own, and reaches the same result.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { isPrivate } from "../base/private-files.ts";
import { firstFormatError } from "../seeds/file/file-store.ts";
import type { View } from "../seeds/file/shared-keys.ts";
import { readConfig } from "../settings/config-file.ts";
import { count } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type Files, type Known, knownOf, type Tree } from "./commit-content.ts";
import { type HeldBack, heldBack, withHeld, withoutHeld } from "./held-back.ts";
import { keepReplacedSeeds, type MergedSeeds, mergeWithSeedsOpen } from "./merge-seeds.ts";
import { areCommitted, commitFiles, commitOf, moveBranch } from "./repository.ts";
import { isShared, mergeShared, restoreMissing, snapshot, writeShared } from "./shared-files.ts";

export type MergeNeeds = Needs<"stderr" | "computer" | "folder" | "ledger" | "workTree" | "sharedKeys">;

export interface Merged {
  /** The commit that the branch is at; undefined if there is nothing to share yet. */
  readonly commit: string | undefined;
  /** Another process has moved the branch in the meantime. */
  readonly isMoved: boolean;
  readonly came: readonly string[];
  readonly notes: readonly string[];
  /** How many seeds wait until they are sealed with the current key. */
  readonly waiting: number;
  /** Set if nothing may be pushed until a person has decided. */
  readonly undecided: UserError | undefined;
}

/** Runs under the data folder's lock, which is never held while we talk to another computer. */
export async function merge(branch: string, theirs: string | undefined, needs: MergeNeeds): Promise<Merged> {
  return needs.ledger.edit(async () => {
    // A `store move` may have run first; the merge would bring back the seeds that it took away.
    requireFileStore(needs);
    const head = await commitOf("HEAD", needs);
    const now = snapshot(needs.folder);
    const known = head === undefined ? undefined : await knownOf(head, needs);
    const there = theirs === undefined || theirs === head ? known : await knownOf(theirs, needs);
    const committed: Files = known?.files ?? new Map();
    const kept = [...now.damaged].map(([name, fault]) => damagedNote(name, fault, committed.has(name)));
    // A file that can't be read is not shared: the others keep the version before it.
    const healed = [...now.damaged.keys()].filter((name) => committed.has(name));
    const own = new Map([...now.files, ...healed.map((name) => [name, committed.get(name) ?? ""] as const)]);
    const none = { came: [], notes: kept, isMoved: false, waiting: 0, undecided: undefined };
    if (own.size === 0 && head === undefined && theirs === undefined) return { ...none, commit: undefined };

    const view = await needs.sharedKeys.view([there?.files ?? new Map(), committed, own]);
    if (view === undefined) throw noList([...(there?.tree.keys() ?? []), ...(known?.tree.keys() ?? [])]);
    const undecided = view.standing.stop === undefined ? undefined : await view.undecided();
    if (undecided !== undefined && view.standing.stop?.why !== "unknown") throw undecided;
    const held = await sealWaiting(own, [committed, there?.files ?? new Map()], view);

    const isFresh = head === undefined && (await isPartOf(theirs, own, needs));
    const whole = await mergeWithSeedsOpen(
      own,
      committed,
      (opens) => ({ files: restoreMissing(own, committed, view.standing, opens), notes: [] }),
      view,
      needs,
    );
    const parents = head === undefined ? [] : [head];
    const shared = withoutHeld(whole.files, held, committed);
    const ours = isFresh ? undefined : await commitFiles({ files: shared }, known, parents, needs);
    const target = theirs === undefined || ours === undefined ? (theirs ?? ours) : undefined;
    const result =
      target === undefined
        ? await mergeCommits(ours ?? "", theirs ?? "", there, view, needs)
        : { ...whole, commit: target };
    const { commit, opens = whole.opens } = result;
    const files = commit === ours ? shared : (await knownOf(commit ?? "", needs)).files;
    const wanted = withHeld(files, held, own);
    const spared = keepReplacedSeeds(now.files, wanted, opens, needs);
    const came = writeShared(now, wanted, needs);
    const isMoved = commit !== head && !(await moveBranch(branch, commit ?? "", head, needs));
    await view.remember();
    const notes = [...new Set([...kept, ...ignoredNotes(view), ...whole.notes, ...result.notes, ...spared])];
    const waiting = held.ids.length;
    return { commit, isMoved, came: commit === ours ? [] : came, notes, waiting, undecided };
  });
}

/** Seals what waits with the current key, if the store opens without a prompt. Changes `own`, and returns what goes on waiting. */
async function sealWaiting(
  own: Map<string, string>,
  others: readonly Files[],
  view: View,
): Promise<HeldBack> {
  const { newest } = view;
  if (newest === undefined) return { ids: [], names: new Set() };
  const held = heldBack(own, others, newest);
  const reseal = held.ids.length === 0 ? undefined : await view.reseal();
  if (reseal === undefined) return held;
  for (const id of held.ids) {
    const name = `seeds/${id}.json`;
    const text = reseal(name, own.get(name) ?? "");
    if (text !== undefined) own.set(name, text);
  }
  return heldBack(own, others, newest);
}

/** Whether all that is here may come from an interrupted first sync with theirs: then it is not a separate store. */
async function isPartOf(
  theirs: string | undefined,
  own: ReadonlyMap<string, string>,
  needs: Needs<"folder" | "workTree">,
): Promise<boolean> {
  return own.size === 0 || (theirs !== undefined && (await areCommitted([...own.keys()], theirs, needs)));
}

async function mergeCommits(
  ours: string,
  theirs: string,
  there: Known | undefined,
  view: View,
  needs: Needs<"computer" | "folder" | "ledger" | "workTree">,
): Promise<MergedSeeds & { commit: string }> {
  const { ok, output } = await needs.workTree.git(["merge-base", ours, theirs]);
  if (!ok || there === undefined) throw strangers();
  const base = output.trim();
  const none = { files: new Map<string, string>(), notes: [] };
  if (base === theirs) return { ...none, commit: ours };
  const [before, here] = [await knownOf(base, needs), await knownOf(ours, needs)];
  const usable = withoutUnusable(there, here.files, before.files);
  const { files, notes, opens } = await mergeWithSeedsOpen(
    here.files,
    usable,
    (opener) => mergeShared(before.files, here.files, usable, view.standing, opener),
    view,
    needs,
  );
  const unusable = [...there.unusable].map(
    ([name, fault]) => `"${printable(name)}" of the others is left out: ${fault}`,
  );
  const found = { files, notes: [...unusable, ...notes], opens };
  const isTheirs =
    unusable.length === 0 && isEqual(files, there.files) && ![...there.tree.keys()].some(isPrivate);
  if (base === ours && isTheirs) return { ...found, commit: theirs };
  const rest = restOf(before.tree, here.tree, there.tree);
  return { ...found, commit: await commitFiles({ files, rest }, here, [ours, theirs], needs) };
}

/** What of theirs can't be used counts as unchanged. */
function withoutUnusable(there: Known, ours: Files, base: Files): Files {
  if (there.unusable.size === 0) return there.files;
  const files = new Map(there.files);
  for (const name of there.unusable.keys()) {
    const text = ours.get(name) ?? base.get(name);
    if (text !== undefined) files.set(name, text);
  }
  return files;
}

function isEqual(a: Files, b: Files): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}

/** The other files in the repository, such as a README: what they have changed, and we have not, stays changed. */
function restOf(base: Tree, ours: Tree, theirs: Tree): Tree {
  const others = [...theirs].filter(([name]) => !isShared(name) && !isPrivate(name));
  return new Map(others.filter(([name]) => ours.get(name)?.object === base.get(name)?.object));
}

export function requireFileStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder)?.store !== "keyring") return;
  throw new UserError("the seeds are in the keyring, which can't be shared", ExitCode.failed, [
    "move them to encrypted files: twinseed store move file",
  ]);
}

function strangers(): UserError {
  return new UserError(
    "the repository holds a different store, not an earlier state of this one",
    ExitCode.failed,
    [
      "two stores have two keys and can't be merged; nothing was changed",
      "bring the accounts of this one over with: twinseed backup create, and backup restore there",
    ],
  );
}

/** `names`: all files in the repository. */
function noList(names: readonly string[]): UserError {
  if (names.some((name) => name.startsWith("recipients/"))) return firstFormatError();
  return new UserError("the store has no list of members, so it can't be shared", ExitCode.failed, [
    "begin the list, with this computer as its first member: twinseed sync --init",
    "if others have one, something removed it here: look at git log --stat; nothing was changed",
  ]);
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
