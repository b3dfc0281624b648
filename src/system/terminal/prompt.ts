/** One question at the terminal. */

import { hasSignals, onExit, onSignal, signalForeground } from "../signals.ts";
import { openKeyboard, type TypeAhead } from "./keyboard.ts";
import { readLine } from "./line.ts";
import { sizeNow } from "./tty.ts";

export interface Prompt {
  readonly question: string;
  /** A secret: not echoed, not trimmed. */
  readonly hidden: boolean;
  readonly write: (text: string) => void;
  readonly typeAhead: TypeAhead;
}

/** Throws UserError (interrupted) on Ctrl-C and at the end of input. */
export async function prompt({ question, hidden, write, typeAhead }: Prompt): Promise<string> {
  const keyboard = openKeyboard(typeAhead);
  const cancelCleanUp = onExit(() => keyboard.raw(false));
  const pause = (): void => {
    if (!hasSignals) return;
    keyboard.raw(false);
    signalForeground("SIGTSTP");
    keyboard.raw(true);
    if (hidden) write(question);
  };
  try {
    if (hidden) write(question);
    const line = await readLine(keyboard, {
      question: hidden ? "" : question,
      echo: hidden ? () => {} : write,
      columns: hidden ? () => Number.POSITIVE_INFINITY : () => sizeNow().columns,
      pause,
      hidden,
    });
    const unwatch = hidden ? () => {} : onSignal("SIGWINCH", line.refresh);
    return await line.typed.finally(unwatch);
  } finally {
    if (hidden) write("\n");
    keyboard.close();
    cancelCleanUp();
  }
}
