/**
 * Raivo (iOS, discontinued in 2024): a JSON array whose values are all strings, in a zip locked with the app's master password.
 */
import { type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import {
  cleanNames,
  collect,
  EntryFault,
  otpTypeOf,
  parametersOf,
  secretOfBase32,
  whoOf,
} from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { ForeignFile } from "./foreign-file.ts";
import type { Format } from "./format.ts";

export const raivo: Format = {
  id: "raivo",
  name: "Raivo",
  detect(file) {
    if (memberOf(file) !== undefined) return true;
    return objectsOf(file.json).some((entry) => entry !== undefined && "kind" in entry && "timer" in entry);
  },
  async read(file, passphrase) {
    const member = memberOf(file);
    if (member === undefined) return readEntries(file.json);
    const { readMember } = await import("./zip.ts");
    const bytes = await readMember(file.bytes, member, passphrase);
    return readEntries(parseJson(Buffer.from(bytes).toString("utf8")));
  },
};

function memberOf({ members }: ForeignFile): string | undefined {
  return members?.find((name) => /(^|\/)raivo-otp-export\.json$/i.test(name));
}

function readEntries(json: unknown) {
  if (!Array.isArray(json)) throw unreadable("Raivo", "is damaged");
  return collect(json.map(objectOf), readEntry, (entry) => whoOf(entry?.issuer, entry?.account));
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  if (entry === undefined) throw new EntryFault("it is damaged");
  const { issuer, account, kind, algorithm, digits, timer, counter, secret } = entry;
  return {
    ...cleanNames(issuer, account),
    otp: parametersOf({ type: otpTypeOf(kind), algorithm, digits, period: timer, counter }),
    secret: secretOfBase32(secret),
  };
}
