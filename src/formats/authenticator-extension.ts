/**
 * The browser extension Authenticator (Chrome, Firefox, Edge), https://github.com/Authenticator-Extension/Authenticator: its JSON
 * backup, an object with one entry for each account. Locked entries are named.
 */
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBase32,
  secretOfBytes,
  whoOf,
} from "./entries.ts";
import type { Format } from "./format.ts";
import { hexOf, textOf } from "./shape.ts";

const LOCKED = "it is locked; in the extension, download the backup without a password";
/** Battle.net's have eight digits, whatever the entry says. */
const BATTLE_DIGITS = 8;

export const authenticatorExtension: Format = {
  id: "authenticator-extension",
  name: "the extension Authenticator",
  detect: ({ json }) => entriesOf(json).length > 0,
  read: ({ json }) => collect(entriesOf(json), readEntry, (entry) => whoOf(entry.issuer, entry.account)),
};

/** `hash` is an entry's id, and often its name in the object. The object may hold a wrapped key, too. */
function entriesOf(json: unknown): JsonObject[] {
  return Object.values(objectOf(json) ?? {})
    .map(objectOf)
    .filter((entry) => entry !== undefined)
    .filter((entry) => isEntry(entry) || isLockedEntry(entry));
}

function isEntry({ hash, secret, type }: JsonObject): boolean {
  return typeof hash === "string" && typeof secret === "string" && type !== undefined;
}

/** Version 3 encrypts an entry as a whole. */
function isLockedEntry({ dataType, data }: JsonObject): boolean {
  return dataType === "EncOTPStorage" && data !== undefined;
}

function readEntry(entry: JsonObject): Enrollment {
  if (isLockedEntry(entry) || entry.encrypted === true) throw new EntryFault(LOCKED);
  const { issuer, account, algorithm, period, counter, secret } = entry;
  const type = textOf(entry.type).toLowerCase();
  const names = cleanNames(textOf(issuer).split("::")[0], account);
  const isHex = type === "hex" || type === "hhex";
  const key = isHex ? secretOfBytes(hexOf(textOf(secret).replace(/\s/g, ""))) : secretOfBase32(secret);
  if (type === "steam") return { ...names, otp: STEAM, secret: key };
  const digits = type === "battle" ? BATTLE_DIGITS : entry.digits;
  if (!["totp", "hotp", "hex", "hhex", "battle"].includes(type)) throw new EntryFault("unknown type");
  const isCounter = type === "hotp" || type === "hhex";
  const otp = parametersOf({ type: isCounter ? "hotp" : "totp", algorithm, digits, period, counter });
  return { ...names, otp, secret: key };
}
