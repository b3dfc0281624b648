/** accounts/<id>.json and removed/<id>.json, as ledger/FORMAT.md describes them. Pure. */
import { OTP_LIMITS } from "../base/limits.ts";
import {
  isText,
  isTime,
  isWhole,
  type JsonObject,
  objectOf,
  objectsOf,
  parseJson,
} from "../base/untrusted-json.ts";
import { type Algorithm, type OtpParameters, STEAM } from "../otp/enrollment.ts";
import { type Account, type Copy, damaged, NEWER } from "./account.ts";

const VERSION = 1;
const COPY_TIMES = ["confirmedAt", "doubtedAt", "deadSince", "wipedAt", "shownAt"];
/** What AWS's IAM accepts; also excludes anything that could be mistaken for an option or a second argument. */
const SERIAL = /^\w[\w+=/:,.@-]{8,255}$/;

export function formatAccount(account: Account): string {
  return `${JSON.stringify(accountFields(account), null, 2)}\n`;
}

/** The members of the file; JSON leaves out those that are undefined. */
export function accountFields(account: Account): JsonObject {
  const { id, name, issuer, label, otp, addedAt, copies, fingerprint } = account;
  const { replaces, removedAt, replacedBy, adopted, rival, mfaSerial, drilledAt, otherWayAt, note } = account;
  const { type, algorithm, digits } = otp;
  const factor = type === "hotp" ? { counter: otp.counter } : { period: otp.period };
  const fields = { version: VERSION, id, name, issuer, label, type, algorithm, digits, ...factor };
  return {
    ...fields,
    addedAt,
    copies,
    fingerprint,
    replaces,
    removedAt,
    replacedBy,
    adopted,
    rival,
    mfaSerial,
    drilledAt,
    otherWayAt,
    note,
  };
}

/** `id` is the one in the file's name. Throws a UserError that says what is wrong with the file. */
export function parseAccount(text: string, id: string): Account {
  const fields = objectOf(parseJson(text));
  if (fields === undefined) throw damaged("it is not JSON");
  if (isWhole(fields.version) && fields.version > VERSION) throw damaged(NEWER);
  if (fields.version !== VERSION) throw damaged("it has no version");
  if (fields.id !== id) throw damaged("it belongs to another id");
  const { name, issuer, label, addedAt, fingerprint, mfaSerial } = fields;
  const otp = parseOtp(fields);
  if (otp === undefined) throw damaged("its type, algorithm, digits, period or counter is invalid");
  if (!isText(name) || !name || !isText(issuer) || !isText(label))
    throw damaged("it has no name, issuer or label");
  const copies = parseCopies(fields.copies);
  if (!isTime(addedAt) || copies === undefined) throw damaged("its dates or copies can't be read");
  return {
    id,
    name,
    issuer,
    label,
    otp,
    addedAt,
    copies,
    fingerprint: isText(fingerprint) ? fingerprint : "",
    ...only(isText, fields, ["replaces", "replacedBy", "rival"]),
    ...only(isTime, fields, ["removedAt", "drilledAt", "otherWayAt"]),
    ...(fields.adopted === true ? { adopted: true } : {}),
    ...(isText(mfaSerial) && SERIAL.test(mfaSerial) ? { mfaSerial } : {}),
    ...noteIn(fields),
  };
}

export function parseOtp({
  type,
  algorithm,
  digits,
  period,
  counter,
}: JsonObject): OtpParameters | undefined {
  if (type === "steam") return STEAM;
  if (!isAlgorithm(algorithm) || !isWhole(digits)) return undefined;
  if (digits < OTP_LIMITS.digits.least || digits > OTP_LIMITS.digits.most) return undefined;
  if (type === "hotp") return isWhole(counter) ? { type, algorithm, digits, counter } : undefined;
  const isValid =
    type === "totp" &&
    isWhole(period) &&
    period >= OTP_LIMITS.period.least &&
    period <= OTP_LIMITS.period.most;
  return isValid ? { type, algorithm, digits, period } : undefined;
}

function isAlgorithm(value: unknown): value is Algorithm {
  return value === "SHA1" || value === "SHA256" || value === "SHA512";
}

function noteIn(fields: JsonObject): Pick<Account, "note"> {
  const { since, unused } = objectOf(fields.note) ?? {};
  if (!isTime(since)) return {};
  return { note: isWhole(unused) ? { since, unused } : { since } };
}

function parseCopies(value: unknown): Copy[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const copies: Copy[] = [];
  for (const item of objectsOf(value)) {
    const fields = item ?? {};
    const { device, addedAt } = fields;
    if (!isText(device) || !isTime(addedAt)) return undefined;
    copies.push({ device, addedAt, ...only(isTime, fields, COPY_TIMES) });
  }
  return copies;
}

/** Those of the fields that are there and good. */
export function only(
  isGood: (value: unknown) => value is string,
  fields: JsonObject,
  names: readonly string[],
): Record<string, string> {
  const found = names.map((name) => [name, fields[name]] as const);
  return Object.fromEntries(found.filter((field): field is [string, string] => isGood(field[1])));
}
