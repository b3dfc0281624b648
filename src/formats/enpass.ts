/**
 * Enpass: JSON, with typed fields, and CSV, which has no header: a title, then labels and values of fields, and a note at the end if
 * the number of cells is even. Enpass puts an asterisk in front of the labels of sensitive fields.
 */
import { type JsonObject, objectOf, objectsOf } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { looksLikeKey } from "../otp/key-text.ts";
import { readItems } from "./csv.ts";
import { type CsvItem, headerOf, rowsOf } from "./csv-table.ts";
import { collect, EntryFault, secretText, whoOf } from "./entries.ts";
import { type Format, HOLDS_PASSWORDS, type Reading } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { saysOneTime } from "./one-time-names.ts";
import { textOf } from "./shape.ts";
import { isSeedUri } from "./uri-entry.ts";

/** A label of the kind, and a value that may be a key or a URI. */
const PAIR = /,"?\*?(?:TOTP|One[- ]time (?:code|password))"?,"?(?:otpauth:|[A-Z2-7][A-Z2-7 -]{14,}[A-Z2-7])/i;
const USERS = ["username", "email", "e-mail"];

export const enpass: Format = {
  id: "enpass",
  name: "Enpass",
  detect({ text, json }) {
    if (json !== undefined) return itemsIn(json).some(isItem);
    return text !== undefined && PAIR.test(text) && headerOf(text) === undefined;
  },
  async read({ text = "", json }) {
    return json === undefined ? readItems(itemsOf(await rowsOf(text, ","))) : readJson(itemsIn(json));
  },
};

function itemsOf(rows: readonly (readonly string[])[]): CsvItem[] {
  return rows.map((row, i) => {
    const cells = row.map((value, column) => ({ name: nameOf(row, column), value }));
    const valueNamed = (names: readonly string[]) =>
      cells.find(({ name, value }) => names.includes(name.toLowerCase()) && value !== "")?.value ?? "";
    const codes = cells.filter(
      ({ name, value }) => saysOneTime(name) && (looksLikeKey(value) || isSeedUri(value)),
    );
    return {
      at: `row ${i + 1}`,
      title: row[0] ?? "",
      user: valueNamed(USERS),
      password: valueNamed(["password"]),
      totps: codes.map(({ value }) => value),
      cells,
      rest: [],
    };
  });
}

function nameOf(row: readonly string[], column: number): string {
  if (column === 0) return "title";
  if (column % 2 === 1) return column === row.length - 1 ? "note" : "label";
  return (row[column - 1] ?? "").replace(/^\*/, "").trim();
}

function itemsIn(json: unknown): readonly JsonObject[] {
  return objectsOf(objectOf(json)?.items).filter((item) => item !== undefined);
}

function isItem({ fields, template_type, category }: JsonObject): boolean {
  return Array.isArray(fields) && (typeof template_type === "string" || typeof category === "string");
}

interface Code {
  readonly item: JsonObject;
  readonly field: JsonObject;
  readonly number: number;
}

function readJson(items: readonly JsonObject[]): Reading {
  const codes = items.flatMap((item, i) =>
    codesOf(item).map((field): Code => ({ item, field, number: i + 1 })),
  );
  const reading = collect(
    codes,
    readCode,
    ({ item }) => whoOf(item.title, userOf(item)),
    (_, { number }) => `entry ${number}`,
  );
  const hasPassword = items.some((item) => valueOfType(item, "password") !== "");
  return { ...reading, notes: hasPassword ? [HOLDS_PASSWORDS] : [] };
}

function codesOf(item: JsonObject): JsonObject[] {
  return fieldsOf(item).filter(({ type, value }) => type === "totp" && textOf(value) !== "");
}

function readCode({ item, field }: Code): Enrollment {
  const code = textOf(field.value);
  if (item.trashed === 1 || item.trashed === true)
    throw new EntryFault("it is in Enpass's trash", "", secretText(code));
  if (field.deleted === 1) throw new EntryFault("it was deleted in Enpass", "", secretText(code));
  return enrollmentOfItem(code, textOf(item.title), userOf(item));
}

function userOf(item: JsonObject): string {
  return valueOfType(item, "username") || valueOfType(item, "email");
}

function valueOfType(item: JsonObject, type: string): string {
  return textOf(fieldsOf(item).find((field) => field.type === type && textOf(field.value) !== "")?.value);
}

function fieldsOf({ fields }: JsonObject): JsonObject[] {
  return objectsOf(fields).filter((field) => field !== undefined);
}
