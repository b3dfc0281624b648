/**
 * Lists of otpauth URIs, one per line: what most apps write as plain text, what zbarimg prints, and what pass-otp stores. Google
 * Authenticator's migration URIs may be among them. Ente and cotp wrap such lists in JSON.
 */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { objectOf, parseJson } from "../base/untrusted-json.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { joinBrokenUris } from "./broken-lines.ts";
import { joinReadings } from "./entries.ts";
import { splitUris, urisIn } from "./find-uris.ts";
import type { Format, Reading } from "./format.ts";
import { isSeedUri, namedOnly, readUri } from "./uri-entry.ts";

interface Piece {
  /** "line 3", or "entry 3" of a JSON list. */
  readonly at: string;
  readonly uri: string;
  readonly trashed?: boolean;
}

const COMMENT = /^(?:#|\/\/|;|$)/;

export const otpauthList: Format = {
  id: "uris",
  name: "otpauth URIs",
  detect({ text, json }) {
    if (json !== undefined) return wrappedUris(json)?.some(({ uri }) => isSeedUri(uri)) ?? false;
    return text !== undefined && isSeedUri(firstLineOf(text));
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
    const read = await readUri(piece.at, piece.uri);
    const reading = piece.trashed ? namedOnly(read, "it is in Ente's trash") : read;
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
    linesOf(joinBrokenUris(text)).flatMap((line, i) =>
      COMMENT.test(line) ? [] : urisOf(line).map((uri) => ({ at: `line ${i + 1}`, uri: uri.trim() })),
    )
  );
}

/** A URI may take the complete line, so that its label may have any character; several do in old Ente exports. */
function urisOf(line: string): readonly string[] {
  if (isSeedUri(line)) return splitUris(line);
  const found = urisIn(line).map(({ uri }) => uri);
  return found.length > 0 ? found : [line];
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
