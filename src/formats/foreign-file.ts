/** A file from another program, decoded once for all formats: as text, as JSON, as a zip. */
import { decodeText } from "../base/decode-text.ts";
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { parseJson } from "../base/untrusted-json.ts";

export interface ForeignFile {
  /** Without folders. Formats are detected by content; names only break ties. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Without a byte order mark; undefined if the bytes are not text. */
  readonly text: string | undefined;
  /** undefined if the text is not a JSON object or array, or is nested too deeply. */
  readonly json: unknown;
  /** Names of a zip's members; undefined if the file is not a zip. */
  readonly members: readonly string[] | undefined;
  /** The content of a second file that opens this one, where the user named one. */
  readonly keyFile?: Uint8Array;
}

/** Throws UserError (exit 5): too large, a damaged zip. */
export async function openForeignFile(name: string, bytes: Uint8Array): Promise<ForeignFile> {
  if (bytes.length > LIMITS.bytes) throw tooLarge(LIMITS.bytes);
  const text = textOf(bytes);
  const members = isZip(bytes) ? await (await import("./zip.ts")).memberNames(bytes) : undefined;
  const json = text === undefined ? undefined : parseJson(text);
  if (text !== undefined && json === undefined && bytes.length > LIMITS.textBytes)
    throw tooLarge(LIMITS.textBytes);
  if (Array.isArray(json) && json.length > LIMITS.entries)
    throw new UserError(`it has more than ${LIMITS.entries} entries`, ExitCode.unreadable);
  return { name, bytes, text, json, members };
}

/** For a text that did not come as a file: from a QR code, from stdin, or from inside another file. */
export function foreignText(name: string, text: string): ForeignFile {
  return { name, bytes: Buffer.from(text), text, json: parseJson(text), members: undefined };
}

function tooLarge(limit: number): UserError {
  return new UserError(`it is larger than ${limit / 1024 / 1024} MiB`, ExitCode.unreadable);
}

function isZip(bytes: Uint8Array): boolean {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return magic === "PK\x03\x04" || magic === "PK\x05\x06";
}

function textOf(bytes: Uint8Array): string | undefined {
  const text = decodeText(bytes);
  return text?.includes("\0") ? undefined : text;
}
