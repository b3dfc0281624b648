/** One account on the sheet: everything that is needed to make its codes, in a block that can be cut out. */
import { formatBase32 } from "../otp/base32.ts";
import { checkValueOf } from "../otp/check-value.ts";
import { defaultName, type Enrollment, type OtpParameters } from "../otp/enrollment.ts";
import { addCommand } from "./add-command.ts";
import { dated, isolated, text } from "./html.ts";

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

export function formatAccount(account: SheetAccount, date: string): string {
  const { enrollment, qr } = account;
  const { issuer, label } = enrollment;
  const title = issuer || label || account.name;
  return `<section class="account">
${formatQr(qr)}
<div class="facts">
<h2>${isolated(title)}</h2>
${label !== "" && label !== title ? `<p class="label">${isolated(label)}</p>\n` : ""}<dl>
<dt>Key / check</dt><dd class="key">${formatKey(enrollment)}</dd>
<dt>Codes</dt><dd>${describe(enrollment.otp, date)}</dd>
<dt>Type it in</dt><dd><code>${formatCommand(addCommand(account.name, enrollment))}</code></dd>
<dt>Also held by</dt><dd>${formatHolders(account.holders)}</dd>
${formatNote(account.note)}</dl>
<p class="foot">As of ${dated(date)}${ownName(account)}. This paper is a key: keep it locked away.</p>
</div>
</section>
`;
}

function ownName({ name, enrollment }: SheetAccount): string {
  return name === defaultName(enrollment) ? "" : `, ${isolated(name, 60)} in twinseed`;
}

/** All of it, line by line. */
function formatNote(note: string | undefined): string {
  if (note === undefined) return "";
  const lines = note
    .split("\n")
    .map((line) => isolated(line.replaceAll("\t", "  "), Number.POSITIVE_INFINITY));
  return `<dt>Note</dt><dd>${lines.join("<br>\n")}</dd>\n`;
}

/** Keeps each option and its value on one line. */
function formatCommand(command: string): string {
  return command
    .split(/ (?=--)/)
    .map((part) => `<span>${text(part, 500)}</span>`)
    .join(" ");
}

function formatQr(qr: QrPath | undefined): string {
  if (qr === undefined) return `<p class="qr none">Too long for a QR code: type the key.</p>`;
  const wanted = Math.max(QR.usual, (QR.least * qr.side) / (qr.side - QUIET), qr.side * QR.module);
  const size = Math.min(QR.most, Math.ceil(wanted * 10) / 10);
  return `<svg class="qr" style="width:${size}mm;height:${size}mm" viewBox="0 0 ${qr.side} ${qr.side}" shape-rendering="crispEdges" role="img" aria-label="QR code"><path d="${text(qr.path, Number.POSITIVE_INFINITY)}"/></svg>`;
}

/** As it is typed: groups of four, then the check value. */
function formatKey(enrollment: Enrollment): string {
  const groups = formatBase32(enrollment.secret).match(/.{1,4}/g) ?? [];
  const spans = groups.map((group) => `<span>${group}</span>`);
  return `${spans.join(" ")} <span class="check">/&#8239;${checkValueOf(enrollment)}</span>`;
}

function describe(otp: OtpParameters, date: string): string {
  const { algorithm, digits } = otp;
  if (otp.type === "steam") return "Steam Guard: 5 letters and digits, a new code every 30 seconds";
  if (otp.type === "totp")
    return `time-based (TOTP), ${algorithm}, ${digits} digits, a new one every ${otp.period} seconds`;
  return `counter-based (HOTP), ${algorithm}, ${digits} digits; the next counter was <strong>${otp.counter}</strong> on ${dated(date)}. Each code used since then has advanced it: if a code is refused, try the next ones.`;
}

function formatHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) return "no device that twinseed knows of";
  const shown = holders
    .slice(0, MOST_HOLDERS)
    .map(
      ({ name, kind, confirmed }) =>
        `${isolated(name, 40)} (${text(kind)}, ${confirmed === undefined ? "not confirmed" : `confirmed ${dated(confirmed)}`})`,
    );
  const more = holders.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
