/** The dialog with the user at the controlling terminal. Nothing here touches stdin, stdout or stderr. */
import type { Terminal } from "../../ports/terminal.ts";
import { openTerminalOutput, sizeNow, writeText } from "./tty.ts";

/** Returns undefined if there is no terminal. */
export function openTerminal(env: Readonly<Record<string, string | undefined>>): Terminal | undefined {
  const output = openTerminalOutput();
  if (output === undefined) return undefined;
  const typeAhead = { text: "" };
  let busy = false;

  function write(text: string): void {
    try {
      writeText(output ?? 2, text);
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
  async function ask(question: string, hidden = false): Promise<string> {
    const { prompt } = await import("./prompt.ts");
    return prompt({ question, hidden, write, typeAhead });
  }

  return {
    get size() {
      return sizeNow();
    },
    colors: /256color/.test(env.TERM ?? "") || env.COLORTERM ? 256 : 16,
    print: write,
    ask: (question) => alone(() => ask(question)),
    askHidden: (question) => alone(() => ask(question, true)),
    confirm: (question, otherwise) =>
      alone(async () => (await import("./prompt.ts")).confirm(question, otherwise, ask)),
    fullScreen: (session) =>
      alone(async () => {
        const { fullScreen } = await import("./full-screen.ts");
        return await fullScreen({ write, typeAhead }, session);
      }),
  };
}
