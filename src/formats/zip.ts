/** Zip archives, plain or encrypted (WinZip AES, and the old ZipCrypto). One member is read at a time, up to the limit. */
import type { Entry } from "@zip.js/zip.js";
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { type AskPassphrase, WrongPassphrase } from "./faults.ts";

/** The record at the end of an archive, with its comment, in bytes; then the header of each member, without its name. */
const LONGEST_END = 22 + 0xffff;
const LOCAL_HEADER = 30;

/** Throws UserError (exit 5) for a damaged archive, or one with too many members. */
export async function memberNames(bytes: Uint8Array): Promise<string[]> {
  return (await membersOf(bytes)).map(({ filename }) => filename);
}

/** Throws UserError (exit 5): no such member, damaged, beyond the limit; WrongPassphrase. */
export async function readMember(
  bytes: Uint8Array,
  name: string,
  passphrase: AskPassphrase,
): Promise<Uint8Array> {
  for await (const member of readMembers(bytes, [name], passphrase)) return member.content;
  throw damaged();
}

/** Reads several members one after the other and parses the archive only once. The limit applies to all of them together. */
export async function* readMembers(
  bytes: Uint8Array,
  names: readonly string[],
  passphrase: AskPassphrase,
): AsyncGenerator<{ readonly name: string; readonly content: Uint8Array }> {
  const members = new Map((await membersOf(bytes)).map((member) => [member.filename, member]));
  let left: number = LIMITS.bytes;
  for (const name of names) {
    const member = members.get(name);
    if (member === undefined || member.directory) throw damaged();
    const password = member.encrypted ? await passphrase() : undefined;
    const target = boundedTarget(left);
    try {
      await member.getData(target.stream, {
        useWebWorkers: false,
        checkSignature: true,
        ...(password === undefined ? {} : { password }),
      });
    } catch (error) {
      if (target.isOverrun())
        throw new UserError("the zip contains a file that is too large", ExitCode.unreadable);
      throw password === undefined ? damaged(error) : new WrongPassphrase();
    }
    const content = target.content();
    left -= content.length;
    yield { name, content };
  }
}

/** The members. Every reader finds the same ones, and no two share bytes; archives that break this count as damaged. */
async function membersOf(bytes: Uint8Array): Promise<Entry[]> {
  if (claimedCount(bytes) > LIMITS.zipMembers) throw tooMany();
  const zip = await import("@zip.js/zip.js");
  const ambiguous = [zip.WARNING_TRAILING_CENTRAL_DIRECTORY_DATA, zip.WARNING_DUPLICATE_FILENAME];
  const reader = new zip.ZipReader(new zip.Uint8ArrayReader(bytes));
  const members: Entry[] = [];
  try {
    for await (const member of reader.getEntriesGenerator())
      if (members.push(member) > LIMITS.zipMembers) throw tooMany();
  } catch (error) {
    throw error instanceof UserError ? error : damaged(error);
  }
  if (reader.warnings?.some(({ reason }) => ambiguous.includes(reason)) || overlap(members)) throw damaged();
  return members;
}

/** The number of members according to the end of the archive. It may be false, but it saves going through a million members. */
function claimedCount(bytes: Uint8Array): number {
  const end = Buffer.from(bytes.subarray(-LONGEST_END));
  const at = end.lastIndexOf("PK\x05\x06", "latin1");
  return at < 0 || at + 12 > end.length ? 0 : end.readUInt16LE(at + 10);
}

function overlap(members: readonly Entry[]): boolean {
  const sorted = members.toSorted((a, b) => a.offset - b.offset);
  return sorted.some(({ offset, rawFilename, compressedSize }, i) => {
    const next = sorted[i + 1]?.offset ?? Number.POSITIVE_INFINITY;
    return offset + LOCAL_HEADER + rawFilename.length + compressedSize > next;
  });
}

function tooMany(): UserError {
  return new UserError(`the zip holds more than ${LIMITS.zipMembers} files`, ExitCode.unreadable);
}

/** Enforces the limit while unpacking: the size in a member's header can't be trusted. */
function boundedTarget(most: number) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new WritableStream<Uint8Array>({
    write(chunk) {
      size += chunk.length;
      if (size > most) throw new Error("beyond the limit");
      chunks.push(chunk);
    },
  });
  return { stream, isOverrun: () => size > most, content: () => Buffer.concat(chunks) };
}

function damaged(cause?: unknown): UserError {
  const error = new UserError("the zip archive is damaged", ExitCode.unreadable);
  if (cause !== undefined) error.cause = cause;
  return error;
}
