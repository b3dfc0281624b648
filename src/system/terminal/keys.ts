/** Decodes the characters that a terminal sends into keys (xterm's sequences, which all other terminals follow). Pure. */
import type { Key, KeyName } from "../../ports/terminal.ts";

const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\b": "backspace",
  "\x7f": "backspace",
  "\x15": "clear",
};

/** By what follows ESC[ or, from a keypad in application mode, ESC O. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  F: "end",
  H: "home",
  Z: "back-tab",
  "1~": "home",
  "4~": "end",
  "5~": "page-up",
  "6~": "page-down",
  "7~": "home",
  "8~": "end",
};

// ECMA-48 5.4, and SS3. ESC followed by any other character is that key with Alt.
const SEQUENCE = /^\x1b(?:\[([0-?]*[ -/]*[@-~])|O([ -~])|[^[O\x1b])/u;
const UNFINISHED = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;
const CHARACTER = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export interface FirstKey {
  readonly key: Key | undefined;
  /** If there is no key: empty, or the possible start of a sequence. */
  readonly rest: string;
}

/** The first key; unknown keys are skipped. `lone`: the rest of a sequence did not arrive, so it was Esc itself. */
export function takeKey(typed: string, lone: boolean): FirstKey {
  let rest = typed;
  while (rest !== "") {
    if (UNFINISHED.test(rest)) {
      if (!lone) return { key: undefined, rest };
      return { key: rest === "\x1b" ? { name: "escape" } : undefined, rest: "" };
    }
    const { key, length } = firstOf(rest);
    rest = rest.slice(length);
    if (key !== undefined) return { key, rest };
  }
  return { key: undefined, rest };
}

function firstOf(typed: string): { key: Key | undefined; length: number } {
  const [sequence, csi, ss3 = ""] = SEQUENCE.exec(typed) ?? [];
  if (sequence !== undefined) return { key: named(SEQUENCES[csi ?? ss3]), length: sequence.length };
  const [text] = CHARACTER.exec(typed) ?? [];
  if (text !== undefined) return { key: { name: "text", text }, length: text.length };
  return { key: typed.startsWith("\x1b") ? named("escape") : named(CONTROLS[typed.charAt(0)]), length: 1 };
}

function named(name: KeyName | undefined): Key | undefined {
  return name === undefined ? undefined : { name };
}
