/**
 * The browser extension Authenticator (Chrome, Firefox, Edge), https://github.com/Authenticator-Extension/Authenticator: its JSON
 * backup, an object with one entry for each account. Entries that are locked open with the extension's password.
 */
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { type Enrollment, STEAM } from "../otp/enrollment.ts";
import { isLockedEntry, isLockedWhole, openerOf } from "./authenticator-extension-lock.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBase32,
  secretOfBytes,
  whoOf,
} from "./entries.ts";
import { type AskPassphrase, WrongPassphrase } from "./faults.ts";
import type { Format } from "./format.ts";
import { hexOf, textOf } from "./shape.ts";

/** Battle.net's have eight digits, whatever the entry says. */
const BATTLE_DIGITS = 8;
/** Old backups have the type in front of the secret. */
const PREFIX = /^(stm|bliz|blz)-/i;

export const authenticatorExtension: Format = {
  id: "authenticator-extension",
  name: "the extension Authenticator",
  detect: ({ json }) => entriesOf(objectOf(json) ?? {}).length > 0,
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    const entries = await opened(file, passphrase);
    const reading = collect(entries, readEntry, (entry) => whoOf(entry.issuer, entry.account));
    return { ...reading, inside: [{ at: "", content: entries }] };
  },
};

/** `hash` is an entry's id, and often its name in the object. The object may hold keys, too. */
function entriesOf(file: JsonObject): JsonObject[] {
  return Object.values(file)
    .map(objectOf)
    .filter((entry) => entry !== undefined)
    .filter((entry) => isEntry(entry) || isLockedWhole(entry));
}

function isEntry({ hash, secret, type, encrypted }: JsonObject): boolean {
  return (
    typeof hash === "string" &&
    typeof secret === "string" &&
    (type !== undefined || typeof encrypted === "boolean")
  );
}

/** A wrong password opens none of them. What only some passwords open was locked at another time. */
async function opened(file: JsonObject, passphrase: AskPassphrase): Promise<JsonObject[]> {
  const entries = entriesOf(file);
  if (!entries.some(isLockedEntry)) return entries;
  const open = openerOf(file, await passphrase());
  const found: JsonObject[] = [];
  let successes = 0;
  for (const entry of entries) {
    const inside = isLockedEntry(entry) ? await open(entry) : undefined;
    if (inside !== undefined) successes++;
    found.push(inside ?? entry);
  }
  if (successes === 0) throw new WrongPassphrase();
  return found;
}

function readEntry(entry: JsonObject): Enrollment {
  if (isLockedEntry(entry)) throw new EntryFault("the password does not decrypt it");
  const { issuer, account, algorithm, period, counter } = entry;
  const { type, secret } = typeAndSecret(entry);
  const names = cleanNames(textOf(issuer).split("::")[0], account);
  const isHex = type === "hex" || type === "hhex";
  const key = isHex ? secretOfBytes(hexOf(secret.replace(/\s/g, ""))) : secretOfBase32(secret);
  if (type === "steam") return { ...names, otp: STEAM, secret: key };
  const digits = type === "battle" ? BATTLE_DIGITS : entry.digits;
  if (!["totp", "hotp", "hex", "hhex", "battle"].includes(type)) throw new EntryFault("unknown type");
  const isCounter = type === "hotp" || type === "hhex";
  const otp = parametersOf({ type: isCounter ? "hotp" : "totp", algorithm, digits, period, counter });
  return { ...names, otp, secret: key };
}

function typeAndSecret({ type, secret }: JsonObject): { readonly type: string; readonly secret: string } {
  const text = textOf(secret);
  const [prefix, kind = ""] = PREFIX.exec(text) ?? [];
  if (prefix === undefined) return { type: textOf(type).toLowerCase() || "totp", secret: text };
  return { type: kind.toLowerCase() === "stm" ? "steam" : "battle", secret: text.slice(prefix.length) };
}
