/**
 * The shares of a split backup as text, one per line. Other lines are headings, as `backup create --split` prints them. They
 * say what a share itself does not: how many shares there are, and of which backup. No part of a share is ever quoted.
 */

import { readShare } from "../../backup/shares.ts";
import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import type { ShareOnPaper } from "../../sheet/share-page.ts";
import type { Needs } from "../../world.ts";

/** The shortest share that SLIP-39 knows. */
const LEAST_WORDS = 20;
const HEADING = /\bshare\s+(\d{1,2})\s+of\s+(\d{1,2})\b/i;
const BACKUP = /^\s+of the backup "(.*)", (\d{4}-\d\d-\d\d)\b/i;

/** Throws UserError (exit 5) that names the line if a line looks like a share but is not one. */
export async function readShares(path: string, needs: Needs<"stdin" | "files">): Promise<ShareOnPaper[]> {
  const bytes =
    path === "-"
      ? await needs.stdin.readAll(TEXT_LIMITS.bytes)
      : await needs.files.read(path, TEXT_LIMITS.bytes);
  const shares: ShareOnPaper[] = [];
  let heading: Omit<ShareOnPaper, "needed" | "words"> | undefined;
  for (const [i, line] of Buffer.from(bytes)
    .toString("utf8")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const found = HEADING.exec(line);
    const rest = found === null ? line : line.slice(found.index + found[0].length);
    if (found !== null) {
      const [, backup, createdAt] = BACKUP.exec(rest) ?? [];
      heading = { number: Number(found[1]), count: Number(found[2]), backup, createdAt };
    }
    const candidate = found === null ? line : rest.replace(/^[\s:.-]+/, "");
    if (!hasLookOfShare(candidate)) continue;
    const share = await readShare(candidate).catch(asUserError);
    if (share instanceof UserError)
      throw wrongLine(i, "is not a share of a backup: a word is wrong, missing or misplaced");
    const { number, needed, words } = share;
    if (heading !== undefined && heading.number !== number)
      throw wrongLine(i, "is a different share from what its heading says");
    shares.push({ count: undefined, ...heading, number, needed, words });
    heading = undefined;
  }
  if (shares.length > 0) return shares;
  throw new UserError("found no share of a backup in it", ExitCode.unreadable, [
    "--shares reads what this command prints: twinseed backup create --split",
  ]);
}

/** Nothing but words, which may be numbered, and enough of them; headings are short, or have quotes and dashes in them. */
function hasLookOfShare(line: string): boolean {
  return /^[\sA-Za-z\d.):,;]*$/.test(line) && (line.match(/[A-Za-z]+/g) ?? []).length >= LEAST_WORDS;
}

function wrongLine(index: number, what: string): UserError {
  return new UserError(`line ${index + 1} ${what}`, ExitCode.unreadable);
}
