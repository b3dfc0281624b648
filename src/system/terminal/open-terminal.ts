/** The dialog with the user at the controlling terminal. Nothing here touches stdin, stdout or stderr. */
import type { Terminal } from "../../ports/terminal.ts";
import { writeAll } from "../disk/write-all.ts";
import { onExit, onSignal, signalForeground } from "./signals.ts";
import { openTerminalOutput, sizeNow } from "./tty.ts";

const YES = /^y(es)?$/i;
const NO = /^no?$/i;

/** Returns undefined if there is no terminal. */
export function openTerminal(env: Readonly<Record<string, string | undefined>>): Terminal | undefined {
  const output = openTerminalOutput();
  if (output === undefined) return undefined;
  const typeAhead = { text: "" };
  let busy = false;

  function write(text: string): void {
    try {
      writeAll(output ?? 2, text);
    } catch {
      // The terminal is gone, which is reported to the code that waits for keys.
    }
  }
  /** Two readers at a time would each get some of the keys. */
  async function alone<T>(conversation: () => Promise<T>): Promise<T> {
    if (busy) throw new Error("the terminal is in use");
    busy = true;
    try {
      return await conversation();
    } finally {
      busy = false;
    }
  }
  async function prompt(question: string, hidden: boolean): Promise<string> {
    const { readLine } = await import("./line.ts");
    const { openKeyboard } = await import("./keyboard.ts");
    const keyboard = openKeyboard(typeAhead);
    const cancelCleanUp = onExit(() => keyboard.raw(false));
    const pause = (): void => {
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

  return {
    get size() {
      return sizeNow();
    },
    colors: /256color/.test(env.TERM ?? "") || env.COLORTERM ? 256 : 16,
    print: write,
    ask: (question) => alone(() => prompt(question, false)),
    askHidden: (question) => alone(() => prompt(question, true)),
    confirm: (question, otherwise) =>
      alone(async () => {
        for (;;) {
          const answer = await prompt(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `, false);
          if (answer === "") return otherwise;
          if (YES.test(answer)) return true;
          if (NO.test(answer)) return false;
        }
      }),
    fullScreen: (session) =>
      alone(async () => {
        const { fullScreen } = await import("./full-screen.ts");
        return await fullScreen({ write, typeAhead }, session);
      }),
  };
}
