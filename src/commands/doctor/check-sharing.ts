/** The part of `doctor` that checks a shared store: who can open it, and what has not been pushed yet. */

import { asUserError, UserError } from "../../base/errors.ts";
import type { KeysFix } from "../../seeds/file/check-keys.ts";
import { readSlots } from "../../seeds/file/slots.ts";
import type { StoreKind } from "../../settings/config-file.ts";
import { cloudServiceOf } from "../../sync/cloud-folder.ts";
import { knownOf } from "../../sync/commit-content.ts";
import { git } from "../../sync/git-command.ts";
import { commitOf, urlOf } from "../../sync/repository.ts";
import { snapshot } from "../../sync/shared-files.ts";
import { count, pasteableName } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Line, ok, REPAIR, unknown, wrong, wrongBy } from "./lines.ts";

/** Returns no lines about a store that was never shared. */
export async function checkSharing(
  kind: StoreKind | undefined,
  seeds: readonly Line[],
  needs: Needs<"folder" | "sharedKeys">,
): Promise<Line[]> {
  // A list that is gone, where this computer remembers one, must not pass for a store that was never shared.
  const hasList = kind === "file" && (await needs.sharedKeys.view().catch(asUserError)) !== undefined;
  if (kind !== "file" || !(hasList || isShared(needs))) return [];
  if (seeds.some(({ isLocked }) => isLocked)) return [unknown("sharing", "not checked")];
  try {
    const { members, faults } = await needs.sharedKeys.check();
    const found = faults.map(({ message, fix }) => wrong("sharing", message, fixOf(fix)));
    const service = members === 0 ? undefined : cloudServiceOf(needs.folder.path);
    if (service !== undefined)
      found.push(
        wrong(
          "sharing",
          `the data folder is in ${service}, which can change the accounts and devices there`,
          "move the folder, and set TWINSEED_HOME; share it with: twinseed sync",
        ),
      );
    if (found.length > 0) return found;
    const who =
      members === 0 ? "no list of members" : `the slots match the list of ${count(members, "member")}`;
    return [ok("sharing", `${who}; every seed is sealed with the current key`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [wrongBy("sharing", error)];
  }
}

function isShared({ folder }: Needs<"folder">): boolean {
  const { age, older, usable } = readSlots(folder);
  const keys = new Set(usable.map(({ keyId }) => keyId));
  return folder.list("members").length + age.length + older.length > 0 || keys.size > 1;
}

function fixOf(fix: KeysFix): string {
  if (fix === "rekey") return "twinseed store rekey";
  if (fix === "reseal") return REPAIR;
  if (fix === "sync") return "twinseed sync";
  return fix === "by-hand" ? "restore that file from a backup, or from git's history" : fix.hint;
}

export async function repairSharing(lines: readonly Line[], needs: Needs<"sharedKeys">): Promise<string[]> {
  if (!lines.some(({ fix }) => fix === REPAIR)) return [];
  const seeds = await needs.sharedKeys.reseal();
  return seeds === 0 ? [] : [`sealed ${count(seeds, "seed")} with the current data key`];
}

/** Contacts no other computer: reports what the last sync saw. */
export async function checkSync(needs: Needs<"folder" | "workTree">): Promise<Line[]> {
  if (!(await needs.workTree.isThere())) return [];
  const fix = "twinseed sync";
  try {
    const head = await commitOf("HEAD", needs);
    if (head === undefined) return [wrong("sync", "the data folder was never committed", fix)];
    const { files } = snapshot(needs.folder);
    const { files: committed } = await knownOf(head, needs);
    const names = new Set([...files.keys(), ...committed.keys()]);
    const changed = [...names].filter((name) => files.get(name) !== committed.get(name)).length;
    const since = changed === 0 ? "nothing changed" : `${count(changed, "file")} changed`;
    if ((await urlOf(needs)) === undefined)
      return [ok("sync", `${since} since the last sync; no remote to share it with`)];
    const unpushed = await countUnpushed(needs);
    if (unpushed === undefined) return [wrong("sync", "it was never pushed", fix)];
    const { ahead, behind } = unpushed;
    if (ahead > 0 && behind > 0) return [wrong("sync", "both sides have changes that the other lacks", fix)];
    if (ahead > 0) return [wrong("sync", `${count(ahead, "commit")} could not be pushed`, fix)];
    return [ok("sync", `${since} since the last sync`)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      wrongBy("sync", error, `look at it with: git -C ${pasteableName(needs.folder.path, "FOLDER")} status`),
    ];
  }
}

async function countUnpushed(
  needs: Needs<"folder" | "workTree">,
): Promise<{ ahead: number; behind: number } | undefined> {
  const branch = (await git(needs, ["symbolic-ref", "--short", "HEAD"])).trim();
  const theirs = `refs/remotes/origin/${branch}`;
  if ((await commitOf(theirs, needs)) === undefined) return undefined;
  const counts = await git(needs, ["rev-list", "--left-right", "--count", `HEAD...${theirs}`]);
  const [ahead = 0, behind = 0] = counts.trim().split("\t").map(Number);
  return { ahead, behind };
}
