/** Puts a marked URI into the text fields of a file of any format, one at a time. */
import { parse } from "csv-parse/sync";

export const MARK = "otpauth://totp/Marked:field?secret=MARKEDSEEDMARKEDSEEDMARKEDSEED22&issuer=Marked";

/** Instead of the value, or in the middle of more text. */
export type How = (value: string) => string;
export const HOWS: readonly How[] = [() => MARK, (value) => `${value} (see ${MARK}, and more)`];

export interface Planting {
  readonly field: number;
  readonly how: How;
}

/** The text with the mark in that field; undefined if it has fewer fields, or no structure that is known here. */
export function planted(text: string, { field, how }: Planting): string | undefined {
  const json = jsonOf(text);
  if (json !== undefined) return inJson(json, field, how);
  if (/^\s*</.test(text)) return inXml(text, field, how);
  if (/^"?[\w ]+"?,/.test(text)) return inCsv(text, field, how);
  return inLines(text, field, how);
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function inJson(json: unknown, field: number, how: How): string | undefined {
  let seen = 0;
  const text = JSON.stringify(json, (_, value: unknown) =>
    typeof value === "string" && seen++ === field ? how(value) : value,
  );
  return seen > field ? text : undefined;
}

/** Android's preferences have JSON in their values: then each of its fields counts. */
function inXml(text: string, field: number, how: How): string | undefined {
  let seen = 0;
  const changed = text.replace(/>([^<>]*\S[^<>]*)</g, (whole, value: string) => {
    const json = unescaped(value);
    for (let inner = 0; ; inner++) {
      const isMine = seen === field;
      const inside =
        jsonOf(json) === undefined ? undefined : inJson(jsonOf(json), inner, isMine ? how : (same) => same);
      if (inside === undefined && inner > 0) return whole;
      seen += 1;
      if (isMine) return `>${escaped(inside ?? how(json))}<`;
      if (inside === undefined) return whole;
    }
  });
  return seen > field ? changed : undefined;
}

function unescaped(value: string): string {
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Not in the header. */
function inCsv(text: string, field: number, how: How): string | undefined {
  const rows: string[][] = parse(text, { relax_column_count: true, relax_quotes: true, bom: true });
  let seen = 0;
  const changed = rows.map((row, i) =>
    row.map((cell) => (i > 0 && seen++ === field ? how(cell) : cell)).map(quoted),
  );
  return seen > field ? changed.map((row) => `${row.join(",")}\n`).join("") : undefined;
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function inLines(text: string, field: number, how: How): string | undefined {
  const lines = text.split("\n");
  const line = lines[field];
  return line === undefined ? undefined : lines.with(field, how(line)).join("\n");
}
