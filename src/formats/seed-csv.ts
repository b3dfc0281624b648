/**
 * Seeds of hardware tokens, as makers and administrators have them: CSV with a header (Microsoft Entra's columns, which Token2 and
 * Feitian deliver, too) or without one (LinOTP and privacyIDEA: serial number, key in hex, type, digits, seconds). Entra's keys are
 * base32; others are hex or base32.
 */
import { cleanText, type Enrollment } from "../otp/enrollment.ts";
import { isSurelyHex } from "../otp/key-text.ts";
import { cellOf, type Header, headerOf, headers, rowsOf } from "./csv-table.ts";
import { collect, EntryFault, otpTypeOf, parametersOf, secretOfBytes, secretOfKey } from "./entries.ts";
import type { Format, Reading } from "./format.ts";
import { hexOf } from "./shape.ts";

/** As csv-table.ts compares them. */
const KEYS = ["secretkey", "seed", "secret", "seedhex", "hexseed", "secrethex", "otpseed", "key"];
const SERIALS = ["serialnumber", "serial", "serialno", "sn", "tokenserial", "tokenserialnumber", "tokenid"];
const USERS = ["upn", "username", "user", "userprincipalname"];
const [PERIODS, DIGITS] = [
  ["timeinterval", "timestep", "interval", "period"],
  ["digits", "otplen", "otplength", "length"],
];
const [TYPES, ALGORITHMS] = [
  ["type", "otptype", "tokentype"],
  ["algorithm", "hashfunction", "hashlib", "hash"],
];
const COUNTERS = ["counter", "eventcounter", "count"];
const MAKERS = ["manufacturer", "vendor", "maker"];
/** Without a header, all lines must have this form: serial number, key in hex, and what else there is. */
const LINE =
  /^"?[\w.-]{1,40}"?[ \t]*[,;][ \t]*"?((?:[0-9a-f]{2}){10,128})"?[ \t]*(?:[,;][ \t]*"?(?:totp|hotp)"?[ \t]*(?:[,;][^,;]{0,20}){0,3})?$/i;
const UNTYPED =
  "the file does not say whether its tokens are time-based (TOTP); they were read as such: compare their codes";

interface Row {
  readonly at: string;
  readonly key: string;
  readonly serial: string;
  readonly user: string;
  readonly maker: string;
  readonly type: string;
  readonly algorithm: string;
  readonly digits: string;
  readonly period: string;
  readonly counter: string;
}

export const seedCsv: Format = {
  id: "seed-csv",
  name: "seeds of hardware tokens (CSV)",
  detect: ({ text, json }) =>
    text !== undefined && json === undefined && (headerIn(text) !== undefined || isBare(text)),
  async read({ text = "" }) {
    const header = headerIn(text);
    return readRows(header === undefined ? await bareRows(text) : await rowsUnder(header, text));
  },
};

/** A column of one-time passwords is a password manager's. */
function headerIn(text: string): Header | undefined {
  if (headerOf(text) !== undefined) return undefined;
  return headers(text).find(({ names }) =>
    [KEYS, SERIALS].every((some) => some.some((one) => names.includes(one))),
  );
}

function isBare(text: string): boolean {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.every((line) => line.length < 500 && LINE.test(line.trim()));
}

async function rowsUnder(header: Header, text: string): Promise<Row[]> {
  const rows = await rowsOf(text, header.separator);
  const first = rows.findIndex((row) => row.some((cell) => cell !== "")) + 1;
  return rows
    .map((row, i): Row => {
      const cell = (names: readonly string[]) => cellOf(header, row, names);
      return {
        at: `row ${i + 1}`,
        key: cell(KEYS),
        serial: cell(SERIALS),
        user: cell(USERS),
        maker: cell(MAKERS),
        type: cell(TYPES),
        algorithm: cell(ALGORITHMS),
        digits: cell(DIGITS),
        period: cell(PERIODS),
        counter: cell(COUNTERS),
      };
    })
    .slice(first)
    .filter(({ key, serial }) => key + serial !== "");
}

async function bareRows(text: string): Promise<Row[]> {
  const rows = await rowsOf(text, text.includes(";") ? ";" : ",");
  return rows
    .map(([serial = "", key = "", type = "", digits = "", period = ""], i): Row => {
      return {
        at: `row ${i + 1}`,
        key,
        serial,
        user: "",
        maker: "",
        type,
        algorithm: "",
        digits,
        period,
        counter: "",
      };
    })
    .filter(({ key, serial }) => key !== "" && !serial.startsWith("#"));
}

function readRows(rows: readonly Row[]): Reading {
  const areHex =
    rows.every(({ key }) => hexOf(key) !== undefined) && rows.some(({ key }) => isSurelyHex(key));
  const reading = collect(
    rows,
    (row) => readRow(row, areHex),
    ({ serial, user }) => user || serial,
    (_, { at }) => at,
  );
  const isUntyped = rows.some(({ type, period }) => type === "" && period === "");
  return { ...reading, notes: isUntyped ? [UNTYPED] : [] };
}

function readRow({ key, serial, user, maker, ...raw }: Row, areHex: boolean): Enrollment {
  const type = otpTypeOf(/^(?:oath-?)?(totp|hotp)$/i.exec(raw.type)?.[1] ?? raw.type, "totp");
  if (key === "") throw new EntryFault("it has no secret");
  const otp = parametersOf({
    type,
    algorithm: raw.algorithm.replace(/^hmac-?/i, ""),
    digits: raw.digits,
    counter: raw.counter,
    period: raw.period.replace(/ ?s(?:ec(?:onds)?)?$/i, ""),
  });
  return {
    issuer: cleanText(maker),
    label: cleanText(user || serial),
    otp,
    secret: areHex ? secretOfBytes(hexOf(key)) : secretOfKey(key),
  };
}
