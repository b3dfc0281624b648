/** The recovery sheet: accounts on paper, each with its QR code and its key. Pure. */
import { formatAccount, type SheetAccount } from "./account-block.ts";
import { dated, formatPage, isolated, type Paper, viewerLine } from "./html.ts";
import { ENGLISH, type SheetWords } from "./sheet-words.ts";

export interface Sheet {
  readonly accounts: readonly SheetAccount[];
  /** Names of accounts that should be on it, but whose seeds can't be read. */
  readonly missing: readonly string[];
  /** YYYY-MM-DD. */
  readonly date: string;
  /** The computer that it was made on. */
  readonly hostname: string;
  /** What the ledger calls this paper. */
  readonly device?: string | undefined;
  readonly paper?: Paper | undefined;
  /** The SHA-256 of the viewer of recovery pages. */
  readonly viewer?: string | undefined;
  /** Default: English. */
  readonly words?: SheetWords;
}

export function formatSheet(sheet: Sheet): string {
  const { accounts, date, paper, words = ENGLISH } = sheet;
  const blocks = accounts.map((account) => formatAccount(account, date, words)).join("");
  return formatPage(words.sheetTitle(date), paper, `${formatHead(sheet, words)}${blocks}`, words);
}

function formatHead({ accounts, missing, date, hostname, device, viewer }: Sheet, words: SheetWords): string {
  const made = words.made(accounts.length, isolated(hostname, 60), dated(date));
  const name = device === undefined ? "" : words.inLedger(isolated(device, 60));
  const left =
    missing.length === 0
      ? ""
      : `<p class="missing">${words.missing(missing.map((one) => isolated(one, 60)))}</p>\n`;
  return `<header>
<h1>${words.heading}</h1>
<p class="made">${made}${name}</p>
<p class="warning">${words.warning}</p>
<ol class="how">
<li>${words.scan}</li>
<li>${words.typeKey}</li>
<li>${words.typeCommand}</li>
${viewerLine(viewer, words)}</ol>
${left}</header>
`;
}
