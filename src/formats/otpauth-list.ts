/**
 * Lists of otpauth URIs, one per line: what most apps write as plain text, what zbarimg prints, and what pass-otp stores. Google
 * Authenticator's migration URIs may be among them. Ente and cotp wrap such lists in JSON.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { objectOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import {
  formatOtpauthUri,
  isOtpauthUri,
  parseOtpauthUri,
  parseQuery,
  splitLabel,
} from "../otp/otpauth-uri.ts";
import { collect, EntryFault, joinReadings, whoOf } from "./entries.ts";
import type { Format, Reading } from "./format.ts";
import { isMigrationUri, readMigrationUri } from "./google-migration.ts";

interface Piece {
  /** "line 3", or "entry 3" of a JSON list. */
  readonly at: string;
  readonly uri: string;
  readonly trashed?: boolean;
}

const COMMENT = /^(?:#|\/\/|;|$)/;
const START = /^(?:QR-Code:\s*)?(?:(?:apple-)?otpauth|otpauth-migration|steam|motp):\/\//i;
/** Old Ente exports are a single line, and names can contain commas too. */
const BETWEEN = /[,\s](?=(?:QR-Code:\s?)?(?:(?:apple-)?otpauth|otpauth-migration|steam|motp):\/\/)/i;

export const otpauthList: Format = {
  id: "uris",
  name: "otpauth URIs",
  detect({ text, json }) {
    if (json !== undefined) return wrappedUris(json)?.some(({ uri }) => START.test(uri)) ?? false;
    return text !== undefined && START.test(firstLineOf(text));
  },
  read: ({ text }) => readUriList(text ?? ""),
  writer: {
    password: false,
    reasonToOmit: () => undefined,
    write: (enrollments) => enrollments.map((one) => `${formatOtpauthUri(one)}\n`).join(""),
  },
};

/**
 * Lines that are not URIs are reported as skipped; comments and blank lines are ignored. Throws UserError if there are too many.
 */
export async function readUriList(text: string): Promise<Reading> {
  const pieces = piecesOf(text.replace(/^\ufeff/, ""));
  const readings: Reading[] = [];
  const parts = new Set<string>();
  let total = 0;
  for (const piece of pieces) {
    // A part of an export may have been scanned twice.
    if (parts.has(piece.uri)) continue;
    const reading = isMigrationUri(piece.uri) ? await readExport(piece) : readOne(piece);
    if (reading.parts?.length) parts.add(piece.uri);
    total += reading.entries.length + reading.skipped.length;
    if (total > LIMITS.entries)
      throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
    readings.push(reading);
  }
  return joinReadings(readings);
}

function piecesOf(text: string): readonly Piece[] {
  return (
    wrappedUris(parseJson(text)) ??
    linesOf(text).flatMap((line, i) =>
      COMMENT.test(line) ? [] : line.split(BETWEEN).map((uri) => ({ at: `line ${i + 1}`, uri: uri.trim() })),
    )
  );
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.trim().replace(/,$/, ""));
}

function firstLineOf(text: string): string {
  return linesOf(text).find((line) => !COMMENT.test(line)) ?? "";
}

/** `["otpauth://…"]`, `{"items": ["otpauth://…"]}`, `{"items": [{"rawData": "otpauth://…"}]}`; undefined for others. */
function wrappedUris(json: unknown): readonly Piece[] | undefined {
  const list = Array.isArray(json) ? json : objectOf(json)?.items;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const pieces = list.slice(0, LIMITS.entries + 1).flatMap((item: unknown, i): Piece[] => {
    const at = `entry ${i + 1}`;
    if (typeof item === "string") return [{ at, uri: item.trim() }];
    const { rawData, display } = objectOf(item) ?? {};
    if (typeof rawData !== "string") return [];
    return [{ at, uri: rawData.trim(), trashed: objectOf(display)?.trashed === true }];
  });
  return pieces.length > 0 ? pieces : undefined;
}

async function readExport({ at, uri }: Piece): Promise<Reading> {
  const place = (entry: string) => (entry === "" ? at : `${at}, ${entry}`);
  const { entries, skipped, parts = [] } = await readMigrationUri(uri);
  return {
    entries: entries.map((entry) => ({ ...entry, at: place(entry.at) })),
    skipped: skipped.map((entry) => ({ ...entry, at: place(entry.at) })),
    parts,
  };
}

function readOne(piece: Piece): Reading {
  return collect(
    [piece],
    readPiece,
    ({ uri }) => whoIn(uri),
    (_, { at }) => at,
  );
}

function readPiece({ uri, trashed }: Piece): Enrollment {
  if (/^motp:/i.test(uri)) throw new EntryFault("mOTP codes are not supported");
  if (!isOtpauthUri(uri)) throw new EntryFault("it is not an otpauth URI");
  if (/otpauth:\/\/yaotp\b/i.test(uri)) throw new EntryFault("Yandex codes are not supported");
  if (trashed || isTrashed(uri)) throw new EntryFault("it is in Ente's trash");
  return parseOtpauthUri(uri);
}

function isTrashed(uri: string): boolean {
  const display = parametersIn(uri).get("codedisplay");
  return display !== undefined && objectOf(parseJson(display))?.trashed === true;
}

function parametersIn(uri: string): Map<string, string> {
  return parseQuery(uri.slice(uri.indexOf("?") + 1));
}

/** Quotes only the parts where issuer and label belong: anything else may be a seed. */
function whoIn(uri: string): string {
  const [, path] = /^[^:]*:?(?:apple-)?otpauth:\/\/[^/?]*\/([^?]*)\?/i.exec(uri) ?? [];
  if (path === undefined || /secret=/i.test(path)) return "";
  const { prefix, name } = splitLabel(path);
  return whoOf(prefix || parametersIn(uri).get("issuer"), name);
}
