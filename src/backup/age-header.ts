/**
 * What an age file says before it is opened. Foreign files are hostile: `inspectFile` checks what opening would cost before any
 * work is done. Pure, and without Node, as the recovery page reads its backup with it.
 */
import type { Stanza } from "age-encryption";
import { ExitCode, UserError } from "../base/errors.ts";
import { BACKUP_LIMITS } from "../base/limits.ts";

const ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";

/** What kind of secret opens the file. Throws UserError (exit 5) if it is not an age file, or exceeds our limits. */
export async function inspectFile(bytes: Uint8Array): Promise<"passphrase" | "key"> {
  const { Decrypter } = await import("age-encryption");
  const header = (await withoutArmor(bytes)).subarray(0, BACKUP_LIMITS.headerBytes);
  const decrypter = new Decrypter();
  let found: { readonly type: string; readonly work: string }[] | undefined;
  decrypter.addIdentity({
    unwrapFileKey(stanzas: readonly Stanza[]) {
      found = stanzas.map(({ args: [type = "", , work = ""] }) => ({ type, work }));
      return null;
    },
  });
  await decrypter.decryptHeader(header).catch(() => {}); // always fails: the identity above only inspects the recipients
  if (found === undefined) throw notAgeError();
  if (found.length > BACKUP_LIMITS.recipients) throw refused(`it is encrypted to ${found.length} recipients`);
  const locked = found.find(({ type }) => type === "scrypt");
  if (locked === undefined) return "key";
  const work = /^[1-9]\d?$/.test(locked.work) ? Number(locked.work) : Number.NaN;
  if (!(work <= BACKUP_LIMITS.work))
    throw refused("its passphrase lock requires more work than any real file");
  return "passphrase";
}

/** Throws UserError (exit 5) if the armor is damaged. */
export async function withoutArmor(bytes: Uint8Array): Promise<Uint8Array> {
  const text = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  if (!text(bytes.subarray(0, 200)).trimStart().startsWith(ARMOR)) return bytes;
  const { armor } = await import("age-encryption");
  try {
    return armor.decode(text(bytes));
  } catch {
    throw new UserError("the backup is damaged: it is not a valid armored age file", ExitCode.unreadable);
  }
}

function notAgeError(): UserError {
  return new UserError("not a backup: it is not an age file, or it is damaged", ExitCode.unreadable, [
    "backups begin with: age-encryption.org/v1 or -----BEGIN AGE ENCRYPTED FILE-----",
  ]);
}

function refused(why: string): UserError {
  return new UserError(`refused to open the file: ${why}`, ExitCode.unreadable);
}
