/** One account on the sheet: everything that is needed to make its codes, in a block that can be cut out. */
import { formatBase32 } from "../otp/base32.ts";
import { checkValueOf } from "../otp/check-value.ts";
import { defaultName, type Enrollment, type OtpParameters } from "../otp/enrollment.ts";
import { addCommand } from "./add-command.ts";
import { dated, isolated, text } from "./html.ts";
import type { SheetWords } from "./sheet-words.ts";

/** A QR code with its quiet zone; a module is one unit wide. */
export interface QrPath {
  readonly side: number;
  readonly path: string;
}

export interface SheetAccount {
  readonly name: string;
  /** For HOTP, with the current counter. */
  readonly enrollment: Enrollment;
  /** undefined if it does not fit into a QR code. */
  readonly qr: QrPath | undefined;
  readonly holders: readonly Holder[];
  /** Its recovery codes and note, as text, where the user wants them on paper. */
  readonly note?: string;
}

export interface Holder {
  readonly name: string;
  readonly kind: string;
  /** YYYY-MM-DD. */
  readonly confirmed: string | undefined;
}

/**
 * In millimeters: `least` for the code without its quiet zone, `module` for one module (smaller ones are hard to scan from an
 * old print), `usual` and `most` for the code with its quiet zone.
 */
const QR = { least: 38, module: 0.5, usual: 46.5, most: 92 } as const;
/** Light modules, both sides together. */
const QUIET = 8;
const MOST_HOLDERS = 8;

export function formatAccount(account: SheetAccount, date: string, words: SheetWords): string {
  const { enrollment, qr } = account;
  const { issuer, label } = enrollment;
  const title = issuer || label || account.name;
  return `<section class="account">
${formatQr(qr, words)}
<div class="facts">
<h2>${isolated(title)}</h2>
${label !== "" && label !== title ? `<p class="label">${isolated(label)}</p>\n` : ""}<dl>
<dt>${words.key}</dt><dd class="key">${formatKey(enrollment)}</dd>
<dt>${words.codes}</dt><dd>${describe(enrollment.otp, date, words)}</dd>
<dt>${words.command}</dt><dd><code>${formatCommand(addCommand(account.name, enrollment))}</code></dd>
<dt>${words.holders}</dt><dd>${formatHolders(account.holders, words)}</dd>
${formatNote(account.note, words)}</dl>
<p class="foot">${words.asOf(dated(date), ownName(account, words))}</p>
</div>
</section>
`;
}

function ownName({ name, enrollment }: SheetAccount, words: SheetWords): string {
  return name === defaultName(enrollment) ? "" : words.ownName(isolated(name, 60));
}

/** All of it, line by line. */
function formatNote(note: string | undefined, words: SheetWords): string {
  if (note === undefined) return "";
  const lines = note
    .split("\n")
    .map((line) => isolated(line.replaceAll("\t", "  "), Number.POSITIVE_INFINITY));
  return `<dt>${words.note}</dt><dd>${lines.join("<br>\n")}</dd>\n`;
}

/** Keeps each option and its value on one line. */
function formatCommand(command: string): string {
  return command
    .split(/ (?=--)/)
    .map((part) => `<span>${text(part, 500)}</span>`)
    .join(" ");
}

function formatQr(qr: QrPath | undefined, words: SheetWords): string {
  if (qr === undefined) return `<p class="qr none">${words.noQr}</p>`;
  const wanted = Math.max(QR.usual, (QR.least * qr.side) / (qr.side - QUIET), qr.side * QR.module);
  const size = Math.min(QR.most, Math.ceil(wanted * 10) / 10);
  return `<svg class="qr" style="width:${size}mm;height:${size}mm" viewBox="0 0 ${qr.side} ${qr.side}" shape-rendering="crispEdges" role="img" aria-label="${words.qr}"><path d="${text(qr.path, Number.POSITIVE_INFINITY)}"/></svg>`;
}

/** As it is typed: groups of four, then the check value. */
function formatKey(enrollment: Enrollment): string {
  const groups = formatBase32(enrollment.secret).match(/.{1,4}/g) ?? [];
  const spans = groups.map((group) => `<span>${group}</span>`);
  return `${spans.join(" ")} <span class="check">/&#8239;${checkValueOf(enrollment)}</span>`;
}

function describe(otp: OtpParameters, date: string, words: SheetWords): string {
  const { algorithm, digits } = otp;
  if (otp.type === "steam") return words.steam;
  if (otp.type === "totp") return words.timed(algorithm, digits, otp.period);
  return words.counting(algorithm, digits, otp.counter, dated(date));
}

function formatHolders(holders: readonly Holder[], words: SheetWords): string {
  if (holders.length === 0) return words.noHolder;
  const shown = holders
    .slice(0, MOST_HOLDERS)
    .map(({ name, kind, confirmed }) =>
      words.holder(
        isolated(name, 40),
        text(words.kind(kind)),
        confirmed === undefined ? words.unconfirmed : words.confirmed(dated(confirmed)),
      ),
    );
  const more = holders.length - shown.length;
  return `${shown.join(words.between)}${more > 0 ? words.more(more) : ""}`;
}
