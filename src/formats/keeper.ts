/**
 * Keeper: CSV and JSON. The CSV has no header: folder, title, login, password, URL, notes, shared folder, then names and values of
 * fields. In the JSON, the fields of a record are an object with the same names.
 */
import { type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import { readItems } from "./csv.ts";
import { type CsvItem, headerOf, rowsOf } from "./csv-table.ts";
import { collect, whoOf } from "./entries.ts";
import { type Format, HOLDS_PASSWORDS, type Reading } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { textOf } from "./shape.ts";

const [TITLE, LOGIN, PASSWORD, FIELDS] = [1, 2, 3, 7];
/** The second name is from files before 2021. Keeper may number the fields, or add a label after a colon. */
const NAME = /^(?:\$?oneTimeCode(?::.*)?|TFC:Keeper)$/is;

export const keeper: Format = {
  id: "keeper",
  name: "Keeper",
  detect({ text, json }) {
    if (json !== undefined) return recordsOf(json).some((record) => codesOf(record).length > 0);
    return text !== undefined && isKeeper(text) && headerOf(text) === undefined;
  },
  async read({ text = "", json }) {
    return json === undefined ? readItems(itemsOf(await rowsOf(text, ","))) : readJson(recordsOf(json));
  },
};

function isKeeper(text: string): boolean {
  return /,"?(?:\$oneTimeCode[^",\r\n]*|TFC:Keeper)"?,"?otpauth:/i.test(text);
}

function itemsOf(rows: readonly (readonly string[])[]): CsvItem[] {
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

function recordsOf(json: unknown): readonly JsonObject[] {
  return objectsOf(objectOf(json)?.records).filter((record) => record !== undefined);
}

/** One, or a list of them. */
function codesOf({ custom_fields }: JsonObject): string[] {
  return Object.entries(objectOf(custom_fields) ?? {})
    .filter(([name]) => NAME.test(name))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]).map(textOf))
    .filter((code) => code !== "");
}

function readJson(records: readonly JsonObject[]): Reading {
  const codes = records.flatMap((record, i) =>
    codesOf(record).map((code) => ({ record, code, number: i + 1 })),
  );
  const reading = collect(
    codes,
    ({ record, code }) => enrollmentOfItem(code, textOf(record.title), textOf(record.login)),
    ({ record }) => whoOf(record.title, record.login),
    (_, { number }) => `entry ${number}`,
  );
  const hasPassword = records.some(({ password }) => textOf(password) !== "");
  return { ...reading, notes: hasPassword ? [HOLDS_PASSWORDS] : [] };
}
