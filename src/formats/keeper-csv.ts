/** Keeper's CSV has no header: folder, title, login, password, URL, notes, shared folder, then names and values of fields. */
import type { CsvItem } from "./csv-table.ts";

const [TITLE, LOGIN, PASSWORD, FIELDS] = [1, 2, 3, 7];
/** The second name is from files before 2021. Keeper may number the fields, or add a label after a colon. */
const NAME = /^(?:\$?oneTimeCode(?::.*)?|TFC:Keeper)$/is;

export function isKeeper(text: string): boolean {
  return /,"?(?:\$oneTimeCode[^",\r\n]*|TFC:Keeper)"?,"?otpauth:/i.test(text);
}

export function itemsOfKeeper(rows: readonly (readonly string[])[]): CsvItem[] {
  return rows.map((row, i) => ({
    at: `row ${i + 1}`,
    title: row[TITLE] ?? "",
    user: row[LOGIN] ?? "",
    password: row[PASSWORD] ?? "",
    totps: totpsIn(row.slice(FIELDS)),
    cells: row.map((value, column) => ({ name: nameOf(row, column), value })),
    rest: [],
  }));
}

/** From the seventh column on, names and values alternate. */
function nameOf(row: readonly string[], column: number): string {
  const isValue = column > FIELDS && (column - FIELDS) % 2 === 1;
  return (isValue ? row[column - 1] : undefined) ?? `column ${column + 1}`;
}

function totpsIn(pairs: readonly string[]): string[] {
  const values = pairs.filter((_, i) => i % 2 === 1 && NAME.test(pairs[i - 1]?.trim() ?? ""));
  return values.map((value) => value.trim()).filter((value) => value !== "");
}
