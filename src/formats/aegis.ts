/**
 * Aegis (Android), vault and export files: https://github.com/beemdevelopment/Aegis/blob/master/docs/vault.md
 * Either plain, or locked with a password: the entries are encrypted with a random master key, and the master key is encrypted in
 * slots, one for each way to open the vault.
 */
import { createCipheriv } from "node:crypto";
import { LIMITS } from "../base/limits.ts";
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import { formatBase32 } from "../otp/base32.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { NO_NOTE, type Note, noteAsText } from "../otp/plain-note.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBase32, whoOf } from "./entries.ts";
import { indexOf, withEntryNotes } from "./entry-note.ts";
import { type AskPassphrase, unreadable, WrongPassphrase } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { openGcm, scryptKey } from "./kdf.ts";
import { base64Of, hexOf, listOf, textOf } from "./shape.ts";
import { uuid } from "./uuid.ts";

const NEWEST = { file: 1, entries: 3 };
const PASSWORD_SLOT = 1;
const SCRYPT = { n: 32_768, r: 8, p: 1 };
/** The app's own limit. If one entry exceeds it, the app refuses the whole file. */
const LONGEST_PERIOD = 2_147_483;

export const aegis: Format = {
  id: "aegis",
  name: "Aegis",
  detect({ json }) {
    const file = objectOf(json);
    return file !== undefined && objectOf(file.header) !== undefined && file.db !== undefined;
  },
  async read({ json }, passphrase) {
    const file = objectOf(json) ?? {};
    requireVersion(file.version, NEWEST.file);
    const db =
      typeof file.db === "string" ? await unlock(file.header, file.db, passphrase) : objectOf(file.db);
    if (db === undefined || !Array.isArray(db.entries)) throw unreadable("Aegis", "has no entries");
    requireVersion(db.version, NEWEST.entries);
    const reading = readEntries(listOf(db.entries));
    return db === file.db ? reading : { ...reading, inside: [{ at: "", content: db }] };
  },
  writer: {
    password: true,
    holdsNotes: true,
    reasonToOmit({ otp }) {
      if (otp.type === "totp" && otp.period > LONGEST_PERIOD) return "its period is too long for Aegis";
      return undefined;
    },
    async write(enrollments, { passphrase, random, notes = [] }) {
      const db = {
        version: 3,
        entries: enrollments.map((one, i) => entryOf(one, notes[i], random)),
        groups: [],
      };
      if (passphrase === undefined)
        return formatted({ version: 1, header: { slots: null, params: null }, db });
      return formatted(await lock(db, passphrase, random));
    },
  },
};

function requireVersion(version: unknown, newest: number): void {
  if (typeof version === "number" && version > newest)
    throw unreadable("Aegis", `has version ${version}; this release reads up to ${newest}`);
}

function readEntries(entries: readonly unknown[]): Reading {
  const all = entries.map(objectOf);
  return withEntryNotes(
    collect(all, readEntry, (entry) => whoOf(entry?.issuer, entry?.name)),
    (at) => ({ text: all[indexOf(at)]?.note }),
  );
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  const info = objectOf(entry?.info);
  if (entry === undefined || info === undefined) throw new EntryFault("it is damaged");
  const type = textOf(entry.type).toLowerCase();
  if (type === "motp" || type === "yandex") throw new EntryFault(`${type} codes are not supported`);
  if (type !== "totp" && type !== "hotp" && type !== "steam") throw new EntryFault("unknown type");
  const { digits, period, counter } = info;
  // An old bug of the app wrote MD5, and the app reads such entries as SHA1 too.
  const algorithm = textOf(info.algo).toUpperCase() === "MD5" ? "SHA1" : info.algo;
  return {
    ...cleanNames(entry.issuer, entry.name),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(info.secret),
  };
}

async function unlock(header: unknown, sealed: string, passphrase: AskPassphrase): Promise<JsonObject> {
  const { slots, params } = objectOf(header) ?? {};
  const locks = listOf(slots)
    .map(objectOf)
    .filter((slot) => slot?.type === PASSWORD_SLOT);
  const content = base64Of(sealed);
  if (content === undefined || objectOf(params) === undefined) throw unreadable("Aegis", "is damaged");
  if (locks.length === 0)
    throw unreadable(
      "Aegis",
      "can't be opened with a password",
      "export it again, and set a password for the export",
    );
  if (locks.length > LIMITS.passwordSlots)
    throw unreadable(
      "Aegis",
      `has more than ${LIMITS.passwordSlots} passwords, and trying them all would take too long`,
    );
  const password = await passphrase();
  for (const slot of locks) {
    const salt = hexOf(slot?.salt);
    if (salt === undefined) throw unreadable("Aegis", "is damaged");
    const kek = await scryptKey(password, salt, { n: slot?.n, r: slot?.r, p: slot?.p });
    const master = openWith(kek, slot?.key_params, hexOf(slot?.key));
    if (master?.length !== 32) continue;
    const text = openWith(master, params, content);
    const db = text && objectOf(parseJson(text.toString("utf8")));
    if (db === undefined) throw unreadable("Aegis", "is damaged");
    return db;
  }
  throw new WrongPassphrase();
}

function openWith(key: Uint8Array, params: unknown, content: Buffer | undefined): Buffer | undefined {
  const { nonce, tag } = objectOf(params) ?? {};
  const [iv, end] = [hexOf(nonce), hexOf(tag)];
  if (iv === undefined || end === undefined || content === undefined) return undefined;
  return openGcm(key, iv, Buffer.concat([content, end]));
}

function entryOf(
  { issuer, label, otp, secret }: Enrollment,
  note: Note = NO_NOTE,
  random: (bytes: number) => Uint8Array,
) {
  const moving = otp.type === "hotp" ? { counter: otp.counter } : { period: otp.period };
  return {
    type: otp.type,
    uuid: uuid(random),
    name: label,
    issuer,
    note: noteAsText(note),
    favorite: false,
    icon: null,
    groups: [],
    info: { secret: formatBase32(secret), algo: otp.algorithm, digits: otp.digits, ...moving },
  };
}

async function lock(db: unknown, passphrase: string, random: (bytes: number) => Uint8Array) {
  const [master, salt] = [random(32), random(32)];
  const kek = await scryptKey(passphrase, salt, SCRYPT);
  const key = seal(kek, random(12), master);
  const content = seal(master, random(12), Buffer.from(JSON.stringify(db)));
  const slot = {
    type: PASSWORD_SLOT,
    uuid: uuid(random),
    key: key.text.toString("hex"),
    key_params: key.params,
    ...SCRYPT,
    salt: hex(salt),
    repaired: true,
    is_backup: false,
  };
  return {
    version: 1,
    header: { slots: [slot], params: content.params },
    db: content.text.toString("base64"),
  };
}

function seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array) {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { text, params: { nonce: hex(nonce), tag: cipher.getAuthTag().toString("hex") } };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function formatted(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}
