/** The shares of a split backup on paper: one per page, as each goes to a different place or person. Holds no seed. Pure. */
import { dated, formatPage, isolated, type Paper, text, viewerLine } from "./html.ts";

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
): string {
  const pages = shares.map((share) => formatShare(share, date, viewer)).join("");
  return formatPage(`twinseed backup shares ${date}`, paper, pages);
}

function formatShare(share: ShareOnPaper, date: string, viewer: string | undefined): string {
  const { backup, createdAt, number, count, needed, words } = share;
  const of = count === undefined ? "" : ` of ${count}`;
  const name = backup === undefined ? BLANK : isolated(backup, 80);
  const made = createdAt === undefined ? BLANK : dated(createdAt);
  // Identifier and flags (SLIP-39): the same in all shares of one backup.
  const common = words.slice(0, 2).map((word) => `<strong>${text(word)}</strong>`);
  const rows = Math.ceil(words.length / COLUMNS);
  return `<section class="share">
<h1>Share ${number}${of}</h1>
<p>Opens the twinseed backup ${name} of ${made}, together with other shares: <strong>${needed === 1 ? "this one alone is enough" : `any ${needed} of them are enough; fewer reveal nothing`}</strong>. Printed on ${dated(date)}.</p>
<p class="warning"><strong>This paper is ${needed === 1 ? "a key" : "a part of a key"}.</strong> Keep it locked away, in a different place or with a different person
than the other shares, and do not copy or photograph it. The backup file itself is not on this paper: keep that where it outlives your devices.</p>
<ol class="words" style="grid-template-rows:repeat(${rows},auto)">
${words.map((word, i) => `<li><b>${i + 1}</b><span>${text(word)}</span></li>`).join("\n")}
</ol>
<ol class="how">
<li>Get ${needed === 1 ? "the backup file" : `${needed} shares that begin with the same two words as this one (${common.join(" ")}), and the backup file`}.</li>
<li>Run <code>twinseed backup restore FILE</code>. When it asks, type the ${words.length} words of each share in order.
No two words of the list begin with the same four letters; a mistyped share is detected.</li>
<li>The words follow SLIP-39, a public standard: other programs can combine the shares, too.</li>
${viewerLine(viewer)}</ol>
</section>
`;
}
