/**
 * The check value of a key on paper: four base32 characters, typed after the key as KEY/CHECK. It catches a mistyped key or
 * a forgotten parameter (all but one in 2^20). It is the first 20 bits of the SHA-256 of
 *
 *   "twinseed check 1", type, algorithm, digits, period (empty for hotp), each followed by a line feed, then the key's bytes
 *
 * with the type and algorithm as in an otpauth URI and the numbers in decimal. HOTP's counter changes, so it is not included.
 */
import { createHash } from "node:crypto";
import type { Enrollment } from "./enrollment.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LENGTH = 4;
const SHAPE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

export function checkValueOf({ otp, secret }: Pick<Enrollment, "otp" | "secret">): string {
  const period = otp.type === "hotp" ? "" : otp.period;
  const head = ["twinseed check 1", otp.type, otp.algorithm, otp.digits, period].join("\n");
  const digest = createHash("sha256").update(`${head}\n`).update(secret.reveal()).digest();
  const bits = digest.readUInt32BE(0);
  return Array.from({ length: LENGTH }, (_, i) => ALPHABET.charAt((bits >>> (27 - 5 * i)) & 31)).join("");
}

export interface TypedKey {
  readonly key: string;
  /** In upper case, without spaces and dashes; undefined if none was typed. */
  readonly check: string | undefined;
}

/** Splits KEY/CHECK. Returns undefined if the text after the slash can't be a check value. */
export function splitTypedKey(text: string): TypedKey | undefined {
  const at = text.lastIndexOf("/");
  if (at < 0) return { key: text, check: undefined };
  const check = text
    .slice(at + 1)
    .replace(/[\s-]/g, "")
    .toUpperCase();
  return SHAPE.test(check) ? { key: text.slice(0, at), check } : undefined;
}
