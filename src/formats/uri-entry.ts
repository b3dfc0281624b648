/** One otpauth or migration URI of another program's file, as an entry. What can't be used is named, and remembers which URI it was. */
import { objectOf, parseJson } from "../base/untrusted-json.ts";
import { cleanText, type Enrollment } from "../otp/enrollment.ts";
import { parseForeignUri } from "../otp/foreign-uri.ts";
import {
  formatOtpauthUri,
  isOtpauthUri,
  OtpauthUriError,
  parseQuery,
  splitLabel,
} from "../otp/otpauth-uri.ts";
import type { Secret } from "../otp/secret.ts";
import { collect, EntryFault, secretText, whoOf } from "./entries.ts";
import { splitUris } from "./find-uris.ts";
import type { Reading } from "./format.ts";
import { isMigrationUri, readMigrationUri } from "./google-migration.ts";

const START = /^(?:QR-Code:\s*)?(?:(?:apple-)?otpauth|otpauth-migration|steam|motp):\/\//i;

export function isSeedUri(text: string): boolean {
  return START.test(text);
}

/** The text itself if all of it is one URI: then its label may have any character. */
export function uriInWhole(text: string): string | undefined {
  const uri = text.trim();
  const isOne =
    /^(?:apple-)?otpauth(?:-migration)?:\/\/.*(?:secret|data)=/i.test(uri) &&
    !/[\r\n]/.test(uri) &&
    splitUris(uri).length === 1;
  return isOne ? uri : undefined;
}

/** `title` and `user` replace an issuer and label that the URI lacks. */
export async function readUri(
  at: string,
  uri: string,
  names: { readonly title: string; readonly user: string } = { title: "", user: "" },
): Promise<Reading> {
  if (isMigrationUri(uri)) return readExport(at, uri);
  const { entries, skipped } = collect(
    [uri],
    () => withNames(enrollmentOf(uri), names.title, names.user),
    () => whoIn(uri) || names.title,
    () => at,
  );
  return { entries, skipped: skipped.map((one) => ({ ...one, about: secretText(uri) })) };
}

/**
 * An issuer and label for a URI that lacks them. A title that only repeats the label is no issuer: without an issuer, we write
 * the label as the title, too.
 */
export function withNames(enrollment: Enrollment, title: string, user: string): Enrollment {
  const label = enrollment.label || cleanText(user);
  const known = cleanText(title);
  return { ...enrollment, issuer: enrollment.issuer || (known === label ? "" : known), label };
}

/**
 * An entry's own URI, which some programs keep next to the seed. It may be stale, so the seed counts; but another seed is not left
 * out in silence. Throws EntryFault.
 */
export function requireSameSeed(uri: string, secret: Secret): void {
  if (!isOtpauthUri(uri)) return;
  const other = secretInUri(uri);
  if (other !== undefined && !other.equals(secret))
    throw new EntryFault("its URI has another seed than the entry itself", "", secretText(uri));
}

/** Undefined if it can't be read. */
export function secretInUri(uri: string): Secret | undefined {
  try {
    return parseForeignUri(uri).secret;
  } catch (error) {
    if (error instanceof OtpauthUriError) return undefined;
    throw error;
  }
}

/** The same reading for something that must not come in, such as an item in the trash. */
export function namedOnly({ entries, skipped }: Reading, reason: string, who?: string): Reading {
  const named = entries.map(({ at, enrollment }) => ({
    at,
    who: who ?? whoOf(enrollment.issuer, enrollment.label),
    reason,
    about: secretText(formatOtpauthUri(enrollment)),
  }));
  return { entries: [], skipped: [...skipped, ...named] };
}

async function readExport(at: string, uri: string): Promise<Reading> {
  const place = (entry: string) => (entry === "" || at === "" ? at || entry : `${at}, ${entry}`);
  const { entries, skipped, parts = [] } = await readMigrationUri(uri);
  return {
    entries: entries.map((entry) => ({ ...entry, at: place(entry.at) })),
    skipped: skipped.map((entry) => ({ ...entry, at: place(entry.at), about: secretText(uri) })),
    parts,
  };
}

function enrollmentOf(uri: string): Enrollment {
  if (/^motp:/i.test(uri)) throw new EntryFault("mOTP codes are not supported");
  if (!isOtpauthUri(uri)) throw new EntryFault("it is not an otpauth URI");
  if (isTrashed(uri)) throw new EntryFault("it is in Ente's trash");
  return parseForeignUri(uri);
}

function isTrashed(uri: string): boolean {
  const display = parametersIn(uri).get("codedisplay");
  return display !== undefined && objectOf(parseJson(display))?.trashed === true;
}

function parametersIn(uri: string): Map<string, string> {
  return parseQuery(uri.slice(uri.indexOf("?") + 1));
}

/** Quotes only the parts where issuer and label belong: anything else may be a seed. */
function whoIn(uri: string): string {
  const [, path] = /^[^:]*:?(?:apple-)?otpauth:\/\/[^/?]*\/([^?]*)\?/i.exec(uri) ?? [];
  if (path === undefined || /secret=/i.test(path)) return "";
  const { prefix, name } = splitLabel(path);
  return whoOf(prefix || parametersIn(uri).get("issuer"), name);
}
