/** andOTP's array of entries, which Gnome Authenticator writes too. */
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
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
import type { Reading } from "./format.ts";
import { textOf } from "./shape.ts";

export function readAndOtpEntries(list: readonly unknown[]): Reading {
  return collect(list.map(objectOf), readEntry, (entry) => whoOf(entry?.issuer, entry?.label));
}

function readEntry(entry: JsonObject | undefined): Enrollment {
  if (entry === undefined) throw new EntryFault("it is damaged");
  const { algorithm, digits, period, counter, secret } = entry;
  // Gnome Authenticator calls its time-based codes "OTP".
  const type = isGnome(entry) ? "totp" : otpTypeOf(entry.type);
  return {
    ...namesOf(entry),
    otp: parametersOf({ type, algorithm, digits, period, counter }),
    secret: secretOfBase32(secret),
  };
}

function isGnome({ type }: JsonObject): boolean {
  return textOf(type).toUpperCase() === "OTP";
}

/** Before andOTP 0.6 there was no issuer: the label is `Issuer - name`, or even `Issuer - Issuer:name`. */
function namesOf(entry: JsonObject): Pick<Enrollment, "issuer" | "label"> {
  const { issuer, label, tags } = entry;
  if (issuer !== undefined && issuer !== null) return cleanNames(issuer, label);
  const [, before = "", after = ""] = /^(.+?) - (.*)$/s.exec(textOf(label)) ?? [];
  if (before !== "") return cleanNames(before, after);
  // Gnome Authenticator stores the service as the first tag.
  return cleanNames(isGnome(entry) && Array.isArray(tags) ? tags[0] : undefined, label);
}
