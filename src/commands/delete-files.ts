/**
 * Deletes the picture files whose seeds are enrolled and read back: any program of the person's can read those. Never one that
 * holds a seed besides, or that is another picture by now.
 */
import type { Context, Terminal } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { printable } from "../../printable.ts";
import { LARGEST_IMAGE } from "../../qr/image-header.ts";
import { note, warn } from "../say.ts";
import type { PictureFile } from "./found.ts";

/** A picture that was read, and whether everything in it was enrolled. */
export interface ReadPicture extends PictureFile {
  readonly isEnrolled: boolean;
}

export async function digestOf(bytes: Uint8Array): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
}

/** Deletes if told to, else asks the person, else says how. False if one should be gone and is still there. */
export async function tidyUp(
  pictures: readonly ReadPicture[],
  isTold: boolean,
  terminal: Terminal | undefined,
  ctx: Context,
): Promise<boolean> {
  if (isTold) return deletePictures(pictures, ctx);
  const deletable: ReadPicture[] = [];
  for (const picture of pictures) {
    const reason = await reasonToKeep(picture, ctx);
    if (reason === undefined) deletable.push(picture);
    else if (reason !== GONE && reason !== ODD) note(ctx, `hint: ${stillThere(picture, reason)}`);
  }
  if (deletable.length === 0) return true;
  const names = deletable.map(shown).join(", ");
  const [seed, them] = deletable.length === 1 ? ["seed", "it"] : ["seeds", "them"];
  if (terminal === undefined) {
    note(
      ctx,
      `hint: any program of yours can read the ${seed} in ${names}: delete ${them}, or let --delete-image do so`,
    );
  } else if (
    await terminal.confirm(`Delete ${names}? Any program of yours can read the ${seed} in ${them}.`, false)
  ) {
    return deletePictures(deletable, ctx);
  }
  return true;
}

/** For --dry-run. */
export async function sayWhatWouldGo(pictures: readonly ReadPicture[], ctx: Context): Promise<void> {
  for (const picture of pictures) {
    const reason = await reasonToKeep(picture, ctx);
    if (reason === undefined) note(ctx, `would have deleted ${shown(picture)}`);
    else if (reason !== GONE) warn(ctx, stillThere(picture, reason));
  }
}

async function deletePictures(pictures: readonly ReadPicture[], ctx: Context): Promise<boolean> {
  const deleted: string[] = [];
  let isDone = true;
  for (const picture of pictures) {
    // Asked again, as it takes a person a while to answer.
    const reason = (await reasonToKeep(picture, ctx)) ?? (await remove(picture, ctx));
    if (reason === undefined) deleted.push(shown(picture));
    else if (reason !== GONE) {
      isDone = false;
      warn(ctx, stillThere(picture, reason));
    }
  }
  if (deleted.length > 0) {
    note(
      ctx,
      `deleted ${deleted.join(", ")}; not overwritten, and backups and cloud folders may still have it`,
    );
  }
  return isDone;
}

function stillThere(picture: ReadPicture, reason: string): string {
  return `${shown(picture)} holds a seed and is kept: ${reason}`;
}

const LONGEST_PATH = 400;
const GONE = "it is gone already";
const ODD = "it is not a regular file";

async function reasonToKeep(
  { path, digest, holdsMore, isEnrolled }: ReadPicture,
  ctx: Context,
): Promise<string | undefined> {
  if (!isEnrolled) return "not every code in it was enrolled";
  if (holdsMore) return "it holds seeds of another kind too";
  try {
    const kind = await ctx.files.kind(path);
    if (kind === "missing") return GONE;
    if (kind === "link") return "it is a link; the picture is where it points to";
    if (kind === "other") return ODD;
    const now = await ctx.files.read(path, LARGEST_IMAGE);
    return digest === (await digestOf(now)) ? undefined : "it is another picture by now";
  } catch (error) {
    return messageOf(error);
  }
}

/** Whole: one must know which file it is. */
function shown({ path }: ReadPicture): string {
  return `"${printable(path, LONGEST_PATH)}"`;
}

async function remove({ path }: ReadPicture, ctx: Context): Promise<string | undefined> {
  try {
    await ctx.files.remove(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
