/**
 * One round: commit what is on the disk, fetch what the others have, merge it in memory, write the result file by file, and
 * only then move the branch to the merge commit and push it. A kill in between leaves a data folder that holds part of the
 * merge; the next round takes that part for changes of our own, and merges to the same result.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { isPrivate } from "../../base/private-files.ts";
import { sealedIds } from "../../seeds/file/sealed-file.ts";
import { readConfig, writeConfig } from "../../settings/config-file.ts";
import { type InitializeNeeds, initialize } from "../../sync/initialize.ts";
import { keepReplacedSeeds, type MergedSeeds, mergeWithSeedsOpen } from "../../sync/merge-seeds.ts";
import { adoptBranch, fetchTheirs, pushOurs, rememberTheirs } from "../../sync/remote.ts";
import {
  areCommitted,
  branchOf,
  commitFiles,
  commitOf,
  type Files,
  type Known,
  knownOf,
  moveBranch,
  refreshIndex,
  type Tree,
  urlOf,
} from "../../sync/repository.ts";
import { isShared, mergeShared, restoreMissing, snapshot, writeShared } from "../../sync/shared-files.ts";
import { count, note, pasteableName, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { removeForeignFiles } from "./foreign-files.ts";

type RunSyncNeeds = Needs<"stdout" | "clock" | "random" | "folderCare" | "sharedKeys"> & InitializeNeeds;

export interface SyncOptions {
  /** true: --init without an address. */
  init?: string | true;
  json?: boolean;
}

/** Others may push between our pull and our push, again and again. */
const ROUNDS = 12;
const LONGEST_PAUSE = 400;

/** Throws UserError: exit 1 if the data folder is not a work tree, or git fails. */
export async function sync(options: SyncOptions, needs: RunSyncNeeds): Promise<void> {
  if (await needs.workTree.isThere()) await removeForeignFiles(needs);
  requireFileStore(needs);
  if (options.init !== undefined) await initialize(options.init === true ? undefined : options.init, needs);
  else if (!(await needs.workTree.isThere())) throw noWorkTree(needs);
  const url = await urlOf(needs);
  if (url !== undefined && (await commitOf("HEAD", needs)) === undefined) await adoptBranch(url, needs);
  const branch = await branchOf(needs);
  const came = new Set<string>();
  const notes = new Set<string>();
  let pushed = false;
  for (let round = 1; ; round++) {
    const theirs = url === undefined ? undefined : await fetchTheirs(url, branch, needs);
    await rememberTheirs(branch, theirs, needs);
    const merged = await merge(branch, theirs, needs);
    for (const name of merged.came) came.add(name);
    for (const text of merged.notes) notes.add(text);
    if (url === undefined || merged.commit === undefined || merged.commit === theirs) break;
    if (merged.isMoved || !(await pushOurs(url, branch, merged.commit, needs))) {
      if (round === ROUNDS) throw tooBusy();
      await needs.clock.sleep(((needs.random(1)[0] ?? 0) / 255) * LONGEST_PAUSE * Math.min(round, 4));
      continue;
    }
    await rememberTheirs(branch, merged.commit, needs);
    pushed = true;
    break;
  }
  await refreshIndex(needs);
  adoptStore(needs);
  await needs.folderCare.setModes();
  report(options, { came: [...came], notes: [...notes], pushed, url }, needs);
}

interface Merged {
  /** The commit that the branch is at; undefined if there is nothing to share yet. */
  readonly commit: string | undefined;
  /** Another process has moved the branch in the meantime. */
  readonly isMoved: boolean;
  readonly came: readonly string[];
  readonly notes: readonly string[];
}

