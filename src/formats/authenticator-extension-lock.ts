/**
 * How the extension Authenticator locks a backup, in three generations. All use CryptoJS's AES with a text as the passphrase, which
 * is OpenSSL's old form: "Salted__", 8 bytes of salt, AES-256-CBC; key and IV from MD5 (EVP_BytesToKey, one round).
 * 1: the passphrase is the password. 2: it is a key, in hex, which `key.enc` holds, locked with the password. 3: it is the Argon2id
 * hash of the password, in base64 without padding; an entry names its key by `keyId`, and is locked as a whole.
 */
import { createHash } from "node:crypto";
import { UserError } from "../base/errors.ts";
import { LIMITS } from "../base/limits.ts";
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import { unreadable } from "./faults.ts";
import { argon2Key, openCbc } from "./kdf.ts";
import { base64Of, textOf } from "./shape.ts";

/** Fixed by the extension. */
const COSTS = { kibibytes: 19 * 1024, iterations: 2, parallelism: 1 };
const MAGIC = Buffer.from("Salted__");
const SALT = 8;
/** What the extension itself takes for a secret. With one wrong key in 256, the padding looks right. */
const SECRET = /^(?:[A-Z2-7]{8,}=*|[0-9A-F]{8,}|(?:blz|bliz|stm)-.{1,200})$/i;

export function isLockedWhole({ dataType, data }: JsonObject): boolean {
  return dataType === "EncOTPStorage" && data !== undefined;
}

export function isLockedEntry(entry: JsonObject): boolean {
  return isLockedWhole(entry) || entry.encrypted === true;
}

/** Opens one entry; undefined if the password does not. */
export type Opener = (entry: JsonObject) => Promise<JsonObject | undefined>;

export function openerOf(file: JsonObject, password: string): Opener {
  const keys = new Map<string, Promise<string | undefined>>();
  const keyOf = (id: string): Promise<string | undefined> => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    if (keys.size >= LIMITS.passwordSlots)
      throw unreadable("Authenticator", `has more than ${LIMITS.passwordSlots} keys`);
    const key = derivedKey(file, id, password);
    keys.set(id, key);
    return key;
  };
  const older = olderKey(file, password);
  return async (entry) => {
    if (!isLockedWhole(entry)) {
      const secret = older && open(textOf(entry.secret), older)?.toString("latin1");
      return secret !== undefined && SECRET.test(secret) ? { ...entry, secret, encrypted: false } : undefined;
    }
    const key = await keyOf(textOf(entry.keyId));
    const text = key && open(textOf(entry.data), key)?.toString("utf8");
    const inside = text === undefined ? undefined : objectOf(parseJson(text));
    return inside && { ...inside, encrypted: false };
  };
}

/** Generation 1 or 2. Some backups have the locked key without its name (issue 557 of the extension). */
function olderKey(file: JsonObject, password: string): string | undefined {
  const { enc } = objectOf(file.key) ?? file;
  return enc === undefined ? password : open(textOf(enc), password)?.toString("hex");
}

async function derivedKey(file: JsonObject, id: string, password: string): Promise<string | undefined> {
  const key = objectOf(file[id]);
  if (key?.dataType !== "Key" || typeof key.salt !== "string") return undefined;
  try {
    const hash = await argon2Key(password, Buffer.from(key.salt), COSTS);
    return Buffer.from(hash).toString("base64").replaceAll("=", "");
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function open(sealed: string, passphrase: string): Buffer | undefined {
  const bytes = base64Of(sealed);
  if (bytes === undefined || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const content = bytes.subarray(MAGIC.length + SALT);
  const material: Buffer[] = [];
  for (let block = Buffer.alloc(0); material.length < 3; material.push(block))
    block = createHash("md5")
      .update(block)
      .update(passphrase)
      .update(bytes.subarray(MAGIC.length, MAGIC.length + SALT))
      .digest();
  const [key, iv] = [Buffer.concat(material.slice(0, 2)), material[2] ?? Buffer.alloc(0)];
  return openCbc(key, iv, content);
}
