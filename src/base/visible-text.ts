/** What is to be seen of a name: two that differ in nothing else look the same, and can't be told apart. Pure. */
import { isPlain } from "./printable.ts";

/** Made when first needed: few names have any. */
const unseen = (): RegExp => /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/**
 * Without what is invisible (joiners, soft hyphens, variation selectors, bidirectional marks, fillers), with one spelling for
 * accented letters and one kind of blank. Letters of other scripts that look alike stay what they are.
 */
export function visibleText(text: string): string {
  if (isPlain(text)) return text;
  // First: what is invisible keeps a letter and its accent apart.
  const seen = text.replace(unseen(), "").normalize("NFC");
  return seen.replace(/[\p{Zs}\u2800]/gu, " ").trim();
}

export function looksSame(a: string, b: string): boolean {
  return a === b || visibleText(a) === visibleText(b);
}
