/** The shares of a split backup on paper: one per page, as each goes to a different place or person. Holds no seed. Pure. */
import { dated, formatPage, isolated, type Paper, text, viewerLine } from "./html.ts";
import { ENGLISH, type SheetWords } from "./sheet-words.ts";

export interface ShareOnPaper {
  /** What the shares open: the name of the backup's file. */
  readonly backup?: string | undefined;
  /** YYYY-MM-DD. */
  readonly createdAt?: string | undefined;
  /** From 1. */
  readonly number: number;
  /** How many shares there are; undefined if the user did not say: a share does not know. */
  readonly count: number | undefined;
  readonly needed: number;
  readonly words: readonly string[];
}

const COLUMNS = 3;
/** To be filled in by hand, as a share does not say which backup it belongs to. */
const BLANK = '<span class="blank"></span>';

/** `viewer`: the SHA-256 of the viewer of recovery pages. */
export function formatSharePages(
  shares: readonly ShareOnPaper[],
  date: string,
  paper?: Paper,
  viewer?: string,
  words: SheetWords = ENGLISH,
): string {
  const pages = shares.map((share) => formatShare(share, date, viewer, words)).join("");
  return formatPage(words.sharesTitle(date), paper, pages, words);
}

function formatShare(
  share: ShareOnPaper,
  date: string,
  viewer: string | undefined,
  says: SheetWords,
): string {
  const { backup, createdAt, number, count, needed, words } = share;
  const name = backup === undefined ? BLANK : isolated(backup, 80);
  const made = createdAt === undefined ? BLANK : dated(createdAt);
  // Identifier and flags (SLIP-39): the same in all shares of one backup.
  const common = words.slice(0, 2).map((word) => `<strong>${text(word)}</strong>`);
  const rows = Math.ceil(words.length / COLUMNS);
  return `<section class="share">
<h1>${says.share(number, count)}</h1>
<p>${says.opens(name, made, needed, dated(date))}</p>
<p class="warning">${says.shareWarning(needed)}</p>
<ol class="words" style="grid-template-rows:repeat(${rows},auto)">
${words.map((word, i) => `<li><b>${i + 1}</b><span>${text(word)}</span></li>`).join("\n")}
</ol>
<ol class="how">
<li>${says.gather(needed, common.join(" "))}</li>
<li>${says.restore("<code>twinseed backup restore FILE</code>", words.length)}</li>
<li>${says.standard}</li>
${viewerLine(viewer, says)}</ol>
</section>
`;
}
