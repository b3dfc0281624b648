/**
 * The alternate screen. Before we leave it, however the program ends, it is wiped row by row, so that a seed's QR code is not left
 * anywhere. Not with ESC[2J, which makes some terminals without an alternate screen move the picture into their scrollback, and
 * not with ESC[3J, which would delete the user's own scrollback.
 */
import type { Screen, Size } from "../../ports/terminal.ts";
import { hasSignals, onExit, onSignal, signalForeground } from "../signals.ts";
import { fittedQuestion } from "./fitted-question.ts";
import { type Keyboard, openKeyboard, type TypeAhead } from "./keyboard.ts";
import { type Line, readLine } from "./line.ts";
import { sizeNow } from "./tty.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
// Long lines are cut, not wrapped: wrapping at the last row would scroll.
const ENTER = `\x1b[0m\x1b[?1049h\x1b[?7l${HIDE_CURSOR}`;
const LEAVE = `\x1b[?7h${SHOW_CURSOR}\x1b[?1049l`;
const CTRL_C = "\x03";
const CTRL_Z = "\x1a";
const CTRL_BACKSLASH = "\x1c";

export interface Device {
  write(text: string): void;
  readonly typeAhead: TypeAhead;
}

export async function fullScreen<T>(device: Device, session: (screen: Screen) => Promise<T>): Promise<T> {
  const { write } = device;
  let picture: ((size: Size) => string) | undefined;
  let line: Line | undefined;
  let shown = false;
  /** Questions stand directly below the picture, where the user is looking. */
  let askingRow = 1;

  function redraw(): void {
    if (!shown) return;
    const { columns, rows } = sizeNow();
    // One row is for questions.
    const lines = (picture?.({ columns, rows: rows - 1 }).split("\n") ?? []).slice(0, rows - 1);
    askingRow = lines.length + 1;
    write(HIDE_CURSOR + paint(lines, rows));
    if (line !== undefined) {
      write(`${at(askingRow)}${SHOW_CURSOR}`);
      line.refresh();
    }
  }
  function enter(): void {
    shown = true;
    write(ENTER);
    redraw();
  }
  function leave(): void {
    // Leaving twice would wipe the user's own screen.
    if (!shown) return;
    shown = false;
    write(paint([], sizeNow().rows) + LEAVE);
  }
  function resume(): void {
    keyboard.raw(true);
    enter();
  }
  function pause(): void {
    if (!hasSignals) return;
    leave();
    keyboard.raw(false);
    // With no listener left, the signal stops us: we are suspended inside this call until SIGCONT.
    stopWatch();
    signalForeground("SIGTSTP");
    stopWatch = onSignal("SIGTSTP", pause);
    resume();
  }
  function onIdle(keys: string): void {
    const [key] = keys.match(/[\x03\x1a\x1c]/) ?? [];
    if (key === undefined) return;
    device.typeAhead.text = "";
    if (key === CTRL_C) signalForeground("SIGINT");
    if (key === CTRL_Z) pause();
    if (key === CTRL_BACKSLASH) signalForeground("SIGQUIT");
  }
  async function ask(question: string): Promise<string> {
    write(`${at(askingRow)}\x1b[2K${SHOW_CURSOR}`);
    try {
      line = await readLine(keyboard, {
        question: fittedQuestion(question, sizeNow().columns),
        // A line break on the last row would scroll the picture.
        echo: (text) => write(text.replaceAll(/\r?\n/g, "")),
        columns: () => Number.POSITIVE_INFINITY,
        pause,
      });
      return await line.typed;
    } finally {
      line = undefined;
      write(`${at(askingRow)}\x1b[2K${HIDE_CURSOR}`);
    }
  }

  const keyboard: Keyboard = openKeyboard(device.typeAhead, onIdle);
  const cancelCleanUp = onExit(() => {
    leave();
    keyboard.raw(false);
  });
  let stopWatch = onSignal("SIGTSTP", pause);
  const unwatch = [onSignal("SIGWINCH", redraw), onSignal("SIGCONT", resume)];
  try {
    enter();
    return await session({
      draw(next) {
        picture = next;
        redraw();
      },
      ask,
      key: keyboard.key,
    });
  } finally {
    for (const off of [...unwatch, stopWatch, cancelCleanUp]) off();
    leave();
    keyboard.close();
  }
}

function at(row: number): string {
  return `\x1b[${row};1H`;
}

/** Wipes each row, then draws it. */
function paint(lines: readonly string[], rows: number): string {
  return Array.from({ length: rows }, (_, i) => `${at(i + 1)}\x1b[2K${lines[i] ?? ""}\x1b[0m`).join("");
}
