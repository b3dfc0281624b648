/**
 * Whether what others pushed was written by a member. A commit counts if a member signed it, in exactly our form, and if the shared
 * files are those that were signed: their contents are summed, as git would also show objects that were exchanged on the disk. An unsigned commit on top (a README edited on the web) counts as the signed one below it if it has the same files.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Member } from "../members/entry.ts";
import type { View } from "../seeds/file/list-view.ts";
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import type { Known } from "./commit-content.ts";
import { git } from "./git-command.ts";
import { parseCommit, type SignedCommit, signerOfCommit, sumOf } from "./signed-commit.ts";

export type Verdict =
  | { readonly outcome: "good" }
  /** The list of members that has its author can't be checked while the store is locked. */
  | { readonly outcome: "waits"; readonly by: string }
  /** `why`: goes on from "it". */
  | { readonly outcome: "refused"; readonly why: string };

type Looking = Needs<"folder" | "workTree">;

/** How many unsigned commits may lie on top of a signed one. */
const UNSIGNED = 200;

export async function judgeHead(head: Known, view: View, needs: Looking): Promise<Verdict> {
  const odd = head.odd[0] ?? [...head.unusable.keys()][0];
  if (odd !== undefined) return refused(`has a file that no store has: "${printable(odd)}"`);
  const text = await commitText(head.commit, needs);
  const signed = parseCommit(text);
  if (signed !== undefined) return judgeSigned(signed, head, view);
  const below = await signedBelow(head.commit, needs);
  const [nearest] = below;
  if (nearest === undefined || below.length > 1) return refused("was signed by no member");
  const verdict = judgeSigned(nearest, head, view);
  if (verdict.outcome === "good") return verdict;
  return nearest.sum === sumOf(head.files) ? verdict : refused("was signed by no member");
}

function judgeSigned(signed: SignedCommit, { files }: Known, { standing, newest }: View): Verdict {
  const members = newest?.entry.members ?? [];
  const byKey = signerAmong(members, signed);
  const past = standing.path.flatMap(({ entry }) => entry.members);
  const before = byKey === undefined ? signerAmong(past, signed) : undefined;
  if (before !== undefined) return refused(`was signed by ${before.name}, who is not a member any more`);
  if (byKey === undefined) return refused("was signed by no member");
  if (signed.store !== newest?.entry.store) return refused(`was signed by ${byKey.name} for another store`);
  if (signed.sum !== sumOf(files)) return refused(`has not the files that ${byKey.name} signed`);
  const checked = standing.checked?.entry.members ?? [];
  return checked.some(({ signer }) => signer === byKey.signer)
    ? { outcome: "good" }
    : { outcome: "waits", by: byKey.name };
}

function signerAmong(members: readonly Member[], signed: SignedCommit): Member | undefined {
  const signers = [...new Set(members.flatMap(({ signer }) => signer ?? []))];
  const key = signerOfCommit(signed, signers);
  return members.findLast(({ signer }) => key !== undefined && signer === key);
}

/** The signed commits that are reached through unsigned ones, without those that others of them come after. */
async function signedBelow(commit: string, needs: Looking): Promise<SignedCommit[]> {
  const signed = new Map<string, SignedCommit>();
  const seen = new Set([commit]);
  for (const one of seen) {
    if (seen.size > UNSIGNED) return [];
    const text = await commitText(one, needs);
    const parsed = parseCommit(text);
    if (parsed !== undefined) signed.set(one, parsed);
    else for (const [, parent = ""] of text.matchAll(/^parent ([0-9a-f]{40,64})$/gm)) seen.add(parent);
  }
  if (signed.size < 2) return [...signed.values()];
  const newest = (await git(needs, ["merge-base", "--independent", ...signed.keys()])).split("\n");
  return newest.flatMap((one) => signed.get(one) ?? []);
}

async function commitText(commit: string, needs: Looking): Promise<string> {
  return git(needs, ["cat-file", "commit", commit]);
}

/** Throws UserError (exit 1) if a commit of ours does not hold the files that its author signed: git's own copy was changed. */
export async function requireIntact({ commit, files }: Known, needs: Looking): Promise<void> {
  const signed = parseCommit(await commitText(commit, needs));
  if (signed === undefined || signed.sum === sumOf(files)) return;
  throw new UserError(
    `git's copy of commit ${commit.slice(0, 12)} was changed on this disk: it has not the files that were signed`,
    ExitCode.failed,
    [
      `see which objects are wrong: git -C ${pasteableName(needs.folder.path, "FOLDER")} fsck`,
      "move .git away and join again: twinseed sync --join URL; your files stay as they are",
    ],
  );
}

/** Keeps the commit, so that git does not delete what someone may want to look at. */
export async function keepRefused(commit: string, needs: Needs<"workTree">): Promise<string> {
  const name = `refs/twinseed/refused/${commit.slice(0, 12)}`;
  await needs.workTree.git(["update-ref", name, commit]);
  return name;
}

/** What the user is told about a head that changes nothing here (exit 9). `ours`: the last good files. */
export async function refusalError(
  head: Known,
  why: string,
  ours: ReadonlyMap<string, string>,
  needs: Looking,
): Promise<UserError> {
  const kept = await keepRefused(head.commit, needs);
  const names = [...new Set([...head.files.keys(), ...ours.keys(), ...head.unusable.keys(), ...head.odd])];
  const touched = names.filter((name) => head.files.get(name) !== ours.get(name)).sort();
  const some = touched.slice(0, 5).map((name) => printable(name));
  const more = touched.length > some.length ? `, and ${touched.length - some.length} more` : "";
  const lines = (await commitText(head.commit, needs)).split("\n");
  const author =
    lines
      .find((line) => line.startsWith("author "))
      ?.slice("author ".length)
      .split(" <")[0] ?? "";
  return new UserError(
    `nothing was taken in: the newest commit in the repository (${head.commit.slice(0, 12)}, it says by "${printable(author, 80)}") ${why}`,
    ExitCode.undecided,
    [
      ...(some.length === 0 ? [] : [`it touches ${some.join(", ")}${more}; it is kept as ${kept}`]),
      "to put the last good state back in the repository: twinseed sync --replace",
      "and find out who can push: only members should",
    ],
  );
}

function refused(why: string): Verdict {
  return { outcome: "refused", why };
}
