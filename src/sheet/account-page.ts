/** The recovery sheet: accounts on paper, each with its QR code and its key. Pure. */
import { formatAccount, type SheetAccount } from "./account-block.ts";
import { dated, formatPage, isolated, type Paper, viewerLine } from "./html.ts";

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
}

export function formatSheet(sheet: Sheet): string {
  const { accounts, date, paper } = sheet;
  const blocks = accounts.map((account) => formatAccount(account, date)).join("");
  return formatPage(`twinseed recovery sheet ${date}`, paper, `${formatHead(sheet)}${blocks}`);
}

function formatHead({ accounts, missing, date, hostname, device, viewer }: Sheet): string {
  const number = accounts.length === 1 ? "1 account" : `${accounts.length} accounts`;
  const name = device === undefined ? "" : `, in the ledger as ${isolated(device, 60)}`;
  const left =
    missing.length === 0
      ? ""
      : `<p class="missing"><strong>Not on this sheet</strong>, because the key could not be read: ${missing.map((one) => isolated(one, 60)).join(", ")}.</p>\n`;
  return `<header>
<h1>Recovery sheet</h1>
<p class="made">${number}, printed from twinseed on ${isolated(hostname, 60)} on ${dated(date)}${name}</p>
<p class="warning"><strong>This paper is a key.</strong> Anyone who reads, copies or photographs it can make the login codes of the
accounts on it. Keep it locked away, apart from the passwords. When an account gets a new key, print a new sheet and shred this one.</p>
<ol class="how">
<li><strong>Scan</strong> a code with any authenticator app: the app shows the account&#8217;s login codes from then on.</li>
<li><strong>Or type the key</strong> into the app, without the slash and the four characters after it, and choose the settings shown under &#8220;Codes&#8221;.</li>
<li><strong>Or, with twinseed,</strong> type the command under &#8220;Type it in&#8221;. When it asks for the key, type the slash and the four
characters too: they show whether the key was typed correctly. Spaces and upper or lower case do not matter; the digits 0, 1, 8
and 9 never appear.</li>
${viewerLine(viewer)}</ol>
${left}</header>
`;
}
