/** One line, edited with node:readline. */
import { Writable } from "node:stream";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Keyboard } from "./keyboard.ts";

export interface LineOptions {
  readonly question: string;
  /** Where the question and the keys appear. */
  readonly echo: (text: string) => void;
  /** For wrapping; Infinity if lines don't wrap. `refresh` calls it again. */
  readonly columns: () => number;
  /** Suspends the process; returns when it is resumed. */
  readonly pause: () => void;
  /** A secret, so the line is not trimmed. */
  readonly hidden?: boolean;
}

export interface Line {
  readonly typed: Promise<string>;
  /** Redraws the question and the typed text. */
  refresh(): void;
}

/** `typed` is trimmed unless it is hidden. It rejects with UserError (interrupted) on Ctrl-C and at the end of input. */
export async function readLine(keyboard: Keyboard, options: LineOptions): Promise<Line> {
  const { createInterface } = await import("node:readline");
  const echo = new Writable({
    decodeStrings: false,
    write(text: string | Buffer, _encoding, done) {
      options.echo(String(text));
      done();
    },
  });
  const output = Object.assign(echo, { columns: options.columns() });
  const reader = createInterface({
    input: keyboard.line(),
    output,
    terminal: true,
    historySize: 0,
    prompt: options.question,
  });
  const refresh = (): void => {
    output.columns = options.columns();
    reader.prompt(true);
  };
  const typed = new Promise<string>((resolve, reject) => {
    reader.once("line", (line) => resolve(options.hidden ? line : line.trim()));
    reader.once("SIGINT", () => reader.close());
    reader.once("close", () => {
      options.echo("\r\n");
      reject(new UserError("interrupted", ExitCode.interrupted));
    });
    reader.on("SIGTSTP", () => {
      options.pause();
      refresh();
    });
  }).finally(() => {
    reader.removeAllListeners("close");
    reader.close();
    keyboard.endLine();
  });
  reader.prompt();
  return { typed, refresh };
}
