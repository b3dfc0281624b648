/**
 * Reads the words of a bash command line without evaluating any of it, and makes text to insert into one. Pure.
 * Readline replaces the end of the word, after the last of its break characters (":" and "@" among them) or after an open
 * quote. What we insert replaces exactly that part.
 */
type Quote = "" | "'" | '"';

export interface Line {
  /** The words before the current one, without their quotes. The first is the command's name. */
  readonly words: readonly string[];
  readonly current: { readonly raw: string; readonly value: string };
  /** Whether the current word is a file to read from or write to. */
  readonly isRedirection: boolean;
}

/** Reads the last command on the line. Skips an assignment before its name. */
export function readLine(line: string): Line {
  let words: string[] = [];
  let isRedirection = false;
  let rest = line;
  for (;;) {
    const blank = /^\s+/.exec(rest)?.[0] ?? "";
    rest = rest.slice(blank.length);
    const operator = /^(?:[;|&()]+|\d*[<>]+[&|]?)/.exec(rest)?.[0] ?? "";
    if (operator !== "") {
      isRedirection = /[<>]/.test(operator);
      if (!isRedirection) words = [];
      rest = rest.slice(operator.length);
      continue;
    }
    const { raw, value } = readWord(rest);
    if (raw.length === rest.length) return { words, current: { raw, value }, isRedirection };
    const isAssignment = words.length === 0 && /^\w+=/.test(raw);
    if (!isRedirection && !isAssignment) words.push(value);
    isRedirection = false;
    rest = rest.slice(raw.length);
  }
}

interface Word {
  readonly raw: string;
  readonly value: string;
  /** The quote that is open at its end. */
  readonly open: Quote;
}

/** The first word of a text, up to a blank or an operator outside quotes. A backslash at the very end means nothing yet. */
function readWord(text: string): Word {
  let value = "";
  let open: Quote = "";
  let at = 0;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (open === "" && /[\s;|&()<>]/.test(character)) break;
    if (character === open) open = "";
    else if (open === "" && (character === "'" || character === '"')) open = character;
    else if (character !== "\\" || open === "'") value += character;
    else {
      at += 1;
      const escaped = text.charAt(at);
      value += open === "" || '"\\$`'.includes(escaped) ? escaped : `\\${escaped}`;
    }
  }
  return { raw: text.slice(0, at), value, open };
}

/**
 * The text to put in place of `replaced`, the end of the current word `raw`, so that the word becomes `wanted`;
 * undefined if there is none.
 */
export function insertion(wanted: string, raw: string, replaced: string): string | undefined {
  if (!raw.endsWith(replaced)) return undefined;
  const { value, open } = readWord(raw.slice(0, raw.length - replaced.length));
  return wanted.startsWith(value) ? quotedFor(open, wanted.slice(value.length)) : undefined;
}

/** The text as it must be typed inside the open quote, so that bash takes it literally. */
function quotedFor(open: Quote, text: string): string {
  if (open === "'") return text.replaceAll("'", "'\\''");
  // History expansion happens within double quotes too, where a backslash would remain in the word.
  if (open === '"') return text.replace(/["\\$`]/g, "\\$&").replaceAll("!", '"\\!"');
  return text.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&");
}
