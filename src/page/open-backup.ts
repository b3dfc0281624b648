/** Opens an age file with nothing but JavaScript: browsers leave crypto.subtle out of pages over plain http. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { base64nopad, bech32 } from "@scure/base";
import { Decrypter, type Identity, type Stanza } from "age-encryption";
import { withoutArmor } from "../backup/age-header.ts";
import { typedForms } from "../backup/typed-passphrase.ts";

export type Key =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "identity"; readonly text: string }
  | { readonly kind: "shares"; readonly key: Uint8Array };

export type Failure = "wrong" | "damaged" | "memory" | "not an identity";

/** `progress`: from 0 to 1. The file was inspected before. */
export async function openBackup(
  file: Uint8Array,
  key: Key,
  progress: (part: number) => void,
): Promise<{ readonly text: string } | Failure> {
  const decrypter = new Decrypter();
  try {
    for (const identity of await identitiesOf(key, progress)) decrypter.addIdentity(identity);
  } catch {
    return "not an identity";
  }
  try {
    return { text: await decrypter.decrypt(await withoutArmor(file), "text") };
  } catch (error) {
    if (error instanceof RangeError) return "memory"; // an array that the browser does not hand out
    return error instanceof Error && error.message.startsWith("no identity matched") ? "wrong" : "damaged";
  }
}

async function identitiesOf(key: Key, progress: (part: number) => void): Promise<(string | Identity)[]> {
  if (key.kind === "passphrase") return [passphraseIdentity(await typedForms(key.passphrase), progress)];
  if (key.kind === "shares") return [bech32.encodeFromBytes("AGE-SECRET-KEY-", key.key).toUpperCase()];
  const lines = key.text.split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length === 0) throw new Error("no identity");
  return identities;
}

/** age's recipient of a passphrase (age-encryption.org/v1, "scrypt"); the library's own would stop the page meanwhile. */
function passphraseIdentity(forms: readonly string[], progress: (part: number) => void): Identity {
  return {
    async unwrapFileKey(stanzas: readonly Stanza[]) {
      const [only, ...others] = stanzas;
      const [type, salt = "", work = ""] = only?.args ?? [];
      if (only === undefined || others.length > 0 || type !== "scrypt" || only.body.length !== 32)
        return null;
      const label = new TextEncoder().encode("age-encryption.org/v1/scrypt");
      const salted = Uint8Array.from([...label, ...base64nopad.decode(salt)]);
      for (const [i, passphrase] of forms.entries()) {
        const onProgress = (part: number) => progress((i + part) / forms.length);
        const key = await scryptAsync(passphrase, salted, {
          N: 2 ** Number(work),
          r: 8,
          p: 1,
          dkLen: 32,
          onProgress,
        });
        try {
          return chacha20poly1305(key, new Uint8Array(12)).decrypt(only.body);
        } catch {
          // The other form of what was typed may be the one.
        }
      }
      return null;
    },
  };
}