/** Runs under the data folder's lock, which is never held while we talk to another computer. */
async function merge(branch: string, theirs: string | undefined, needs: RunSyncNeeds): Promise<Merged> {
  return needs.ledger.edit(async () => {
    // A `store move` may have run first; the merge would bring back the seeds that it took away.
    requireFileStore(needs);
    const head = await commitOf("HEAD", needs);
    const now = snapshot(needs.folder);
    const known = head === undefined ? undefined : await knownOf(head, needs);
    const committed: Files = known?.files ?? new Map();
    const kept = [...now.damaged].map(([name, fault]) => damagedNote(name, fault, committed.has(name)));
    // A file that can't be read is not shared: the others keep the version before it.
    const healed = [...now.damaged.keys()].filter((name) => committed.has(name));
    const own = new Map([...now.files, ...healed.map((name) => [name, committed.get(name) ?? ""] as const)]);
    const none = { came: [], notes: kept, isMoved: false };
    if (own.size === 0 && head === undefined && theirs === undefined) return { ...none, commit: undefined };
    const isFresh = head === undefined && (await isPartOf(theirs, own, needs));
    const whole = await mergeWithSeedsOpen(
      own,
      committed,
      (opens) => ({ files: restoreMissing(own, committed, opens), notes: [] }),
      needs,
    );
    const parents = head === undefined ? [] : [head];
    const ours = isFresh ? undefined : await commitFiles({ files: whole.files }, known, parents, needs);
    const target = theirs === undefined || ours === undefined ? (theirs ?? ours) : undefined;
    const result =
      target === undefined
        ? await mergeCommits(ours ?? "", theirs ?? "", needs)
        : { ...whole, commit: target };
    const { commit, opens = whole.opens } = result;
    const wanted = commit === ours ? whole.files : (await knownOf(commit ?? "", needs)).files;
    const spared = keepReplacedSeeds(now.files, wanted, opens, needs);
    const came = writeShared(now, wanted, needs);
    const isMoved = commit !== head && !(await moveBranch(branch, commit ?? "", head, needs));
    const notes = [...new Set([...kept, ...whole.notes, ...result.notes, ...spared])];
    return { commit, isMoved, came: commit === ours ? [] : came, notes };
  });
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
  needs: Needs<"computer" | "folder" | "ledger" | "workTree" | "sharedKeys">,
): Promise<MergedSeeds & { commit: string }> {
  const { ok, output } = await needs.workTree.git(["merge-base", ours, theirs]);
  if (!ok) throw strangers();
  const base = output.trim();
  const none = { files: new Map<string, string>(), notes: [] };
  if (base === theirs) return { ...none, commit: ours };
  const [before, here, there] = [
    await knownOf(base, needs),
    await knownOf(ours, needs),
    await knownOf(theirs, needs),
  ];
  const usable = withoutUnusable(there, here.files, before.files);
  const { files, notes, opens } = await mergeWithSeedsOpen(
    here.files,
    usable,
    (opener) => mergeShared(before.files, here.files, usable, opener),
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
  return new Map(others.filter(([name]) => sameObject(ours.get(name), base.get(name))));
}

function sameObject(a: { object: string } | undefined, b: { object: string } | undefined): boolean {
  return a?.object === b?.object;
}

function report(
  options: SyncOptions,
  {
    came,
    notes,
    pushed,
    url,
  }: { came: readonly string[]; notes: readonly string[]; pushed: boolean; url: string | undefined },
  needs: Needs<"stdout" | "stderr">,
): void {
  for (const text of notes) warn(needs, text);
  const entries = came.filter((name) => /^(accounts|removed)\//.test(name)).length;
  const pulled = came.length === 0 ? "nothing new to pull" : `${count(entries, "account")} added or changed`;
  const where = url === undefined ? "no remote to share it with: git remote add origin URL" : "";
  const isUpToDate = came.length === 0 && !pushed && url !== undefined;
  note(
    needs,
    isUpToDate
      ? "already up to date"
      : `${pulled}; ${where || (pushed ? "pushed local changes" : "nothing to push")}`,
  );
  if (came.some((name) => name.startsWith("keys/") || name.startsWith("recipients/")))
    note(needs, "the keys of the store have changed; see who can open it with: twinseed store recipients");
  if (!options.json) return;
  const result = { version: 1, came: [...came].sort(), pushed, notes };
  needs.stdout.write(`${printableJson(result)}\n`);
}

/** A clone has no config.json, because the choice of the store is not shared. */
function adoptStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder) !== undefined || sealedIds(needs.folder).length === 0) return;
  writeConfig(needs.folder, { store: "file", why: "sync: the sealed seeds came with the repository" });
}

function requireFileStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder)?.store !== "keyring") return;
  throw new UserError("the seeds are in the keyring, which can't be shared", ExitCode.failed, [
    "move them to encrypted files: twinseed store move file",
  ]);
}

function noWorkTree(needs: Needs<"folder">): UserError {
  return new UserError("the data folder is not a git work tree yet", ExitCode.failed, [
    "make it one: twinseed sync --init git@example.com:team/seeds.git",
    `or, on a second computer: git clone URL ${pasteableName(needs.folder.path, "FOLDER")}`,
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

function tooBusy(): UserError {
  return new UserError("others kept pushing before we could", ExitCode.failed, [
    "everything is merged here; run this again to push it",
  ]);
}

function damagedNote(name: string, fault: string, isHealed: boolean): string {
  const outcome = isHealed
    ? "the last good version was put back; the damaged one is in damaged/"
    : "it is not shared";
  return `"${printable(name)}" can't be read (${fault}): ${outcome}`;
}
