/**
 * Names are kept in plain text, shown, and shared. Some programs put an otpauth URI or the key itself into one, and a bad separator
 * between two URIs does the same: a seed is taken out of the name.
 */
import { formatBase32 } from "./base32.ts";
import { cleanText, type Enrollment } from "./enrollment.ts";
import type { Secret } from "./secret.ts";

/** Also percent-encoded, as often as it takes. */
const SEED = /secret(?:=|%(?:25){0,9}3D)[a-z2-7]{8}|otpauth-migration|\/\/offline\?data=/i;
/** A URI without issuer is cut at its first colon. */
const START = /(?:apple-)?otpauth|\/\/|secret/i;
/** Shorter keys are words, too. */
const SHORTEST_KEY = 16;

export function withoutSeeds(enrollment: Enrollment): Enrollment {
  const { issuer, label, secret } = enrollment;
  return { ...enrollment, issuer: nameWithoutSeed(issuer, secret), label: nameWithoutSeed(label, secret) };
}

/** The name up to the seed. */
export function nameWithoutSeed(name: string, secret?: Secret): string {
  if (SEED.test(name)) return cleanText(name.slice(0, name.search(START)));
  return secret !== undefined && holdsKey(name, secret) ? "" : name;
}

function holdsKey(name: string, secret: Secret): boolean {
  const text = name.replace(/[\s:_-]/g, "").toUpperCase();
  if (text.length < SHORTEST_KEY) return false;
  const hex = Buffer.from(secret.reveal()).toString("hex").toUpperCase();
  return [formatBase32(secret), hex].some((key) => key.length >= SHORTEST_KEY && text.includes(key));
}
