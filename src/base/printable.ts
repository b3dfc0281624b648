/** Makes foreign text (issuers, labels, file names) safe to print on a terminal. Pure. */

// C0 and C1 controls, line and paragraph separators, bidirectional marks, and other invisible format characters
// that can hide or reorder text; a terminal shows lone surrogates as U+FFFD anyway.
const harmful = (): RegExp =>
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\u{d800}-\u{dfff}]/gu;

const LONGEST = 72;

/** Whether the text is only printable ASCII. Most text is, which saves compiling the costly expression. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** One line without control, escape or bidirectional characters, cut to `longest` characters (the last one is then "…"). */
export function printable(text: string, longest: number = LONGEST): string {
  const safe = isPlain(text) ? text : text.replace(harmful(), "");
  const characters = [...safe.trim()];
  return characters.length <= longest ? characters.join("") : `${characters.slice(0, longest - 1).join("")}…`;
}

/** JSON on one line, complete and lossless, with every harmful character written as an escape. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (isPlain(text)) return text;
  return text.replace(harmful(), (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
      .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
