/**
 * One decrypted entry of pass or gopass: a password on the first line, then anything. Only the lines for one-time codes are read,
 * never the password: pass-otp's URI, and gopass's keys `totp`, `otp` and `otpauth`.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import { isOtpauthUri, parseOtpauthUri } from "../otp/otpauth-uri.ts";
import { collect, parametersOf, secretOfBase32 } from "./entries.ts";
import type { Reading } from "./format.ts";

const URI = /^\s*((?:apple-)?otpauth|steam):\/\//i;
const KEY = /^\s*(totp|otp|otpauth)\s*:\s*(\S.*)$/i;

/** `path` is the entry's path in the store, without ".gpg". It supplies the names that the entry itself lacks. */
export function readPassEntry(path: string, text: string): Reading {
  const [first = "", ...rest] = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const lines = [...(URI.test(first) ? [first] : []), ...rest];
  const values = new Set(lines.flatMap((line) => seedOf(line) ?? []));
  return collect(
    [...values],
    (value) => readValue(path, value),
    () => path,
    () => path,
  );
}

function seedOf(line: string): string | undefined {
  if (URI.test(line)) return line.trim();
  const [, key = "", value = ""] = KEY.exec(line) ?? [];
  const bare = value.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (bare === "") return undefined;
  // gopass may mistake a URI for a key and its value: "otpauth: //totp/…".
  return bare.startsWith("//") && key.toLowerCase() === "otpauth" ? `otpauth:${bare}` : bare;
}

function readValue(path: string, value: string): Enrollment {
  const [label = "", issuer = ""] = path.split("/").filter(Boolean).reverse();
  if (isOtpauthUri(value)) {
    const enrollment = parseOtpauthUri(value);
    const isNameless = enrollment.issuer === "" && enrollment.label === "";
    return isNameless ? { ...enrollment, issuer, label } : enrollment;
  }
  return { issuer, label, otp: parametersOf({ type: "totp" }), secret: secretOfBase32(value) };
}
