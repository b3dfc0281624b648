/**
 * Stratum, formerly Authenticator Pro: https://github.com/stratumauth/app/blob/master/doc/BACKUP_FORMAT.md
 * Backups (plain, or encrypted with the current or the old scheme), and the HTML page with QR codes.
 */
import { type JsonObject, objectOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import {
  about,
  cleanNames,
  collect,
  EntryFault,
  parametersOf,
  secretOfBase32,
  secretText,
  whoOf,
} from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { textOf } from "./shape.ts";
import { isLockedStratum, unlockStratum } from "./stratum-lock.ts";
import { unescapeEntities } from "./unescape.ts";

const TYPES = new Map<string, "totp" | "hotp" | "steam" | "motp" | "yandex">([
  ["1", "hotp"],
  ["2", "totp"],
  ["3", "motp"],
  ["4", "steam"],
  ["5", "yandex"],
]);
const ALGORITHMS = new Map([
  ["", "SHA1"],
  ["0", "SHA1"],
  ["1", "SHA256"],
  ["2", "SHA512"],
]);
const CODE = /<code\b[^<>]*>([^<]*)<\/code>/gi;

export const stratum: Format = {
  id: "stratum",
  name: "Stratum",
  detect({ bytes, text, json }) {
    if (isLockedStratum(bytes) || Array.isArray(objectOf(json)?.Authenticators)) return true;
    return text !== undefined && json === undefined && /<code\b[^<>]*>\s*(otpauth|motp):\/\//i.test(text);
  },
  async read({ bytes, text, json }, passphrase) {
    if (isLockedStratum(bytes)) {
      const opened = await unlockStratum(bytes, passphrase);
      return { ...readBackup(parseJson(opened)), inside: [{ at: "", content: opened }] };
    }
    return objectOf(json) === undefined ? readPage(text ?? "") : readBackup(json);
  },
};

function readBackup(backup: unknown): Reading {
  const entries = objectOf(backup)?.Authenticators;
  if (!Array.isArray(entries)) throw unreadable("Stratum", "has no entries");
  return collect(entries.map(objectOf), readEntry, (entry) => whoOf(entry?.Issuer, entry?.Username));
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  if (entry === undefined) throw new EntryFault("it is damaged");
  const type = TYPES.get(textOf(entry.Type));
  if (type === undefined) throw new EntryFault("unknown type");
  if (type === "motp" || type === "yandex") throw unsupported(type);
  const algorithm = ALGORITHMS.get(textOf(entry.Algorithm));
  if (algorithm === undefined) throw new EntryFault("unknown algorithm (known: SHA1, SHA256, SHA512)");
  const { Digits: digits, Period: period, Counter: counter } = entry;
  return {
    ...cleanNames(entry.Issuer, entry.Username),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(entry.Secret),
  };
}

function readPage(page: string): Reading {
  const codes = [...page.matchAll(CODE)].map(([, code = ""]) => unescapeEntities(code).trim());
  return collect(codes, readCode);
}

function readCode(code: string): Enrollment | undefined {
  if (/^motp:/i.test(code)) throw new EntryFault("motp codes are not supported", "", secretText(code));
  return /^otpauth:\/\//i.test(code) ? about(code, () => parseForeignUri(code)) : undefined;
}

function unsupported(type: string): EntryFault {
  return new EntryFault(`${type} codes are not supported`);
}
