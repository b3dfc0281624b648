/**
 * Google Authenticator's "Transfer accounts": otpauth-migration URIs, shown as QR codes with a few accounts each. Periods are
 * always
 * 30 s, codes have six or eight digits, and there is no Steam.
 */
import { LIMITS } from "../base/limits.ts";
import type { Algorithm, Enrollment } from "../otp/enrollment.ts";
import { cleanNames, collect, EntryFault, parametersOf, secretOfBytes, whoOf } from "./entries.ts";
import type { Part, Reading } from "./format.ts";
import { decodePayload, encodePayload, type MigrationEntry } from "./migration-payload.ts";
import { base64Of } from "./shape.ts";

const START = "otpauth-migration://offline?data=";
/** The app itself puts at most this many accounts into one QR code. */
export const MOST_PER_CODE = 10;

const ALGORITHMS: readonly Algorithm[] = ["SHA1", "SHA256", "SHA512"];
const SIX = 1;
const EIGHT = 2;
const MD5 = 4;
const HOTP = 1;
const TOTP = 2;

export function isMigrationUri(text: string): boolean {
  return /^\ufeff?\s*(?:QR-Code:\s*)?otpauth-migration:\/\//i.test(text);
}

/** Reads one QR code's text. If it is damaged as a whole, there is one skipped item, without a place ("at" is ""). */
export async function readMigrationUri(uri: string): Promise<Reading> {
  const bytes = dataOf(uri);
  const payload = bytes === undefined ? undefined : await decodePayload(bytes);
  if (payload === undefined) {
    const reason = "this Google Authenticator export is damaged or too long";
    return { entries: [], skipped: [{ at: "", who: "", reason }] };
  }
  const { batchId, batchSize, batchIndex } = payload;
  const part = { batch: `${batchId}/${batchSize}`, size: batchSize, index: batchIndex };
  const { entries, skipped } = collect(payload.entries, withoutDuplicates(), (entry) =>
    whoOf(entry?.issuer, entry?.name),
  );
  return { entries, skipped, parts: batchSize > 1 ? [part] : [] };
}

