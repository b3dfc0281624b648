/** The visible part of a name. Users can't tell two names apart if their visible parts are the same. Pure. */
import { isPlain } from "./printable.ts";

// V8 looks up the properties in a literal expression even if it is never used, which takes half a millisecond of every run. So
// these are texts: few names contain characters that need them.
const UNSEEN = "\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Surrogate}";
const SPACES = "\\p{Zs}\\u2800";
const allOf = (characters: string): RegExp => new RegExp(`[${characters}]`, "gu");

/**
 * The text without invisible characters (joiners, soft hyphens, variation selectors, bidirectional marks, fillers), with one
 * encoding of accented letters and one kind of space. Look-alike letters of different scripts remain different.
 */
export function visibleText(text: string): string {
  if (isPlain(text)) return text;
  // This comes first: an invisible character between a letter and its accent would keep them separate.
  const seen = text.replace(allOf(UNSEEN), "").normalize("NFC");
  return seen.replace(allOf(SPACES), " ").trim();
}

export function looksSame(a: string, b: string): boolean {
  return a === b || visibleText(a) === visibleText(b);
}
