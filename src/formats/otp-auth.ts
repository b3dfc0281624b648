/**
 * OTP Auth (iOS): a backup (.otpauthdb), or one account (.otpauth). The outer lock has a fixed key, so it only tells that the file
 * is OTP Auth's; inside is an archive with the version and what the password locks, in one of two ways.
 * https://github.com/CooperRS/decrypt-otpauth-files
 */
import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";
import { LIMITS } from "../base/limits.ts";
import { cleanText, type Enrollment } from "../otp/enrollment.ts";
import { isBinaryPlist } from "./binary-plist.ts";
import { collect, EntryFault, parametersOf, secretOfBytes, whoOf } from "./entries.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { openCbc, pbkdf2Key } from "./kdf.ts";
import { type Archive, type Archived, membersOf, readKeyedArchive } from "./keyed-archive.ts";
import { textOf } from "./shape.ts";

const APP = "OTP Auth";
const OUTER = ["Authenticator", "OTPAuth"].map((text) => createHash("sha256").update(text).digest());
const NO_IV = Buffer.alloc(16);
const BLOCK = 16;
const ALGORITHMS = ["SHA1", "SHA1", "SHA256", "SHA512"];
/** Seconds from 1970 to Apple's first moment, 2001: the usual start of the time steps. */
const EPOCH = -978_307_200;

type Members = ReadonlyMap<string, Archived>;

export const otpAuth: Format = {
  id: "otp-auth",
  name: APP,
  detect: ({ bytes }) => outerKeyOf(bytes) !== undefined,
  async read({ bytes }, passphrase) {
    const key = outerKeyOf(bytes);
    const plain = key && openCbc(key, NO_IV, bytes);
    const outer = membersOf(plain && readKeyedArchive(plain)?.root);
    const sealed = outer.get("WrappedData") ?? outer.get("Data");
    if (!(sealed instanceof Uint8Array)) throw unreadable(APP, "is damaged");
    const password = await passphrase();
    const salt = outer.get("Salt");
    const opened =
      salt === undefined ? await openNew(sealed, password) : openOld(sealed, outer, String(salt), password);
    const archive = opened && readKeyedArchive(opened);
    if (archive === undefined) throw new WrongPassphrase();
    const accounts = accountsIn(archive);
    const reading = collect(accounts, readAccount, (one) => whoOf(one.get("issuer"), one.get("label")));
    return { ...reading, inside: [{ at: "", content: archive.texts }] };
  },
};

/** Decrypts the first block only. */
function outerKeyOf(bytes: Uint8Array): Buffer | undefined {
  if (bytes.length < BLOCK || bytes.length % BLOCK !== 0) return undefined;
  return OUTER.find((key) => {
    const decipher = createDecipheriv("aes-256-cbc", key, NO_IV).setAutoPadding(false);
    return isBinaryPlist(decipher.update(bytes.subarray(0, BLOCK)));
  });
}

function openOld(sealed: Uint8Array, outer: Members, salt: string, password: string): Buffer | undefined {
  const iv = outer.get("IV");
  if (typeof iv !== "string" && !(iv instanceof Uint8Array)) throw unreadable(APP, "is damaged");
  const key = createHash("sha256").update(`${salt}-${password}`).digest();
  return openCbc(key, createHash("sha1").update(iv).digest().subarray(0, BLOCK), sealed);
}

/** RNCryptor, version 3: version, options, two salts, IV, content, MAC. https://github.com/RNCryptor/RNCryptor-Spec */
async function openNew(sealed: Uint8Array, password: string): Promise<Buffer | undefined> {
  const [VERSION, WITH_PASSWORD, ROUNDS, HEAD, MAC] = [3, 1, 10_000, 34, 32];
  if (sealed[0] !== VERSION || sealed[1] !== WITH_PASSWORD || sealed.length < HEAD + BLOCK + MAC)
    throw unreadable(APP, "is encrypted in a way that this release does not support");
  const keyOf = (salt: Uint8Array) => pbkdf2Key(password, salt, ROUNDS, 32, "sha1");
  const end = sealed.length - MAC;
  const macKey = await keyOf(sealed.subarray(10, 18));
  const mac = createHmac("sha256", macKey).update(sealed.subarray(0, end)).digest();
  if (!timingSafeEqual(mac, sealed.subarray(end))) return undefined;
  return openCbc(await keyOf(sealed.subarray(2, 10)), sealed.subarray(18, HEAD), sealed.subarray(HEAD, end));
}

/** In folders, or the one of a file with a single account. */
function accountsIn({ root }: Archive): readonly Members[] {
  const folders = membersOf(root).get("Folders");
  if (!Array.isArray(folders)) return [membersOf(root)];
  const accounts: Members[] = [];
  for (const folder of folders) {
    const list = membersOf(folder).get("accounts");
    // Any number of folders can have the same accounts.
    if (!Array.isArray(list) || accounts.length > LIMITS.entries) continue;
    for (const account of list) accounts.push(membersOf(account));
  }
  return accounts;
}

function readAccount(account: Members): Enrollment {
  const type = account.get("type");
  if (type !== 1 && type !== 2) throw new EntryFault("unknown type");
  const algorithm = ALGORITHMS[Number(account.get("algorithm") ?? 0)];
  if (algorithm === undefined) throw new EntryFault("unknown algorithm (known: SHA1, SHA256, SHA512)");
  const start = account.get("referenceDate") ?? account.get("refDate") ?? EPOCH;
  if (type === 2 && start !== EPOCH) throw new EntryFault("its codes start at another date than 1970");
  const secret = account.get("secret");
  return {
    issuer: cleanText(textOf(account.get("issuer"))),
    label: cleanText(textOf(account.get("label"))),
    otp: parametersOf({
      type: type === 1 ? "hotp" : "totp",
      algorithm,
      digits: account.get("digits") || undefined,
      period: account.get("period") || undefined,
      counter: account.get("counter"),
    }),
    secret: secretOfBytes(secret instanceof Uint8Array ? secret : undefined),
  };
}
