/** Reads entries from exports of other apps. Decides nothing, stores nothing. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { LIMITS, PICTURE_LIMITS } from "../base/limits.ts";
import { printable } from "../base/printable.ts";
import { anyText } from "../formats/any-text.ts";
import { joinReadings } from "../formats/entries.ts";
import { WrongPassphrase } from "../formats/faults.ts";
import { type ForeignFile, foreignText, openForeignFile } from "../formats/foreign-file.ts";
import type { Format, Reading, Skipped } from "../formats/format.ts";
import { kdbx } from "../formats/kdbx.ts";
import { readWhole } from "../formats/read-whole.ts";
import { isSeedUri, readUri } from "../formats/uri-entry.ts";
import { looksLikeImage } from "../images/image-header.ts";
import { nameWithoutSeed, withoutSeeds } from "../otp/seed-in-name.ts";
import { note, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { digestOf } from "./delete-files.ts";
import { type AskedPassphrase, passphraseFor } from "./file-passphrase.ts";
import { readPassFolder } from "./pass-folder.ts";
import { UNREAD } from "./read-picture.ts";
import { kindOfText } from "./text-kind.ts";
import { textsOfPictures } from "./text-pictures.ts";
import { unknownFile } from "./unknown-file.ts";

/** What a QR code with a seed begins with. */
const SEED = /^\s*(?:QR-Code:\s*)?(?:otpauth|apple-otpauth|otpauth-migration|steam|motp):/i;

export type ReadExportsNeeds = Needs<
  "stdin" | "stderr" | "terminal" | "clock" | "files" | "gpg" | "pictures"
>;

export interface ReadOptions {
  format?: string;
  passphraseFile?: string;
  /** Of a KeePass database. */
  keyFile?: string;
}

export interface Source extends Reading {
  /** For messages: a file name in quotes, "stdin". */
  readonly from: string;
  /** The app's name. */
  readonly app: string;
  /** Found in any text: the user wants to see where. */
  readonly isProse?: boolean;
  /** Set if it was a file. */
  readonly file?: {
    readonly path: string;
    readonly digest: string;
    /** It asked for a passphrase. */
    readonly isLocked: boolean;
    /** The app still works with it. */
    readonly isAppsOwn: boolean;
  };
}

/** Throws UserError that names the source: exit 5 if its format is unknown or it is damaged. */
export async function readSources(
  sources: readonly string[],
  options: ReadOptions,
  needs: ReadExportsNeeds,
): Promise<Source[]> {
  const stdins = [...sources, options.passphraseFile].filter((source) => source === "-");
  if (stdins.length > 1) throw usageError('"-" (stdin) can be read only once');
  const read: Source[] = [];
  for (const source of new Set(sources)) {
    if (source === "-") {
      const bytes = await needs.stdin.readAll(LIMITS.bytes);
      read.push(await readBytes("stdin", "stdin", bytes, options, needs));
      continue;
    }
    if (/^\s*(apple-otpauth|otpauth|otpauth-migration|steam|motp):/i.test(source)) {
      // Never echoed: it holds seeds.
      throw usageError(
        "a URI is not accepted as an argument: ps and the shell history would show it",
        "for one account: twinseed add; for a list or an export: twinseed import - < FILE",
      );
    }
    for (const path of await needs.files.expand(source)) read.push(await readPath(path, options, needs));
  }
  if (options.keyFile !== undefined && read.every(({ app }) => app !== kdbx.name))
    throw usageError("--key-file is for KeePass databases", "none of these files is one");
  return read.map(harmless);
}

/** No name has a seed in it, and every place can be printed: it may be the name of a file in an archive. */
function harmless(source: Source): Source {
  const placed = <One extends { readonly at: string }>(one: One): One => ({
    ...one,
    at: printable(one.at, 200),
  });
  const entries = source.entries.map(placed);
  const skipped = source.skipped.map(placed);
  return {
    ...source,
    entries: entries.map((entry) => ({ ...entry, enrollment: withoutSeeds(entry.enrollment) })),
    skipped: skipped.map((entry) => ({ ...entry, who: nameWithoutSeed(entry.who) })),
  };
}

async function readPath(path: string, options: ReadOptions, needs: ReadExportsNeeds): Promise<Source> {
  const from = quoted(path);
  const texts = await needs.files.folder(path, LIMITS.entries);
  if (texts !== undefined)
    return { from, app: "pass", ...(await withSource(from, () => readPassFolder(path, texts, needs))) };
  const bytes = await needs.files.read(path, LIMITS.bytes);
  return readBytes(path, from, bytes, options, needs);
}

