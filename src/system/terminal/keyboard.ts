/**
 * The keyboard in raw mode: nothing is echoed, and a line is not limited to 4096 characters, which a pasted otpauth URI can
 * exceed. Text typed or pasted ahead of a prompt is kept for the next prompts, line by line.
 */
import { Readable } from "node:stream";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Key } from "../../ports/terminal.ts";
import { takeKey } from "./keys.ts";
import { openKeySource } from "./raw-input.ts";

/** Milliseconds that the rest of an escape sequence may take to arrive; a lone Esc is held back that long. */
const SEQUENCE = 100;
const LINE = /^[^\r\n]*(?:\r\n|\r|\n)/;

export interface TypeAhead {
  text: string;
}

export interface Keyboard {
  /** The keys up to the end of one line, for readline. The stream ends if the terminal is gone. */
  line(): Readable;
  /** To be called when the line was read or abandoned. */
  endLine(): void;
  /** See Screen.key. */
  key(milliseconds: number): Promise<Key | undefined>;
  raw(on: boolean): void;
  close(): void;
}

/** `onIdle` gets the keys pressed while no line is being read. */
export function openKeyboard(typeAhead: TypeAhead, onIdle: (keys: string) => void = () => {}): Keyboard {
  let reader: Readable | undefined;
  let fed = false;
  let gone = false;
  let wake = (): void => {};

  function feed(): void {
    if (reader === undefined || fed) return;
    const line = LINE.exec(typeAhead.text)?.[0];
    fed = line !== undefined;
    const keys = line ?? typeAhead.text;
    typeAhead.text = typeAhead.text.slice(keys.length);
    if (keys !== "") reader.push(keys);
    if (gone && !fed) reader.push(null);
  }
  function hangUp(): void {
    if (gone) return;
    gone = true;
    feed();
    wake();
  }
  /** Resolves when something is typed, the terminal is gone, or the time is up. */
  function change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  async function key(milliseconds: number): Promise<Key | undefined> {
    const end = performance.now() + milliseconds;
    for (let lone = false; ; ) {
      const taken = takeKey(typeAhead.text, lone);
      typeAhead.text = taken.rest;
      if (taken.key !== undefined) return taken.key;
      if (gone) throw new UserError("interrupted: the terminal is gone", ExitCode.interrupted);
      const left = end - performance.now();
      if (left <= 0 && taken.rest === "") return undefined;
      await change(taken.rest === "" ? left : SEQUENCE);
      lone = taken.rest !== "" && typeAhead.text === taken.rest;
    }
  }
  const source = openKeySource((keys) => {
    typeAhead.text += keys;
    if (reader === undefined) onIdle(keys);
    feed();
    wake();
  }, hangUp);

  return {
    line() {
      reader = new Readable({ read() {} });
      fed = false;
      feed();
      return reader;
    },
    endLine() {
      reader?.destroy();
      reader = undefined;
    },
    key,
    raw: source.raw,
    close: source.close,
  };
}
