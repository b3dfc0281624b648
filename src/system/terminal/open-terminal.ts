/** The dialog with the user at the controlling terminal. Nothing here touches stdin, stdout or stderr. */
import type { Terminal } from "../../ports/terminal.ts";
import type { Dialog } from "./dialog.ts";
import { openTerminalOutput, sizeNow, writeText } from "./tty.ts";

/** Returns undefined if there is no terminal. */
export function openTerminal(env: Readonly<Record<string, string | undefined>>): Terminal | undefined {
  const output = openTerminalOutput();
  if (output === undefined) return undefined;
  let opened: Promise<Dialog> | undefined;

  function write(text: string): void {
    try {
      writeText(output ?? 2, text);
    } catch {
      // The terminal is gone, which is reported to the code that waits for keys.
    }
  }
  function dialog(): Promise<Dialog> {
    opened ??= import("./dialog.ts").then(({ dialogOn }) => dialogOn(write));
    return opened;
  }

  return {
    get size() {
      return sizeNow();
    },
    colors: /256color/.test(env.TERM ?? "") || env.COLORTERM ? 256 : 16,
    print: write,
    ask: async (question) => (await dialog()).ask(question),
    askHidden: async (question) => (await dialog()).askHidden(question),
    confirm: async (question, otherwise) => (await dialog()).confirm(question, otherwise),
    fullScreen: async (session) => (await dialog()).fullScreen(session),
  };
}
