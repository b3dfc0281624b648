/**
 * FreeOTP 2 (Android), externalBackup.xml: despite its name, a Java-serialized map of JSON texts. tokenBackup.xml, from the app's
 * folder, is the same map as Android's preferences. Under its id, each token has
 * its own key, which is encrypted with the master key; the master key is encrypted with the password.
 */
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import { Secret } from "../otp/secret.ts";
import { preferencesOf } from "./android-preferences.ts";
import { collect, EntryFault } from "./entries.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { placeOf } from "./field.ts";
import type { Format } from "./format.ts";
import { bytesOfSigned, readFreeOtpToken, whoOfToken } from "./freeotp-token.ts";
import { readJavaMap } from "./java-map.ts";
import { openGcm, pbkdf2Key } from "./kdf.ts";
import { textOf } from "./shape.ts";

const MASTER = "masterKey";
const TOKEN = "-token";
const MAGIC = "aced0005";

export const freeotp2: Format = {
  id: "freeotp2",
  name: "FreeOTP 2",
  detect: ({ bytes, text }) =>
    Buffer.from(bytes.subarray(0, 4)).toString("hex") === MAGIC || preferencesOf(text)?.has(MASTER) === true,
  async read({ bytes, text }, passphrase) {
    const map = preferencesOf(text) ?? readJavaMap(bytes);
    const texts = map ?? new Map<string, string>();
    const lock = jsonIn(texts.get(MASTER));
    if (lock === undefined)
      throw unreadable("FreeOTP 2", map === undefined ? "is damaged" : "has no master key");
    const master = await openMaster(lock, passphrase);
    const ids = [...texts.keys()].filter((id) => id !== MASTER && !id.endsWith(TOKEN));
    const tokenOf = (id: string) => jsonIn(texts.get(id + TOKEN));
    const reading = collect(
      ids,
      (id) => {
        const sealed = jsonIn(jsonIn(texts.get(id))?.key);
        const secret = sealed === undefined ? undefined : open(master, sealed);
        if (secret === undefined)
          throw new EntryFault("FreeOTP locked its key with an earlier master key, or it is damaged");
        const token = tokenOf(id);
        if (token === undefined) throw new EntryFault("its description is missing or damaged");
        return readFreeOtpToken(token, {
          secret: Secret.of(Uint8Array.from(secret)),
          algorithm: sealed?.mToken,
        });
      },
      (id) => whoOfToken(tokenOf(id)),
    );
    return { ...reading, inside: [...texts].map(([id, text]) => ({ at: placeOf(id), content: text })) };
  },
};

/** Files made on Android before 8 use SHA-1. */
async function openMaster(lock: JsonObject, passphrase: AskPassphrase): Promise<Buffer> {
  const { mAlgorithm, mIterations, mSalt, mEncryptedKey } = lock;
  const [, bits] = /^PBKDF2withHmacSHA(1|256|512)$/i.exec(textOf(mAlgorithm)) ?? [];
  const [salt, sealed] = [bytesOfSigned(mSalt), objectOf(mEncryptedKey)];
  if (bits === undefined || salt === undefined || sealed === undefined)
    throw unreadable("FreeOTP 2", "is encrypted in a way that this release does not support");
  const digest = bits === "1" ? "sha1" : bits === "256" ? "sha256" : "sha512";
  const master = open(await pbkdf2Key(await passphrase(), salt, mIterations, 32, digest), sealed);
  if (master === undefined) throw new WrongPassphrase();
  if (master.length !== 32) throw unreadable("FreeOTP 2", "is damaged");
  return master;
}

/** AES-GCM, with the name of the content as additional data. */
function open(key: Buffer, { mCipher, mCipherText, mParameters, mToken }: JsonObject): Buffer | undefined {
  const [sealed, nonce] = [bytesOfSigned(mCipherText), nonceOf(bytesOfSigned(mParameters))];
  if (textOf(mCipher) !== "AES/GCM/NoPadding" || sealed === undefined || nonce === undefined)
    return undefined;
  return openGcm(key, nonce, sealed, Buffer.from(textOf(mToken)));
}

/**
 * ASN.1: SEQUENCE { OCTET STRING nonce, INTEGER 16 } (RFC 5084, section 3.2), or just the OCTET STRING on Android before 8.
 */
function nonceOf(der: Buffer | undefined): Buffer | undefined {
  if (der === undefined || der[0] === 0x04) return octetsOf(der);
  const isSequence = der[0] === 0x30 && der[1] === der.length - 2;
  return isSequence && der.subarray(-3).toString("hex") === "020110"
    ? octetsOf(der.subarray(2, -3))
    : undefined;
}

function octetsOf(der: Buffer | undefined): Buffer | undefined {
  if (der?.[0] !== 0x04 || der[1] !== der.length - 2 || der.length < 3) return undefined;
  return der.subarray(2);
}

function jsonIn(text: unknown): JsonObject | undefined {
  return typeof text === "string" ? objectOf(parseJson(text)) : undefined;
}
