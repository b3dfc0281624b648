/**
 * Authy has no export. What people have: its preferences from a rooted phone (XML), the answer of Twilio to a request for one's
 * data (CSV), and what the app receives from its server, locked or unlocked by a script (JSON). The seeds are either in plain text
 * or locked with the backup password. Period and algorithm are not stored: they are 30 seconds and SHA1, except for Authy's own
 * tokens.
 */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { preferencesOf } from "./android-preferences.ts";
import { openLocks } from "./authy-lock.ts";
import { cellOf, headerWith, rowsOf } from "./csv-table.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBytes,
  secretOfKey,
  whoOf,
} from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";
import { hexOf, textOf } from "./shape.ts";

const KEYS = ["com.authy.storage.tokens.authenticator.key", "com.authy.storage.tokens.authy.key"];
const COLUMNS = ["encryptedseed", "salt"];
const OWN_TOKENS = "Authy's own tokens (7 digits, 10 seconds) work only as long as the Authy account exists";
/** The same value in the app's preferences, in answers of its server, and in what scripts make of these. */
const NAMES: Readonly<Record<keyof Token, readonly string[]>> = {
  name: ["name"],
  issuer: ["originalIssuer", "issuer"],
  original: ["originalName", "original_name"],
  digits: ["digits"],
  seed: ["decryptedSecret", "decrypted_seed", "decryptedSeed"],
  ownSeed: ["secretSeed", "secret_seed"],
  sealed: ["encryptedSecret", "encrypted_seed", "encryptedSeed"],
  salt: ["salt"],
  iv: ["unique_iv", "uniqueIv", "uniqueIV", "iv"],
  rounds: ["key_derivation_iterations", "keyDerivationIterations"],
};

interface Token {
  readonly name: unknown;
  readonly issuer: unknown;
  readonly original: unknown;
  readonly digits: unknown;
  /** Base32. */
  readonly seed: unknown;
  /** Of Authy's own tokens, in hex. */
  readonly ownSeed: unknown;
  readonly sealed: unknown;
  readonly salt: unknown;
  readonly iv: unknown;
  readonly rounds: unknown;
}

export const authy: Format = {
  id: "authy",
  name: "Authy",
  detect: ({ text, json }) =>
    KEYS.some((key) => preferencesOf(text)?.has(key)) ||
    tokensInJson(json).length > 0 ||
    (json === undefined && text !== undefined && headerWith(text, COLUMNS) !== undefined),
  async read(file, passphrase) {
    const tokens = (await tokensOf(file)).map((token) => token && named(token));
    const seeds = await openLocks(
      tokens.map((token) => (token === undefined || !isLocked(token) ? undefined : lockOf(token))),
      passphrase,
    );
    const opened = tokens.map((token, i) => token && { ...token, seed: seeds[i] ?? token.seed });
    const reading = collect(opened, readToken, (token) => whoOf(token?.issuer, token?.name));
    return tokens.some((token) => token?.ownSeed !== undefined)
      ? { ...reading, notes: [OWN_TOKENS] }
      : reading;
  },
};

async function tokensOf({ text = "", json }: ForeignFile): Promise<readonly (JsonObject | undefined)[]> {
  if (json !== undefined) return tokensInJson(json);
  const header = headerWith(text, COLUMNS);
  if (header !== undefined) {
    const [, ...rows] = (await rowsOf(text, header.separator)).filter((row) =>
      row.some((cell) => cell !== ""),
    );
    const cell = (row: readonly string[], name: string) => cellOf(header, row, [name]);
    return rows.map((row) => ({
      name: cell(row, "name"),
      encrypted_seed: cell(row, "encryptedseed"),
      salt: cell(row, "salt"),
      iv: cell(row, "iv"),
      digits: cell(row, "digits"),
    }));
  }
  const preferences = preferencesOf(text);
  const lists = KEYS.flatMap((key) => preferences?.get(key) ?? []).map(parseJson);
  if (!lists.every(Array.isArray)) throw unreadable("Authy", "is damaged");
  return lists.flatMap(objectsOf);
}

/** A list, or an object with lists: what the app receives, and what scripts make of it. */
function tokensInJson(json: unknown): readonly (JsonObject | undefined)[] {
  const lists = Array.isArray(json) ? [json] : Object.values(objectOf(json) ?? {});
  return lists.map(objectsOf).filter(isTokens).flat();
}

function isTokens(list: readonly (JsonObject | undefined)[]): boolean {
  return list.some((token) => {
    if (token === undefined || !("name" in token)) return false;
    const isSealed = typeof token.encrypted_seed === "string" && typeof token.salt === "string";
    return isSealed || typeof token.decrypted_seed === "string" || typeof token.secret_seed === "string";
  });
}

function named(token: JsonObject): Token {
  const value = (names: readonly string[]) => names.map((name) => token[name]).find((one) => one != null);
  return {
    name: value(NAMES.name),
    issuer: value(NAMES.issuer),
    original: value(NAMES.original),
    digits: value(NAMES.digits),
    seed: value(NAMES.seed),
    ownSeed: value(NAMES.ownSeed),
    sealed: value(NAMES.sealed),
    salt: value(NAMES.salt),
    iv: value(NAMES.iv),
    rounds: value(NAMES.rounds),
  };
}

function isLocked({ seed, ownSeed, sealed }: Token): boolean {
  return textOf(seed ?? ownSeed) === "" && textOf(sealed) !== "";
}

function lockOf({ sealed, salt, iv, rounds }: Token) {
  return { sealed: textOf(sealed), salt, iv: textOf(iv), rounds };
}

function readToken(token: Token | undefined): Enrollment {
  if (token === undefined) throw new EntryFault("it is damaged");
  if (isLocked(token)) throw new EntryFault("the password does not decrypt it");
  const { digits, ownSeed, seed } = token;
  if (ownSeed !== undefined)
    return {
      ...namesOf(token),
      otp: parametersOf({ type: "totp", digits: digits ?? 7, period: 10 }),
      secret: secretOfBytes(hexOf(ownSeed)),
    };
  return {
    ...namesOf(token),
    otp: parametersOf({ type: "totp", digits }),
    secret: secretOfKey(textOf(seed)),
  };
}

/** The user may have edited the name; the original name has the issuer. */
function namesOf({ name, issuer, original }: Token): Pick<Enrollment, "issuer" | "label"> {
  const shown = textOf(name) || textOf(original);
  return cleanNames(textOf(issuer) || cleanNames("", original).issuer, shown);
}
