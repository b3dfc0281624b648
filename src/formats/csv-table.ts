/**
 * Rows and columns of a CSV file as password managers and people write it (RFC 4180, loosely): any line endings, blank lines,
 * rows longer or shorter than the header, quotation marks in the middle, no line break at the end, another separator.
 */

import { LIMITS } from "../base/limits.ts";
import { unreadable } from "./faults.ts";

/** The part of a row that we use. */
export interface CsvItem {
  readonly at: string;
  readonly title: string;
  readonly user: string;
  readonly password: string;
  /** Empty where the file says nothing. */
  readonly parameters?: Readonly<Record<keyof typeof PARAMETERS, string>>;
  /** Empty in most rows. */
  readonly totps: readonly string[];
  /** All of its cells, by the names of their columns. */
  readonly cells: readonly { readonly name: string; readonly value: string }[];
  /** Cells beyond the header's columns. */
  readonly rest: readonly string[];
}

/** Alternative names in order of preference. Compared without case, spaces, "-" and "_". */
export const COLUMNS = {
  totp: [
    "logintotp",
    "totp",
    "otpauth",
    "otpurl",
    "otp",
    "otpsecret",
    "onetimepassword",
    "totpsecret",
    "totpurl",
    "otpauthurl",
    "otpuri",
    "totpuri",
    "otpauthuri",
    "twofasecret",
  ],
  issuer: ["issuer"],
  title: ["name", "title", "passwordname", "accountname", "entryname", "itemname", "nickname"],
  user: ["loginusername", "username", "login", "email", "username2", "username3"],
  password: ["loginpassword", "password"],
} as const;

/** What a row may say about the codes of a bare key. */
export const PARAMETERS = {
  type: ["otptype", "tokentype", "type"],
  algorithm: ["algorithm", "otpalgorithm", "totpalgorithm", "algo"],
  digits: ["digits", "otpdigits", "totpdigits"],
  period: ["period", "otpperiod", "totpperiod", "interval", "timestep", "timeinterval"],
  counter: ["counter", "otpcounter", "hotpcounter"],
} as const;

/** In half the world, spreadsheets use semicolons. */
const SEPARATORS = [",", ";", "\t"] as const;
/** Longer lines are not names of columns. */
const HEADER = /(?:"[^"]{0,999}"|[^"\s])(?:"[^"]{0,999}"|[^"\r\n]){0,20000}/;

export interface Header {
  readonly separator: string;
  /** In the form used for comparison. */
  readonly names: readonly string[];
  readonly columns: readonly string[];
}

/** Returns undefined if the first non-blank line is not a header with a column of one-time passwords. Reads only that line. */
export function headerOf(text: string): Header | undefined {
  return headers(text).find(({ names }) => COLUMNS.totp.some((name) => names.includes(name)));
}

/** The same for a header with all of these columns, in the form used for comparison. */
export function headerWith(text: string, columns: readonly string[]): Header | undefined {
  return headers(text).find(({ names }) => columns.every((name) => names.includes(name)));
}

/** The first non-blank line, as each separator cuts it. */
export function headers(text: string): Header[] {
  const line = HEADER.exec(withoutSeparatorLine(text))?.[0] ?? "";
  if (line.includes("://")) return []; // a list of URIs
  return SEPARATORS.map((separator) => {
    const columns = cellsOf(line, separator);
    return { separator, columns, names: columns.map(plain) };
  }).filter(({ names }) => names.length > 1);
}

/** Names in quotation marks may have separators and line breaks in them. */
function cellsOf(line: string, separator: string): string[] {
  const cells = [""];
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) cells.push("");
    else cells.push(`${cells.pop()}${character}`);
  }
  return cells.map((cell) => cell.trim());
}

/** Excel's first line, which says what separates the cells. Row numbers stay. */
function withoutSeparatorLine(text: string): string {
  return text.replace(/^\ufeff?"?sep=[,;\t]"?[ \t]*(?=[\r\n])/i, "");
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** The first non-empty cell of these columns; "" if there is none. */
export function cellOf(header: Header, row: readonly string[], columns: readonly string[]): string {
  for (const column of columns) {
    const cell = row[header.names.indexOf(column)]?.trim();
    if (cell) return cell;
  }
  return "";
}

/** Blank lines count as rows, so that row numbers match a spreadsheet's. Throws UserError (exit 5). */
export async function rowsOf(text: string, separator: string): Promise<string[][]> {
  const { parse } = await import("csv-parse/sync");
  let rows: string[][];
  try {
    rows = parse(withoutSeparatorLine(text), {
      to: LIMITS.rows + 1,
      bom: true,
      delimiter: separator,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
    });
  } catch (error) {
    throw Object.assign(unreadable("CSV", "is damaged: a quotation mark is not closed"), { cause: error });
  }
  if (rows.length > LIMITS.rows) throw unreadable("CSV", `has more than ${LIMITS.rows} rows`);
  return rows;
}

/** All cells quoted, so that a reader need not guess. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join()}\n`).join("");
}
