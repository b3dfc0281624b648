/** Simulates a user at a terminal who answers from a list, and records what the terminal showed. */

import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Key, KeyName, Screen, Size, Terminal } from "../../src/ports/terminal.ts";

export interface MemoryTerminal extends Terminal {
  /** Everything that was printed and asked, with the visible answers. */
  readonly shown: string[];
  /** The pictures on the alternate screen, which are not in `shown`. */
  readonly pictures: string[];
  /** What was asked on the alternate screen, below the pictures. */
  readonly questions: string[];
  /** Answers that were not needed. */
  readonly unused: string[];
}

const KEYS: Readonly<Record<string, KeyName>> = {
  Enter: "enter",
  Escape: "escape",
  BSpace: "backspace",
  "C-u": "clear",
  Tab: "tab",
  BTab: "back-tab",
  Up: "up",
  Down: "down",
  PPage: "page-up",
  NPage: "page-down",
  Home: "home",
  End: "end",
};

/**
 * When the program waits for keys, an answer is a key (by its name in tmux), typed text, or an event: "wait 2.5" (seconds, passed
 * to `pass`), "asleep 3600" (the same, but the program does not run meanwhile), "resize 40x10". The last may precede any answer
 * on the alternate screen.
 */
export function memoryTerminal(
  answers: readonly string[],
  size: Size = { columns: 80, rows: 24 },
  pass: (milliseconds: number) => void = () => {},
): MemoryTerminal {
  const shown: string[] = [];
  const pictures: string[] = [];
  const questions: string[] = [];
  const unused = [...answers];
  let window = size;
  let drawing: ((size: Size) => string) | undefined;
  let waiting = 0;
  function answer(question: string): string {
    const given = unused.shift();
    if (given === undefined) throw new UserError(`interrupted at: ${question}`, ExitCode.interrupted);
    return given;
  }
  async function ask(question: string): Promise<string> {
    const given = answer(question);
    shown.push(`${question}${given}\n`);
    return given;
  }
  function redraw(): void {
    if (drawing !== undefined) pictures.push(drawing({ columns: window.columns, rows: window.rows - 1 }));
  }
  function resize(columns: string, rows: string | undefined): void {
    window = { columns: Number(columns), rows: Number(rows) };
    redraw();
  }
  async function key(milliseconds: number): Promise<Key | undefined> {
    // Lets background work run, as it would while a user thinks.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      if (waiting > 0) {
        const passed = Math.min(waiting, milliseconds);
        waiting -= passed;
        pass(passed);
        return undefined;
      }
      const given = answer("a key");
      const name = KEYS[given];
      if (name !== undefined) return { name };
      const [, seconds, asleep, columns, rows] =
        /^(?:wait ([\d.]+)|asleep (\d+)|resize (\d+)x(\d+))$/.exec(given) ?? [];
      if (seconds !== undefined) waiting = Math.round(Number(seconds) * 1000);
      else if (asleep !== undefined) {
        pass(Number(asleep) * 1000);
        return undefined;
      } else if (columns !== undefined) resize(columns, rows);
      else {
        const [text = "", ...rest] = given;
        if (rest.length > 0) unused.unshift(rest.join(""));
        return { name: "text", text };
      }
    }
  }
  const screen: Screen = {
    draw(picture) {
      drawing = picture;
      redraw();
    },
    async ask(question) {
      questions.push(question);
      for (;;) {
        const given = answer(question);
        const [, columns, rows] = /^resize (\d+)x(\d+)$/.exec(given) ?? [];
        if (columns === undefined) return given;
        resize(columns, rows);
      }
    },
    key,
  };
  return {
    get size() {
      return window;
    },
    colors: 256,
    shown,
    pictures,
    questions,
    unused,
    print: (text) => void shown.push(text),
    ask,
    async askHidden(question) {
      const given = answer(question);
      shown.push(`${question}\n`);
      return given;
    },
    async confirm(question, otherwise) {
      const given = await ask(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `);
      return given === "" ? otherwise : /^y/i.test(given);
    },
    fullScreen: (session) => session(screen),
  };
}
