/**
 * Keychains of terminal programs, one account per line: `name digits key [counter]` (https://github.com/rsc/2fa) and `name:key`
 * or otpauth URIs (https://github.com/pcarrier/gauth). Every line of a file must have such a form.
 */
import type { Enrollment } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import { isOtpauthUri } from "../otp/otpauth-uri.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBase32 } from "./entries.ts";
import type { Format } from "./format.ts";

const RSC = /^(\S+) ([6-8]) ([A-Z0-9]{8,}=*)(?: (\d{20}))?$/i;
const GAUTH =
  /^([^:]*[^:\s])\s*:\s*((?:[A-Z0-9]{16,}|[A-Z0-9]{4}(?: [A-Z0-9]{4}){3,}(?: [A-Z0-9]{1,3})?)=*)$/i;

/** Longer than any name and key. */
const LONGEST_LINE = 4096;

export const plainLines: Format = {
  id: "plain-lines",
  name: "2fa or gauth",
  isAppsOwn: true,
  detect({ text, json }) {
    if (text === undefined || json !== undefined) return false;
    const lines = linesOf(text).map(({ line }) => line);
    if (lines.some((line) => line.length > LONGEST_LINE)) return false;
    if (lines.every((line) => RSC.test(line))) return lines.length > 0;
    const own = lines.filter((line) => !isOtpauthUri(line));
    return own.every((line) => GAUTH.test(line)) && own.some(isSurelyKey);
  },
  read({ text }) {
    return collect(
      linesOf(text ?? ""),
      ({ line }) => readLine(line),
      ({ line }) => (RSC.exec(line)?.[1] ?? GAUTH.exec(line)?.[1] ?? "").trim(),
      (_, { number }) => `line ${number}`,
    );
  },
};

function linesOf(text: string) {
  return text
    .split("\n")
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
}

/** A long word in lower case may be just a word. */
function isSurelyKey(line: string): boolean {
  const key = GAUTH.exec(line)?.[2] ?? "";
  return /[2-7]/.test(key) || key === key.toUpperCase();
}

function readLine(line: string): Enrollment {
  if (isOtpauthUri(line)) return parseForeignUri(line);
  const [, name, digits, key, last] = RSC.exec(line) ?? [];
  if (name === undefined) {
    const [, own, secret] = GAUTH.exec(line) ?? [];
    if (own === undefined) throw new EntryFault("it is not a line of a 2fa or gauth keychain");
    return { ...cleanNames("", own), otp: parametersOf({ type: "totp" }), secret: secretOfBase32(secret) };
  }
  // 2fa stores the counter of the last code, not of the next one: it increments first and then shows the code.
  const counter = last === undefined ? undefined : String(BigInt(last) + 1n);
  return {
    ...cleanNames("", name),
    otp: parametersOf({ type: counter === undefined ? "totp" : "hotp", digits, counter }),
    secret: secretOfBase32(key),
  };
}
