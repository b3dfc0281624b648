/** A seed to search for, in every encoding in which it could leak. */
import { parseBase32 } from "../../src/otp/base32.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of } from "./accounts.ts";

// 20 bytes for which every encoding is different, and which do not occur elsewhere by chance.
const BYTES = Buffer.from("c3a9f07e51b8d264e99b13cc7fa2580be6314d97", "hex");
const BASE32 = "YOU7A7SRXDJGJ2M3CPGH7ISYBPTDCTMX";

export const marked: Enrollment = {
  issuer: "Marked",
  label: "me",
  otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  secret: parseBase32(BASE32),
};

/** A recovery code that is kept beside the seed. */
export const MARKED_NOTE = "qx7fwkzn-5hrv2bdp-9mtycj3g";

/** The encodings in which the recovery code, or half of it, was found. */
export function noteSpellingsIn(content: string | Uint8Array): string[] {
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  const bare = text.replace(/<[^<>]*>/g, "").replace(/[\s\-_.:]+/g, "");
  const code = MARKED_NOTE.replaceAll("-", "");
  const halves = (whole: string) => [whole.slice(0, whole.length / 2), whole.slice(whole.length / 2)];
  const spellings: [name: string, spellings: string[]][] = [
    ["text", halves(code)],
    ["hex", halves(Buffer.from(MARKED_NOTE).toString("hex"))],
    ["UTF-16", [Buffer.from(MARKED_NOTE, "utf16le").toString("latin1").replace(/-/g, "")]],
    ["base64", base64s(Buffer.from(MARKED_NOTE))],
  ];
  return spellings.flatMap(([name, all]) => (all.some((one) => bare.includes(one)) ? [name] : []));
}

export const MARKED_BASE32 = base32Of(marked);
export const MARKED_URI = formatOtpauthUri(marked);

/** The encodings in which the seed, or half of it, was found. Line breaks, spaces, dashes and HTML in between do not hide it. */
export function spellingsIn(content: string | Uint8Array, enrollment: Enrollment = marked): string[] {
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  const bytes = Buffer.from(enrollment.secret.reveal());
  const bare = [text, text.replace(/<[^<>]*>/g, "")].map((one) => one.replace(/[\s\-_.:]+/g, "")).join(" ");
  const lower = bare.toLowerCase();
  const base32 = base32Of(enrollment).toLowerCase();
  const hex = bytes.toString("hex");
  const halves = (whole: string): string[] => {
    const half = Math.floor(whole.length / 2);
    return [whole.slice(0, half), whole.slice(half)];
  };
  const spellings: [name: string, where: string, spellings: string[]][] = [
    ["base32", lower, halves(base32)],
    ["hex", lower, halves(hex)],
    ["hex of base32", lower, halves(Buffer.from(base32.toUpperCase()).toString("hex"))],
    ["raw", text, halves(bytes.toString("latin1"))],
    ["UTF-8 of raw", text, [Buffer.from(bytes.toString("latin1")).toString("latin1")]],
    ["UTF-16 of base32", text, [Buffer.from(base32.toUpperCase(), "utf16le").toString("latin1")]],
    ["percent-encoded", lower, [hex.replace(/../g, "%$&"), encodeURIComponent(bytes.toString("latin1"))]],
    ["base64", bare, base64s(bytes)],
    ["base64 of base32", bare, base64s(Buffer.from(base32.toUpperCase()))],
    ["numbers", bare, [[...bytes].join(",")]],
  ];
  return spellings.flatMap(([name, where, all]) =>
    all.some((one) => where.includes(where === lower ? one.toLowerCase() : one)) ? [name] : [],
  );
}

/** Base64 of bytes within other data: three alignments, and their URL-safe forms (whose "-" and "_" were removed above). */
function base64s(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const sure = whole.replace(/=+$/, "").slice(before === 0 ? 0 : 4, -2);
    return [sure, sure.replace(/[+/]/g, "")];
  });
}

if (Buffer.compare(marked.secret.reveal(), BYTES) !== 0) throw new Error("the marked seed's base32 is wrong");
