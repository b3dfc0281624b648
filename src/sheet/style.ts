/** How the pages look: black on white, the system's own fonts, and no block split across pages, on A4 and on Letter. */
/** `margin`: at the foot of each page; our own words. */
export const style = (margin: string): string => `@page {
  margin: 12mm 14mm 15mm;
  @bottom-left { content: "${margin}"; font: 8pt sans-serif; color: #000; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #000; }
}
* { box-sizing: border-box; }
html { background: #fff; color: #000; font: 9.5pt/1.35 "Helvetica Neue", Helvetica, Arial, "Liberation Sans",
  "Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP", sans-serif; }
body { margin: 0 auto; max-width: 187mm; overflow-wrap: anywhere; }
h1, h2, p, dl, dd, ol { margin: 0; padding: 0; }
h1 { font-size: 18pt; line-height: 1.15; }
h2 { font-size: 12.5pt; line-height: 1.2; }
header { break-inside: avoid; margin-bottom: 4mm; }
.made { margin: 0.5mm 0 2.5mm; }
.warning { border: 0.6mm solid #000; padding: 1.8mm 2.5mm; }
.missing { margin-top: 2mm; }
.how { margin: 2.5mm 0 0 5mm; }
.how li { margin-top: 0.6mm; }
.account { break-inside: avoid; page-break-inside: avoid; display: flex; gap: 4mm; align-items: flex-start;
  border-top: 0.3mm solid #000; padding: 2.5mm 0 3mm; }
/* Reaches into the quiet zone of 2 mm or more: it is on white paper anyway. No farther, as the print is cut at the edge. */
.qr { flex: none; display: block; background: #fff; fill: #000; margin-left: -1.5mm; }
.qr.none { width: 45mm; margin-left: 0; border: 0.3mm dashed #000; padding: 4mm; }
.facts { flex: 1; min-width: 0; padding-top: 2mm; }
.label { font-size: 10.5pt; }
dl { display: grid; grid-template-columns: 22mm 1fr; gap: 1mm 2mm; margin-top: 2mm; }
dt { font-size: 8pt; line-height: 1.6; }
code, samp, .key, .words { font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; }
time { white-space: nowrap; }
code, samp { font-size: 8.5pt; overflow-wrap: anywhere; }
code span { display: inline-block; }
.key { font-size: 11pt; line-height: 1.4; }
.key span { display: inline-block; }
.key .check { font-weight: bold; }
.foot { font-size: 8pt; margin-top: 2mm; }
.share { break-after: page; break-inside: avoid; }
.share:last-of-type { break-after: auto; }
.words { display: grid; grid-auto-flow: column; grid-template-columns: repeat(3, 1fr); gap: 2.2mm 6mm; list-style: none;
  margin: 6mm 0; padding: 5mm; border: 0.3mm solid #000; font-size: 13pt; }
.words li { display: flex; gap: 3mm; border-bottom: 0.2mm dotted #000; }
.words b { width: 2em; font-size: 9pt; font-weight: normal; text-align: right; align-self: center; }
.blank { display: inline-block; width: 45mm; border-bottom: 0.2mm solid #000; }
.share p, .share ol.how { margin-top: 3mm; }
@media screen { body { padding: 8mm 4mm; } }
`;