/** A "+" in the data is not a space: the URI may or may not be percent-encoded. */
function dataOf(uri: string): Buffer | undefined {
  const raw = /[?&]data=([^&#]*)/i.exec(uri)?.[1] ?? "";
  if (raw.length > 4 * LIMITS.migrationBytes) return undefined;
  try {
    const once = decodeURIComponent(raw.trim());
    // Encoded twice, as a parameter of another link. Base64 itself has no "%".
    const text = once.includes("%") ? decodeURIComponent(once) : once;
    const bytes = base64Of(text.replaceAll(" ", "+"));
    return bytes && bytes.length <= LIMITS.migrationBytes && bytes.length > 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Exports may contain an account twice, under two of the app's own ids. */
function withoutDuplicates(): (entry: MigrationEntry | undefined) => Enrollment | undefined {
  const seen = new Set<string>();
  return (entry) => {
    if (entry === undefined) throw new EntryFault("it is damaged");
    const { secret, counter, uniqueId, ...rest } = entry;
    const key = JSON.stringify([Buffer.from(secret).toString("hex"), String(counter), rest]);
    if (uniqueId !== "" && seen.has(key)) return undefined;
    seen.add(key);
    return enrollmentOf(entry);
  };
}

function enrollmentOf({ secret, name, issuer, counter, ...entry }: MigrationEntry): Enrollment {
  if (entry.algorithm === MD5) throw new EntryFault("MD5 codes are not supported");
  const algorithm = entry.algorithm === 0 ? "SHA1" : ALGORITHMS[entry.algorithm - 1];
  if (algorithm === undefined) throw new EntryFault("unknown algorithm");
  if (![0, SIX, EIGHT].includes(entry.digits)) throw new EntryFault("unknown number of digits");
  if (![0, HOTP, TOTP].includes(entry.type)) throw new EntryFault("unknown type");
  const type = entry.type === HOTP ? "hotp" : "totp";
  const digits = entry.digits === EIGHT ? 8 : 6;
  return {
    ...cleanNames(issuer, name),
    otp: parametersOf({ type, algorithm, digits, counter }),
    secret: secretOfBytes(secret),
  };
}

const MOST_MISSING = 20;

/** "part 2 of 3 is missing", for each missing part. A part may also be there twice. */
export function missingParts(parts: readonly Part[]): string[] {
  const batches = new Map(parts.map(({ batch, size }) => [batch, size]));
  return [...batches].flatMap(([batch, size]) => {
    const found = new Set(parts.filter((part) => part.batch === batch).map(({ index }) => index));
    // Aegis once counted from 1.
    const first = found.has(size) && !found.has(0) ? 1 : 0;
    const missing = size - [...found].filter((index) => index >= first && index < first + size).length;
    if (missing > MOST_MISSING) return [`${missing} of ${size} parts are missing`];
    return Array.from({ length: size }, (_, i) => i)
      .filter((i) => !found.has(i + first))
      .map((i) => `part ${i + 1} of ${size} is missing`);
  });
}

/** Why an account can't be transferred to Google Authenticator with such a code; undefined if it can. */
export function reasonToOmitFromGoogle({ otp }: Enrollment): string | undefined {
  if (otp.type === "steam") return "Google Authenticator has no Steam codes";
  if (otp.type === "totp" && otp.period !== 30)
    return `its period is ${otp.period} s, but Google Authenticator supports only 30 s`;
  if (otp.digits !== 6 && otp.digits !== 8)
    return `its codes have ${otp.digits} digits, but Google Authenticator's exports support only 6 and 8`;
  return undefined;
}

/** The largest that fits in four bytes. A negative one takes ten, and so a larger QR code. */
export const LARGEST_BATCH_ID = 2 ** 28 - 1;

/** Never 0, which some apps refuse. */
export function batchIdOf(random: (bytes: number) => Uint8Array): number {
  return Buffer.from(random(4)).readUInt32BE() & LARGEST_BATCH_ID || 1;
}

/** URIs with at most `perCode` accounts each. Call it only with accounts for which `reasonToOmitFromGoogle` returns undefined. */
export async function formatMigration(
  enrollments: readonly Enrollment[],
  { perCode, batchId }: { readonly perCode: number; readonly batchId: number },
): Promise<string[]> {
  const starts = Array.from({ length: Math.ceil(enrollments.length / perCode) }, (_, i) => i * perCode);
  return formatParts(
    starts.map((start) => enrollments.slice(start, start + perCode)),
    batchId,
  );
}

/** One URI per group. */
export async function formatParts(
  groups: readonly (readonly Enrollment[])[],
  batchId: number,
): Promise<string[]> {
  return Promise.all(
    groups.map((group, index) => formatPart(group, { size: groups.length, index }, batchId)),
  );
}

export async function formatPart(
  group: readonly Enrollment[],
  { size, index }: Pick<Part, "size" | "index">,
  batchId: number,
): Promise<string> {
  const entries = group.map(entryOf);
  const payload = await encodePayload({ entries, batchSize: size, batchIndex: index, batchId });
  return `${START}${encodeURIComponent(Buffer.from(payload).toString("base64"))}`;
}

function entryOf({ issuer, label, otp, secret }: Enrollment): MigrationEntry {
  return {
    secret: secret.reveal(),
    name: nameOf(issuer, label),
    issuer,
    algorithm: ALGORITHMS.indexOf(otp.algorithm) + 1,
    digits: otp.digits === 8 ? EIGHT : SIX,
    type: otp.type === "hotp" ? HOTP : TOTP,
    counter: otp.type === "hotp" ? BigInt(otp.counter) : 0n,
    uniqueId: "",
  };
}

/** The label, with the issuer in front of it if readers would otherwise mistake its beginning for the issuer. */
function nameOf(issuer: string, label: string): string {
  const isMistakable = issuer === "" ? label.includes(":") : label.startsWith(`${issuer}:`);
  return isMistakable ? `${issuer}:${label}` : label;
}
