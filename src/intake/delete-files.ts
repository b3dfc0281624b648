/**
 * Deletes files whose seeds are enrolled and read back, because any program that the user runs can read them. Never deletes
 * a file that holds another seed, or that is a different file by now.
 */

import { UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { printable } from "../base/printable.ts";
import type { Terminal } from "../ports/terminal.ts";
import { note, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** A file that was read. */
export interface ReadFile {
  readonly path: string;
  /** Of the bytes that were read: another file may have taken its place since. */
  readonly digest: string;
  /** Why it must be kept: for example, not everything in it was enrolled. */
  readonly keep?: string;
  readonly hasManySeeds?: boolean;
}

/** What messages call the file, and the option that deletes it. */
export interface Wording {
  readonly thing: string;
  readonly option: string;
}

export const PICTURES: Wording = { thing: "picture", option: "--delete-image" };
export const EXPORTS: Wording = { thing: "file", option: "--delete-file" };

export async function digestOf(bytes: Uint8Array): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Deletes the files if `isRequested`; else asks on the terminal; without one, says how to delete them. Returns false if a
 * file that should be deleted is still there.
 */
export async function deleteSources(
  files: readonly ReadFile[],
  isRequested: boolean,
  terminal: Terminal | undefined,
  words: Wording,
  needs: Needs<"stderr" | "files">,
): Promise<boolean> {
  if (isRequested) return deleteFiles(files, words, needs);
  const deletable: ReadFile[] = [];
  for (const file of files) {
    const reason = await reasonToKeep(file, words, needs);
    if (reason === undefined) deletable.push(file);
    else if (reason !== GONE && reason !== ODD) note(needs, `hint: ${keptSentence(file, reason)}`);
  }
  if (deletable.length === 0) return true;
  const names = deletable.map(shown).join(", ");
  const them = deletable.length === 1 ? "it" : "them";
  const seed = deletable.length > 1 || deletable[0]?.hasManySeeds ? "seeds" : "seed";
  if (terminal === undefined) {
    note(
      needs,
      `hint: any program you run can read the ${seed} in ${names}: delete ${them}, or let ${words.option} do it`,
    );
  } else if (
    await terminal.confirm(`Delete ${names}? Any program you run can read the ${seed} in ${them}.`, false)
  ) {
    return deleteFiles(deletable, words, needs);
  }
  return true;
}

/** For --dry-run. */
export async function sayDeletions(
  files: readonly ReadFile[],
  words: Wording,
  needs: Needs<"stderr" | "files">,
): Promise<void> {
  for (const file of files) {
    const reason = await reasonToKeep(file, words, needs);
    if (reason === undefined) note(needs, `would have deleted ${shown(file)}`);
    else if (reason !== GONE) warn(needs, keptSentence(file, reason));
  }
}

async function deleteFiles(
  files: readonly ReadFile[],
  words: Wording,
  needs: Needs<"stderr" | "files">,
): Promise<boolean> {
  const deleted: string[] = [];
  let isDone = true;
  for (const file of files) {
    // Checked again, as the user may have taken a while to answer.
    const reason = (await reasonToKeep(file, words, needs)) ?? (await remove(file, needs));
    if (reason === undefined) deleted.push(shown(file));
    else if (reason !== GONE) {
      isDone = false;
      warn(needs, keptSentence(file, reason));
    }
  }
  if (deleted.length > 0) {
    note(
      needs,
      `deleted ${deleted.join(", ")} (not overwritten); backups and cloud folders may still have it`,
    );
  }
  return isDone;
}

function keptSentence(file: ReadFile, reason: string): string {
  return `kept ${shown(file)}, which holds a seed: ${reason}`;
}

const LONGEST_PATH = 400;
const GONE = "it is already gone";
const ODD = "it is not a regular file";

async function reasonToKeep(
  { path, digest, keep }: ReadFile,
  { thing }: Wording,
  needs: Needs<"files">,
): Promise<string | undefined> {
  if (keep !== undefined) return keep;
  try {
    const kind = await needs.files.kind(path);
    if (kind === "missing") return GONE;
    if (kind === "link") return `it is a link to the ${thing}`;
    if (kind === "other") return ODD;
    const now = await needs.files.read(path, LIMITS.bytes);
    return digest === (await digestOf(now)) ? undefined : `it is a different ${thing} by now`;
  } catch (error) {
    return messageOf(error);
  }
}

/** In full: the user must know which file it is. */
function shown({ path }: ReadFile): string {
  return `"${printable(path, LONGEST_PATH)}"`;
}

async function remove({ path }: ReadFile, needs: Needs<"files">): Promise<string | undefined> {
  try {
    await needs.files.remove(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
