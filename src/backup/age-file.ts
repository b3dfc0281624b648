/**
 * A backup file is an age file (age-encryption.org/v1), binary or armored, that `age -d` opens. Pure, except that the library
 * generates random keys and nonces.
 */
import type { webcrypto } from "node:crypto";
import { ExitCode, UserError } from "../base/errors.ts";
import { normalizePassphrase } from "../base/passphrase-text.ts";
import { withoutArmor } from "./age-header.ts";
import { typedForms } from "./typed-passphrase.ts";

export { inspectFile } from "./age-header.ts";

export type Lock =
  | { readonly kind: "passphrase"; readonly passphrase: string; readonly unsafeWorkFactor?: number }
  | { readonly kind: "recipients"; readonly recipients: readonly string[] }
  | { readonly kind: "recovery-key"; readonly key: Uint8Array };

export type Opener =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "identities"; readonly identities: readonly string[] }
  | { readonly kind: "recovery-key"; readonly key: Uint8Array };

/** The passphrase, identity or shares do not open this file. */
export class WrongOpener extends UserError {
  constructor(message: string, hints: readonly string[] = []) {
    super(message, ExitCode.unreadable, hints);
  }
}

export async function sealFile(content: string, lock: Lock, armored: boolean): Promise<Uint8Array> {
  const { armor, Encrypter, identityToRecipient } = await import("age-encryption");
  const encrypter = new Encrypter();
  if (lock.kind === "passphrase") {
    encrypter.setPassphrase(normalizePassphrase(lock.passphrase));
    if (lock.unsafeWorkFactor !== undefined) encrypter.setScryptWorkFactor(lock.unsafeWorkFactor);
  } else if (lock.kind === "recovery-key") {
    encrypter.addRecipient(await identityToRecipient(await identityOf(lock.key)));
  } else {
    for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  }
  const file = await encrypter.encrypt(content);
  return armored ? Buffer.from(armor.encode(file)) : file;
}

/** The text in the file. Throws UserError (exit 5): WrongOpener, or the file is damaged. Call `inspectFile` first. */
export async function openFile(bytes: Uint8Array, opener: Opener): Promise<string> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  if (opener.kind === "passphrase")
    for (const passphrase of await typedForms(opener.passphrase)) decrypter.addPassphrase(passphrase);
  else if (opener.kind === "recovery-key") decrypter.addIdentity(await identityOf(opener.key));
  else for (const identity of opener.identities) decrypter.addIdentity(identity);
  const file = await withoutArmor(bytes);
  try {
    return await decrypter.decrypt(file, "text");
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("no identity matched")) throw wrong(opener);
    throw new UserError("the backup is damaged: it does not decrypt", ExitCode.unreadable, [
      "try another copy of the file",
    ]);
  }
}

function wrong({ kind }: Opener): WrongOpener {
  if (kind === "passphrase") return new WrongOpener("wrong passphrase for this backup");
  if (kind === "identities") return new WrongOpener("none of these identities opens this backup");
  return new WrongOpener("these shares belong to another backup");
}

/** The recovery key's bytes are an X25519 private key: age's AGE-SECRET-KEY-1… encodes the same 32 bytes. */
async function identityOf(key: Uint8Array): Promise<webcrypto.CryptoKey> {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), key]); // RFC 8410
  return crypto.subtle.importKey("pkcs8", pkcs8, { name: "X25519" }, false, ["deriveBits"]);
}
