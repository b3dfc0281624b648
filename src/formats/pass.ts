/**
 * One decrypted entry of pass or gopass: a password on the first line, then anything. Read are pass-otp's URI, gopass's keys
 * `totp`, `otp` and `otpauth`, and any other URI; never the password.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { about, collect, parametersOf, secretOfKey } from "./entries.ts";
import type { Reading } from "./format.ts";
import { addStrays } from "./strays.ts";

const URI = /^\s*((?:apple-)?otpauth|steam):\/\//i;
const KEY = /^\s*(totp|otp|otpauth)\s*:\s*(\S.*)$/i;

/** `path` is the entry's path in the store, without ".gpg". It supplies the names that the entry itself lacks. */
export async function readPassEntry(path: string, text: string): Promise<Reading> {
  const [first = "", ...rest] = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const lines = [...(URI.test(first) ? [first] : []), ...rest];
  const values = new Set(lines.flatMap((line) => seedOf(line) ?? []));
  const reading = collect(
    [...values],
    (value) => about(value, () => readValue(path, value)),
    () => path,
    () => path,
  );
  return addStrays(reading, [{ at: path, name: "", value: rest.join("\n"), title: "", user: "" }]);
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
    const enrollment = parseForeignUri(value);
    const isNameless = enrollment.issuer === "" && enrollment.label === "";
    return isNameless ? { ...enrollment, issuer, label } : enrollment;
  }
  return { issuer, label, otp: parametersOf({ type: "totp" }), secret: secretOfKey(value) };
}
