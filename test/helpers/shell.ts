/** A small shell that starts programs: starting them from the test's own process would take longer than most of them run. */
import { spawn } from "node:child_process";

export interface Shell {
  /** Returns the command's output on stdout and stderr. Throws an Error with it if the exit code is not 0. */
  run(...command: readonly string[]): Promise<string>;
  close(): void;
}

interface Waiting {
  readonly resolve: (said: string) => void;
  readonly reject: (error: Error) => void;
}

/** The output of one command, and its exit code. No command prints NUL. */
const ANSWER = /^([^\0]*)\0(\d+)\0/;

export function startShell(): Shell {
  const child = spawn("sh", { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: Waiting[] = [];
  let heard = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
    for (let answer = ANSWER.exec(heard); answer !== null; answer = ANSWER.exec(heard)) {
      const [all, said = "", exitCode] = answer;
      heard = heard.slice(all.length);
      const one = waiting.shift();
      if (exitCode === "0") one?.resolve(said);
      else one?.reject(new Error(`exit ${exitCode}: ${said}`));
    }
  });
  const fail = (): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error("the shell has ended"));
  };
  child.once("error", fail).once("close", fail);
  child.stdin.on("error", fail);
  return {
    run: (...command) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${command.map(quoted).join(" ")} </dev/null 2>&1; printf '\\0%d\\0' $?\n`);
      }),
    close: () => void child.stdin.end(),
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
