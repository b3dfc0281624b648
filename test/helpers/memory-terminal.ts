/** A person at a terminal who answers from a list; what the terminal showed is kept. */
import type { Screen, Size, Terminal } from "../../src/context.ts";
import { ExitCode, UserError } from "../../src/errors.ts";

export interface MemoryTerminal extends Terminal {
  /** All that was printed and asked, with the answers that were visible. */
  readonly shown: string[];
  /** The pictures of the alternate screen, which leave nothing in `shown`. */
  readonly pictures: string[];
  /** Answers nobody asked for. */
  readonly unused: string[];
}

export function memoryTerminal(
  answers: readonly string[],
  size: Size = { columns: 80, rows: 24 },
): MemoryTerminal {
  const shown: string[] = [];
  const pictures: string[] = [];
  const unused = [...answers];
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
  const screen: Screen = {
    draw: (picture) => void pictures.push(picture({ columns: size.columns, rows: size.rows - 1 })),
    ask: async (question) => answer(question),
  };
  return {
    size,
    colors: 256,
    shown,
    pictures,
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
