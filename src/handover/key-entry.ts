/** How an account looks on a YubiKey, and what a key can't hold. Pure. */
import { formatBase32 } from "../otp/base32.ts";
import { DEFAULTS, type Enrollment } from "../otp/enrollment.ts";

/** Of the key's OATH application; it is the firmware's. */
export type KeyVersion = readonly [number, number, number];

type Named = Pick<Enrollment, "issuer" | "label" | "otp">;

const ID_BYTES = 64;
const ISSUER_BYTES = 32;

/** As `ykman oath accounts list` prints it: "60/Issuer:label". */
export function keyId({ issuer, label, otp }: Named): string {
  const { prefix, from, name } = partsOf({ issuer, label, otp });
  return `${prefix}${from === "" ? "" : `${from}:`}${name}`;
}

/**
 * The URI that makes ykman store it under that id. ykman takes all up to the first colon for the issuer, and an `issuer` parameter
 * before that; so there is none.
 */
export function keyUri(enrollment: Enrollment): string {
  const { otp, secret } = enrollment;
  const { from, name } = partsOf(enrollment);
  const path = encodeURIComponent(from === "" ? name : `${from}:${name}`);
  const factor = otp.type === "hotp" ? `counter=${otp.counter}` : `period=${otp.period}`;
  return `otpauth://${otp.type}/${path}?secret=${formatBase32(secret)}&algorithm=${otp.algorithm}&digits=${otp.digits}&${factor}`;
}

/** A key has room for 64 bytes: longer names are cut. Without a colon in the issuer, nothing splits it elsewhere. */
function partsOf({ issuer, label, otp }: Named) {
  const prefix = otp.type === "totp" && otp.period !== DEFAULTS.period ? `${otp.period}/` : "";
  const whole = label === "" ? "" : issuer.replaceAll(":", " ");
  const from = cut(whole, ISSUER_BYTES);
  const left = ID_BYTES - byteLength(prefix) - (from === "" ? 0 : byteLength(from) + 1);
  return { prefix, from, name: cut(label === "" ? issuer || "account" : label, left) };
}

function cut(text: string, bytes: number): string {
  let kept = "";
  for (const character of text) {
    if (byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept.trim();
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Why the key can't hold it; undefined if it can. */
export function keyFault(enrollment: Enrollment, version: KeyVersion): string | undefined {
  const { otp, secret } = enrollment;
  if (otp.type === "steam") return "Steam Guard has an alphabet of its own, which no key makes";
  if (otp.digits < 6 || otp.digits > 8) return `its codes have ${otp.digits} digits, and a key makes 6 to 8`;
  if (otp.algorithm === "SHA512" && !hasSha512(version))
    return `it uses SHA512, which this key (version ${version.join(".")}) does not have`;
  if (secret.reveal().length < 2) return "its seed has one byte only, which ykman refuses";
  if (otp.type === "hotp" && otp.counter > 0xffff_ffff) return "its counter is too large for a key";
  if (otp.type === "totp" && otp.period === DEFAULTS.period && /^\d+\//.test(keyId(enrollment)))
    return 'its name begins with a number and "/", which a key takes for a period';
  return undefined;
}

/** Firmware 4.4 is that of the FIPS series, which lacks it. */
function hasSha512(version: KeyVersion): boolean {
  return isAtLeast(version, [4, 3, 1]) && !(version[0] === 4 && version[1] === 4);
}

export function canAskTouch(version: KeyVersion): boolean {
  return isAtLeast(version, [4, 2, 6]);
}

/** How many accounts it holds, by Yubico's documentation: 64 from firmware 5.7 on, 32 before, 28 on a NEO. */
export function slotsOf(version: KeyVersion): number {
  if (isAtLeast(version, [5, 7, 0])) return 64;
  return isAtLeast(version, [4, 0, 0]) ? 32 : 28;
}

function isAtLeast(version: KeyVersion, least: KeyVersion): boolean {
  for (const [i, part] of version.entries()) {
    const other = least[i] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}