async function readBytes(
  path: string,
  from: string,
  bytes: Uint8Array,
  options: ReadOptions,
  needs: ReadExportsNeeds,
): Promise<Source> {
  return withSource(from, async () => {
    const { opened, unread } = await fileOf(path, bytes, needs);
    const file = await withKeyFile(opened, options, needs);
    const format = await formatFor(file, options.format);
    const { isLocked, ...known } = await readWithRetries(
      file,
      format,
      passphraseFor(from, options, needs),
      needs,
    );
    const reading = format === anyText ? joinReadings([known, await readPicturesIn(file, needs)]) : known;
    const { isAppsOwn = false } = format;
    const origin =
      path === "stdin" ? {} : { file: { path, digest: await digestOf(bytes), isLocked, isAppsOwn } };
    const skipped = [...reading.skipped, ...unread];
    return { from, app: format.name, ...reading, skipped, ...origin, isProse: format === anyText };
  });
}

async function withKeyFile(
  file: ForeignFile,
  { keyFile }: ReadOptions,
  { files }: Needs<"files">,
): Promise<ForeignFile> {
  return keyFile === undefined ? file : { ...file, keyFile: await files.read(keyFile, LIMITS.bytes) };
}

/** A picture counts as the text in its QR codes. */
async function fileOf(
  path: string,
  bytes: Uint8Array,
  { pictures }: Needs<"pictures">,
): Promise<{ readonly opened: ForeignFile; readonly unread: readonly Skipped[] }> {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  if (!looksLikeImage(bytes)) return { opened: await openForeignFile(name, bytes), unread: [] };
  if (bytes.length > PICTURE_LIMITS.bytes)
    throw new UserError("the picture is too large", ExitCode.unreadable);
  const { texts, hasUnread } = await pictures.read(bytes);
  if (texts.length === 0) {
    throw new UserError("no QR code found", ExitCode.unreadable, [
      "a screenshot works better than a photo; crop it around the code, with its white margin",
    ]);
  }
  const usable = texts.filter((text) => SEED.test(text));
  const unread = hasUnread ? [{ at: "picture", who: "", reason: UNREAD }] : [];
  if (usable.length > 0) return { opened: foreignText(name, usable.join("\n")), unread };
  throw new UserError(
    `its QR code is not an export of accounts: it holds ${texts.map(kindOfText).join(", ")}`,
    ExitCode.unreadable,
  );
}

/** The codes in pictures that the text itself contains. */
async function readPicturesIn({ text = "" }: ForeignFile, needs: Needs<"pictures">): Promise<Reading> {
  const readings: Reading[] = [];
  for (const { at, texts, fault } of await textsOfPictures(text, needs)) {
    for (const code of texts.filter(isSeedUri)) readings.push(await readUri(at, code));
    if (fault !== undefined) readings.push({ entries: [], skipped: [{ at, who: "", reason: fault }] });
  }
  return joinReadings(readings);
}

async function formatFor(file: ForeignFile, forced: string | undefined): Promise<Format> {
  const { FORMATS, formatOf } = await import("../formats/index.ts");
  if (forced !== undefined) {
    const format = FORMATS.find(({ id }) => id === forced);
    if (format !== undefined) return format;
    throw usageError(`--format takes one of: ${FORMATS.map(({ id }) => id).join(", ")}`);
  }
  const format = formatOf(file);
  if (format !== undefined) return format;
  if (file.bytes.length === 0) throw new UserError("it is empty", ExitCode.unreadable);
  throw unknownFile(file);
}

const TRIES = 3;

async function readWithRetries(
  file: ForeignFile,
  format: Format,
  { ask, isPerson }: AskedPassphrase,
  needs: Needs<"stderr">,
): Promise<Reading & { readonly isLocked: boolean }> {
  for (let attempt = 1; ; attempt++) {
    let asked: Promise<string> | undefined;
    try {
      const reading = await readWhole(format, file, () => {
        asked ??= ask();
        return asked;
      });
      return { ...reading, isLocked: asked !== undefined };
    } catch (error) {
      if (!(error instanceof WrongPassphrase) || !isPerson || attempt === TRIES) throw error;
      note(needs, "wrong password, try again");
    }
  }
}

/** Puts the name of the source in front of errors. */
async function withSource<T>(from: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.usage) throw error;
    throw new UserError(`${from}: ${error.message}`, error.exitCode, error.hints);
  }
}
