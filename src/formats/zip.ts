/** Zip archives, plain or encrypted (WinZip AES, and the old ZipCrypto). One member is read at a time, up to the limit. */
import { ExitCode, UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { type AskPassphrase, WrongPassphrase } from "./faults.ts";

/** Throws UserError (exit 5) for a damaged archive. */
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

async function membersOf(bytes: Uint8Array) {
  const { Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js");
  try {
    return await new ZipReader(new Uint8ArrayReader(bytes)).getEntries();
  } catch (error) {
    throw damaged(error);
  }
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
