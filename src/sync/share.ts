/** Shares the data folder: fetches what the others have, merges it, and pushes the result, until no one else was first. */
import { ExitCode, UserError } from "../base/errors.ts";
import { sealedIds } from "../seeds/file/sealed-file.ts";
import { readConfig, writeConfig } from "../settings/config-file.ts";
import { pasteableName } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { type Merged, type MergeNeeds, merge } from "./merge-round.ts";
import { adoptBranch, fetchTheirs, pushOurs, rememberTheirs } from "./remote.ts";
import { branchOf, commitOf, refreshIndex, urlOf } from "./repository.ts";
import { requireShareable } from "./shareable.ts";

export type ShareNeeds = MergeNeeds & Needs<"clock" | "random" | "folderCare">;

export interface Shared {
  /** The names of the files that others have changed. */
  readonly came: readonly string[];
  /** Sentences for the user. */
  readonly notes: readonly string[];
  readonly pushed: boolean;
  /** The address that it was shared with; undefined if there is none. */
  readonly url: string | undefined;
  /** How many seeds wait until they are sealed with the current key. */
  readonly waiting: number;
  /** Set if nothing was taken in and pushed, because no member wrote what is in the repository. */
  readonly refusal: UserError | undefined;
  /** Whether there are changes here that this computer may not push, as it has no signing key in the list of members. */
  readonly onlyReads: boolean;
}

/** Others may push between our pull and our push, again and again. */
export const ROUNDS = 12;
const LONGEST_PAUSE = 400;

/**
 * `replace`: replaces what no member wrote by our state. Throws UserError: exit 1 if the data folder is not a work tree,
 * or git fails; exit 9 if a person must decide which list of members counts; exit 6 if that needs the store open.
 */
export async function share(needs: ShareNeeds, { replace = false } = {}): Promise<Shared> {
  requireShareable(needs);
  if (!(await needs.workTree.isThere())) throw noWorkTree(needs);
  const url = await urlOf(needs);
  if (url !== undefined && (await commitOf("HEAD", needs)) === undefined) await adoptBranch(url, needs);
  const branch = await branchOf(needs);
  const came = new Set<string>();
  const notes = new Set<string>();
  const end = async (merged: Merged, pushed: boolean): Promise<Shared> => {
    await refreshIndex(needs);
    adoptStore(needs);
    await needs.folderCare.setModes();
    const { waiting, refusal, isSigned } = merged;
    const onlyReads = !pushed && !isSigned && url !== undefined && refusal === undefined;
    return { came: [...came], notes: [...notes], pushed, url, waiting, refusal, onlyReads };
  };
  for (let round = 1; ; round++) {
    const theirs = url === undefined ? undefined : await fetchTheirs(url, branch, needs);
    await rememberTheirs(branch, theirs, needs);
    const merged = await merge(branch, theirs, needs);
    const { commit, isMoved, isSigned, refusal } = merged;
    for (const name of merged.came) came.add(name);
    for (const text of merged.notes) notes.add(text);
    if (url === undefined || commit === undefined || commit === theirs || !isSigned)
      return end(merged, false);
    if (refusal !== undefined && !replace) return end(merged, false);
    const lease = refusal === undefined ? undefined : theirs;
    if (!isMoved && (await pushOurs(url, branch, commit, needs, lease))) {
      await rememberTheirs(branch, commit, needs);
      return end({ ...merged, refusal: undefined }, true);
    }
    if (round === ROUNDS) throw tooBusy();
    await pause(round, needs);
  }
}

export async function pause(round: number, { clock, random }: Needs<"clock" | "random">): Promise<void> {
  await clock.sleep(((random(1)[0] ?? 0) / 255) * LONGEST_PAUSE * Math.min(round, 4));
}

/** A clone has no config.json, because the choice of the store is not shared. */
function adoptStore(needs: Needs<"folder">): void {
  if (readConfig(needs.folder) !== undefined || sealedIds(needs.folder).length === 0) return;
  writeConfig(needs.folder, { store: "file", why: "sync: the sealed seeds came with the repository" });
}

function noWorkTree(needs: Needs<"folder">): UserError {
  return new UserError("the data folder is not a git repository", ExitCode.failed, [
    "share it: twinseed sync --init git@example.com:team/seeds.git",
    "or join others who do: twinseed sync --join git@example.com:team/seeds.git",
    `it is ${pasteableName(needs.folder.path, "FOLDER")}`,
  ]);
}

export function tooBusy(): UserError {
  return new UserError("others kept pushing before we could", ExitCode.failed, [
    "everything is merged here; run this again to push it",
  ]);
}
