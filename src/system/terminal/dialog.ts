/** Questions and pictures at the terminal, one at a time. */
import type { Terminal } from "../../ports/terminal.ts";
import { fullScreen } from "./full-screen.ts";
import { prompt } from "./prompt.ts";

const YES = /^y(es)?$/i;
const NO = /^no?$/i;

export type Dialog = Pick<Terminal, "ask" | "askHidden" | "confirm" | "fullScreen">;

export function dialogOn(write: (text: string) => void): Dialog {
  const typeAhead = { text: "" };
  let busy = false;

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
  const ask = (question: string, hidden = false): Promise<string> =>
    prompt({ question, hidden, write, typeAhead });

  return {
    ask: (question) => alone(() => ask(question)),
    askHidden: (question) => alone(() => ask(question, true)),
    confirm: (question, otherwise) =>
      alone(async () => {
        for (;;) {
          const answer = await ask(`${question} ${otherwise ? "[Y/n]" : "[y/N]"} `);
          if (answer === "") return otherwise;
          if (YES.test(answer)) return true;
          if (NO.test(answer)) return false;
        }
      }),
    fullScreen: (session) => alone(() => fullScreen({ write, typeAhead }, session)),
  };
}
