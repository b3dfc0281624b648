/** Text from outside (issuers, labels, file names) made harmless for a terminal. Pure. */

// C0 and C1 controls, line and paragraph separators, bidirectional marks, and other invisible format characters
// that can hide or reorder text; lone surrogates come out as U+FFFD at the terminal anyway.
const harmful = (): RegExp =>
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const LONGEST = 72;

/** Nothing but printable ASCII: tells most texts apart from the rest before a costly expression is even made. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** One line, no control, escape or bidirectional characters, at most `longest` characters (then "…"). */
export function printable(text: string, longest: number = LONGEST): string {
  const safe = isPlain(text) ? text : text.replace(harmful(), "");
  const characters = [...safe.trim()];
  return characters.length <= longest ? characters.join("") : `${characters.slice(0, longest - 1).join("")}…`;
}

/** JSON on one line, whole and lossless, in which every harmful character is written as an escape. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (isPlain(text)) return text;
  return text.replace(harmful(), (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
      .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
