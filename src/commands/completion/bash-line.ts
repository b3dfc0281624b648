/**
 * The words of a bash command line without evaluating any of it, and text to insert into one. Pure.
 * Readline replaces the end of the word from the last of its break characters on (":" and "@" among them) or from an open
 * quote on; what we insert stands for exactly that.
 */
type Quote = "" | "'" | '"';

export interface Line {
  /** Before the current one, without their quotes; the command's name is the first. */
  readonly words: readonly string[];
  readonly current: { readonly raw: string; readonly value: string };
  /** The current word is a file to read from or write to. */
  readonly isRedirection: boolean;
}

/** Of the last command on the line. An assignment before its name is left out. */
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

/** The first word of a text, up to a blank or an operator outside of quotes. A backslash at the very end says nothing yet. */
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
 * What to put in the place of `replaced`, the end of the current word `raw`, so that the word becomes `wanted`;
 * undefined where it can't.
 */
export function insertion(wanted: string, raw: string, replaced: string): string | undefined {
  if (!raw.endsWith(replaced)) return undefined;
  const { value, open } = readWord(raw.slice(0, raw.length - replaced.length));
  return wanted.startsWith(value) ? quotedFor(open, wanted.slice(value.length)) : undefined;
}

/** As it must be typed so that bash takes it literally, within the quote that is open. */
function quotedFor(open: Quote, text: string): string {
  if (open === "'") return text.replaceAll("'", "'\\''");
  // History expansion happens within double quotes too, and there a backslash would stay in the word.
  if (open === '"') return text.replace(/["\\$`]/g, "\\$&").replaceAll("!", '"\\!"');
  return text.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&");
}
