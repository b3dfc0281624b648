/**
 * A text field of anything that another program stores, whether its format knows the field or not: an otpauth or migration URI in
 * it comes in, and so does a key if the field's name says that it is one.
 */
import { printable } from "../base/printable.ts";
import { looksLikeKey } from "../otp/key-text.ts";
import { collect, joinReadings } from "./entries.ts";
import { mayHaveUris, urisIn } from "./find-uris.ts";
import type { Reading } from "./format.ts";
import { enrollmentOfItem } from "./item-seed.ts";
import { mentionsOneTime, saysOneTime } from "./one-time-names.ts";
import { namedOnly, readUri, uriInWhole } from "./uri-entry.ts";

/** The item that the field belongs to. */
export interface Item {
  /** They become issuer and label of a bare key, and replace those that a URI lacks. */
  readonly title: string;
  readonly user: string;
  /** Why nothing of it comes in: it is in the trash. */
  readonly fault?: string | undefined;
  /** Why no bare key of it comes in: its codes would be wrong. */
  readonly keyFault?: string | undefined;
}

export interface Field extends Item {
  /** "entry 3"; "" for a whole file. */
  readonly at: string;
  readonly name: string;
  readonly value: string;
}

/** A line of notes, or of a column with all the custom fields: `TOTP: KEY`. */
/** Longer ones hold more than notes. */
const LONGEST_NOTE = 100_000;
const NAMED_LINE = /^[ \t]{0,9}([^:=\r\n]{1,60})[:=][ \t]{0,9}(\S[^\r\n]{0,999})$/gm;

export async function readField(field: Field): Promise<Reading> {
  const readings = await Promise.all(
    urisOf(field.value).map(({ at, uri }) => readUri(placeIn(field.at, at) || "line 1", uri, field)),
  );
  const keys = joinReadings(
    keysOf(field).map(({ at, key }) => readKey(key, { ...field, at: field.at || at })),
  );
  const usable = field.keyFault === undefined ? keys : namedOnly(keys, field.keyFault, field.title);
  const reading = joinReadings([...readings, usable]);
  return field.fault === undefined ? reading : namedOnly(reading, field.fault, field.title);
}

export function holdsSeed(field: Field): boolean {
  return mayHoldSeed(field) && (urisOf(field.value).length > 0 || keysOf(field).length > 0);
}

/** Whether `readField` may find something; quick. */
export function mayHoldSeed({ name, value }: Pick<Field, "name" | "value">): boolean {
  return mayHaveUris(value) || saysOneTime(name) || (value.length <= LONGEST_NOTE && mentionsOneTime(value));
}

export function placeIn(at: string, inner: string): string {
  return [at, inner].filter((part) => part !== "").join(", ");
}

/** A field's own name, for a place. It may hold anything, a seed included. */
export function placeOf(name: string): string {
  const shown = printable(name, 40);
  return shown === "" || urisIn(name).length > 0 || looksLikeKey(name) ? "a field" : `"${shown}"`;
}

function urisOf(value: string): readonly { readonly at: string; readonly uri: string }[] {
  const whole = uriInWhole(value);
  if (whole !== undefined) return [{ at: "", uri: whole }];
  const found = urisIn(value);
  return /[\r\n]/.test(value.trim()) ? found : found.map(({ uri }) => ({ at: "", uri }));
}

function keysOf({ name, value }: Field): { readonly at: string; readonly key: string }[] {
  if (saysOneTime(name) && looksLikeKey(value)) return [{ at: "", key: value }];
  if (value.length > LONGEST_NOTE || !mentionsOneTime(value)) return [];
  const lines = Array.from(value.matchAll(NAMED_LINE), ({ index, 1: label = "", 2: rest = "" }) => {
    const key = rest.replace(/^(["'])(.*)\1,?$/, "$2");
    return { index, label, key };
  });
  return lines
    .filter(({ label, key }) => saysOneTime(label) && looksLikeKey(key))
    .map(({ index, key }) => ({ at: lineAt(value, index), key }));
}

function lineAt(text: string, index: number): string {
  return `line ${text.slice(0, index).split(/\r\n|\r|\n/).length}`;
}

/** Base32 if the key can be read in two ways: the fields of password managers have base32. */
function readKey(key: string, { at, title, user }: Field): Reading {
  return collect(
    [key],
    () => enrollmentOfItem(key, title, user),
    () => title,
    () => at,
  );
}
