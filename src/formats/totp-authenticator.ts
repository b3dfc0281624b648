/**
 * TOTP Authenticator (BinaryBoot, Android): base64 of AES-256-CBC whose key is the SHA-256 of a password, which may be the app's
 * default one; or the list that this contains, from a rooted phone.
 */
import { createHash } from "node:crypto";
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { preferencesOf } from "./android-preferences.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBase32,
  secretOfBytes,
  whoOf,
} from "./entries.ts";
import { unreadable, WrongPassphrase } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { openCbc } from "./kdf.ts";
import { base64Of, hexOf, textOf } from "./shape.ts";

const DEFAULT_PASSWORD = "TotpAuthenticator";
const LIST = "STATIC_TOTP_CODES_LIST";
const NO_IV = Buffer.alloc(16);

export const totpAuthenticator: Format = {
  id: "totp-authenticator",
  name: "TOTP Authenticator",
  detect: ({ text }) => preferencesOf(text)?.has(LIST) === true || sealedIn(text) !== undefined,
  async read({ text }, passphrase) {
    const list = preferencesOf(text)?.get(LIST);
    if (list !== undefined) return { ...readEntries(parseJson(list)), inside: [{ at: "", content: list }] };
    const sealed = sealedIn(text) ?? Buffer.alloc(0);
    const opened = open(sealed, DEFAULT_PASSWORD) ?? open(sealed, await passphrase());
    if (opened === undefined)
      throw new WrongPassphrase("wrong password, or the file is damaged or not from TOTP Authenticator");
    return { ...readEntries(listIn(opened)), inside: [{ at: "", content: opened }] };
  },
};

/** Only base64, either unbroken or in lines of equal length. */
function sealedIn(text: string | undefined): Buffer | undefined {
  const lines = text?.trim().split(/\r?\n/) ?? [];
  const [first = ""] = lines;
  const isEven = lines.slice(0, -1).every(({ length }) => length === first.length);
  if (!isEven || first.length < 44 || (lines.at(-1)?.length ?? 0) > first.length) return undefined;
  const joined = lines.join("");
  if (/\s|^[0-9a-f]*$/i.test(joined)) return undefined;
  const bytes = base64Of(joined);
  return bytes !== undefined && bytes.length % 16 === 0 ? bytes : undefined;
}

function open(sealed: Buffer, password: string): unknown {
  const plain = openCbc(createHash("sha256").update(password).digest(), NO_IV, sealed);
  return parseJson(plain?.toString("utf8") ?? "");
}

/** The list is inside an object, as the name of its only member. */
function listIn(json: unknown): unknown {
  return Array.isArray(json) ? json : parseJson(Object.keys(objectOf(json) ?? {})[0] ?? "");
}

function readEntries(content: unknown): Reading {
  if (!Array.isArray(content)) throw unreadable("TOTP Authenticator", "is damaged");
  return collect(content.map(objectOf), readEntry, (entry) => whoOf(entry?.issuer, entry?.name));
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  if (entry === undefined) throw new EntryFault("it is damaged");
  const { issuer, name, digits, period } = entry;
  return {
    ...cleanNames(issuer, name),
    otp: parametersOf({ type: "totp", digits, period }),
    secret: secretOf(entry),
  };
}

/** Each entry has its own encoding of the key. */
function secretOf({ base, key }: JsonObject): Enrollment["secret"] {
  switch (textOf(base)) {
    case "16":
      return secretOfBytes(hexOf(textOf(key).replace(/\s/g, "")));
    case "32":
      return secretOfBase32(key);
    case "64":
      return secretOfBytes(base64Of(key));
    default:
      throw new EntryFault("its key is in an unknown encoding");
  }
}
