/**
 * CSV files of password managers: Bitwarden, Bitwarden Authenticator, 1Password, Apple Passwords, Dashlane, Proton Pass,
 * LastPass's vault, KeePassXC, and any other program with the same column names. Most rows have no one-time password and
 * are ignored.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { COLUMNS, type CsvItem, cellOf, type Header, headerOf, PARAMETERS, rowsOf } from "./csv-table.ts";
import { collect, otpTypeOf, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import { type RawNote, withEntryNotes } from "./entry-note.ts";
import { unreadable } from "./faults.ts";
import { type Field, placeIn, placeOf } from "./field.ts";
import { type Format, HOLDS_PASSWORDS, type Reading } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { otherParameters } from "./json-fields.ts";
import { addStrays } from "./strays.ts";

export const csv: Format = {
  id: "csv",
  name: "CSV",
  readsEveryField: true,
  detect({ text, json }) {
    return text !== undefined && json === undefined && headerOf(text) !== undefined;
  },
  read({ text = "" }) {
    return readCsv(text);
  },
};

type ReadItem = (totp: string, item: CsvItem) => Enrollment;

/** Throws UserError (exit 5). */
export async function readCsv(text: string, read: ReadItem = readItem): Promise<Reading> {
  const header = headerOf(text);
  if (header === undefined)
    throw unreadable(
      "CSV",
      "has no column of one-time passwords",
      'name the columns in the first line: "title", "username", "totp"',
    );
  return readItems(itemsUnder(header, await rowsOf(text, header.separator)), read);
}

/** Rows of a file, with a header or without. Throws UserError (exit 5). */
export async function readItems(items: readonly CsvItem[], read: ReadItem = readItem): Promise<Reading> {
  const found = items.flatMap((item) => item.totps.map((totp) => ({ totp, ...item })));
  const rows = new Map(items.map(({ at, cells }) => [at, cells]));
  const reading = withEntryNotes(
    collect(
      found,
      (item) => read(item.totp, item),
      ({ title, user }) => whoOf(title, user),
      (_, { at }) => at,
    ),
    (at) => noteOfRow(rows.get(at) ?? []),
  );
  const notes = [...(items.some(({ password }) => password !== "") ? [HOLDS_PASSWORDS] : [])];
  const whole = await addStrays(reading, items.flatMap(fieldsOf));
  const isEmpty = whole.entries.length + whole.skipped.length === 0;
  return { ...whole, notes: [...notes, ...(isEmpty ? ["none of its rows has a one-time password"] : [])] };
}

/** LastPass calls it "extra". */
function noteOfRow(cells: CsvItem["cells"]): RawNote {
  const texts = cells.flatMap(({ name, value }) => (/^(notes?|comments?|extra)$/i.test(name) ? [value] : []));
  return { text: texts.filter(Boolean).join("\n"), fields: cells.map(({ name, value }) => [name, value]) };
}

/** A bare key in the column for it has been read, with what its row says about it. */
function fieldsOf({ at, title, user, cells, totps }: CsvItem): Field[] {
  const keyFault = otherParameters(Object.fromEntries(cells.map(({ name, value }) => [name, value])));
  return cells
    .filter(({ value }) => value.includes("://") || !totps.includes(value.trim()))
    .map(({ name, value }) => ({ at: placeIn(at, placeOf(name)), name, value, title, user, keyFault }));
}

function itemsUnder(header: Header, rows: readonly (readonly string[])[]): CsvItem[] {
  const first = rows.findIndex((row) => row.some((cell) => cell.trim() !== "")) + 1;
  return rows.slice(first).map((row, i) => {
    const totp = totpOf(header, row);
    const name = cellOf(header, row, COLUMNS.title);
    const issuer = cellOf(header, row, COLUMNS.issuer);
    const user = cellOf(header, row, COLUMNS.user) || userIn(row);
    return {
      at: `row ${first + i + 1}`,
      title: issuer || name,
      user: user || (issuer === "" ? "" : name),
      password: cellOf(header, row, COLUMNS.password),
      parameters: parametersIn(header, row),
      totps: totp === "" ? [] : [totp],
      cells: row.map((value, column) => ({ name: header.columns[column] ?? `column ${column + 1}`, value })),
      rest: row.slice(header.names.length),
    };
  });
}

function parametersIn(header: Header, row: readonly string[]): NonNullable<CsvItem["parameters"]> {
  const cell = (columns: readonly string[]) => cellOf(header, row, columns);
  // A password manager's type is that of the item: "login".
  const [type = ""] = /^(?:totp|hotp|steam|motp|yandex|yaotp)$/i.exec(cell(PARAMETERS.type)) ?? [];
  return {
    type,
    algorithm: cell(PARAMETERS.algorithm),
    digits: cell(PARAMETERS.digits),
    period: cell(PARAMETERS.period).replace(/ ?s(?:ec(?:onds)?)?$/i, ""),
    counter: cell(PARAMETERS.counter),
  };
}

/** Zoho Vault has it among the lines of a cell. */
function userIn(row: readonly string[]): string {
  const cell = row.find((one) => one.startsWith("SecretType:")) ?? "";
  return /^User Name:[ \t]*(\S[^\r\n]*)/im.exec(cell)?.[1]?.trim() ?? "";
}

/** A comma that should have been quoted shifts the cells after it. A URI is still recognized among them. */
function totpOf(header: Header, row: readonly string[]): string {
  const totp = cellOf(header, row, COLUMNS.totp);
  if (row.length <= header.names.length || isOtpauthUri(totp)) return totp;
  return row.find((cell) => isOtpauthUri(cell)) ?? totp;
}

function readItem(totp: string, { title, user, rest, parameters }: CsvItem): Enrollment {
  const enrollment = enrollmentOfItem(totp, title, user);
  if (totp.includes("://")) return enrollment; // it has its own
  // Bitwarden Authenticator adds issuer, period and digits without header columns.
  const [, period = "", digits = ""] = rest;
  if (rest.length === 3 && /^\d+$/.test(period) && /^\d+$/.test(digits))
    return {
      ...enrollment,
      otp: parametersOf({ type: "totp", period, digits }),
      secret: secretOfBase32(totp),
    };
  if (parameters === undefined) return enrollment;
  const type = otpTypeOf(parameters.type, parameters.counter === "" ? "totp" : "hotp");
  return { ...enrollment, otp: parametersOf({ ...parameters, type }) };
}
