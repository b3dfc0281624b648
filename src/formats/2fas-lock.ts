/**
 * Password protection of 2FAS files: PBKDF2-HMAC-SHA256, then AES-256-GCM. Encrypted data is written as three base64 texts
 * separated by colons: content with tag, salt, nonce. The app uses a fixed number of rounds, which is low by today's standards.
 */
import { createCipheriv } from "node:crypto";
import { parseJson } from "../base/untrusted-json.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import { openGcm, pbkdf2Key } from "./kdf.ts";
import { base64Of } from "./shape.ts";

const ROUNDS = 10_000;
const SALT_BYTES = 256;
const NONCE_BYTES = 12;

/** In every file, this text is encrypted with the same password and salt. Decrypting it tells a wrong password from damage. */
const REFERENCE =
  "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG4824igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd";

/** Throws UserError (exit 5): WrongPassphrase, damaged. */
export async function unlockServices(
  locked: unknown,
  reference: unknown,
  passphrase: AskPassphrase,
): Promise<unknown> {
  const services = partsOf(locked);
  if (services === undefined) throw unreadable("2FAS", "is damaged");
  const password = await passphrase();
  const text = await open(services, password);
  if (text !== undefined) return parseJson(text.toString("utf8"));
  const known = partsOf(reference);
  if (known === undefined) throw new WrongPassphrase();
  if ((await open(known, password)) === undefined) throw new WrongPassphrase();
  throw unreadable("2FAS", "is damaged: the password is correct, but the content can't be decrypted");
}

export async function lockServices(
  services: string,
  passphrase: string,
  random: (bytes: number) => Uint8Array,
): Promise<{ servicesEncrypted: string; reference: string }> {
  const salt = random(SALT_BYTES);
  const key = await pbkdf2Key(passphrase, salt, ROUNDS, 32, "sha256");
  const seal = (text: string): string => {
    const nonce = random(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const content = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return [content, salt, nonce].map((part) => Buffer.from(part).toString("base64")).join(":");
  };
  return { servicesEncrypted: seal(services), reference: seal(REFERENCE) };
}

interface Parts {
  readonly content: Buffer;
  readonly salt: Buffer;
  readonly nonce: Buffer;
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "string") return undefined;
  const [content, salt, nonce, more] = value.split(":").map(base64Of);
  if (content === undefined || salt === undefined || nonce === undefined || more !== undefined)
    return undefined;
  return { content, salt, nonce };
}

async function open({ content, salt, nonce }: Parts, password: string): Promise<Buffer | undefined> {
  return openGcm(await pbkdf2Key(password, salt, ROUNDS, 32, "sha256"), nonce, content);
}
