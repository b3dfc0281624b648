/**
 * The shares of a split backup as text: one a line; other lines are headings, as `backup create --split` prints them. They
 * tell what a share itself does not know: how many there are, and of which backup. Nothing of a share is ever quoted.
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

/** Throws UserError (exit 5) where a line with the look of a share is none, and names the line. */
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
    const said = HEADING.exec(line);
    const rest = said === null ? line : line.slice(said.index + said[0].length);
    if (said !== null) {
      const [, backup, createdAt] = BACKUP.exec(rest) ?? [];
      heading = { number: Number(said[1]), count: Number(said[2]), backup, createdAt };
    }
    const candidate = said === null ? line : rest.replace(/^[\s:.-]+/, "");
    if (!hasLookOfShare(candidate)) continue;
    const share = await readShare(candidate).catch(asUserError);
    if (share instanceof UserError)
      throw wrongLine(i, "is not a share of a backup: a word is wrong, missing or misplaced");
    const { number, needed, words } = share;
    if (heading !== undefined && heading.number !== number)
      throw wrongLine(i, "is another share than its heading says");
    shares.push({ count: undefined, ...heading, number, needed, words });
    heading = undefined;
  }
  if (shares.length > 0) return shares;
  throw new UserError("there is no share of a backup in it", ExitCode.unreadable, [
    "give it what this prints: twinseed backup create --split",
  ]);
}

/** Nothing but words, which may be numbered, and enough of them; headings are short, or have quotes and dashes in them. */
function hasLookOfShare(line: string): boolean {
  return /^[\sA-Za-z\d.):,;]*$/.test(line) && (line.match(/[A-Za-z]+/g) ?? []).length >= LEAST_WORDS;
}

function wrongLine(index: number, what: string): UserError {
  return new UserError(`line ${index + 1} ${what}`, ExitCode.unreadable);
}
