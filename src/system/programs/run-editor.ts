/**
 * Runs the editor of $VISUAL or $EDITOR on a file that no disk ever holds: in a 0700 folder in memory, removed however this ends. What
 * the editor itself keeps elsewhere is its own (docs/notes.md says how to turn that off); vim is told to keep nothing.
 */
import { closeSync, lstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Editor } from "../../ports/editor.ts";
import { type TemporaryFolder, temporaryFolder } from "../disk/temporary-folder.ts";
import type { Env } from "../tool-environment.ts";
import { toolEnvironment, withFullPath } from "./find-program.ts";

const OTHER_WAYS = [
  "type it, unseen: twinseed note NAME --edit --hidden",
  "or pipe it in: twinseed note NAME --edit < FILE",
];
const KEEP_NOTHING = ["-n", "-i", "NONE", "-c", "set nobackup nowritebackup noswapfile noundofile"] as const;

export function userEditor(env: Env, makeFolder = temporaryFolder): Editor {
  return {
    async edit(text, limit) {
      const command = editorCommand(env);
      const folder = makeFolder(env, "note");
      try {
        if (!folder.isInMemory)
          throw new UserError(
            "there is no private folder in memory here for the editor's file",
            ExitCode.failed,
            [...OTHER_WAYS, "nothing was changed"],
          );
        return await editIn(folder, command, text, limit, env);
      } finally {
        folder.remove();
      }
    },
  };
}

async function editIn(
  { folder }: TemporaryFolder,
  command: readonly [string, ...string[]],
  text: string,
  limit: number,
  env: Env,
): Promise<Uint8Array> {
  const path = join(folder, "note.txt");
  writeFileSync(path, text === "" ? "" : `${text}\n`, { mode: 0o600, flag: "wx" });
  await run([...command, path], env);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile())
    throw new UserError("the editor left no file: nothing was changed", ExitCode.failed, OTHER_WAYS);
  if (stat.size > limit)
    throw new UserError(`the editor left more than ${limit} bytes: nothing was changed`, ExitCode.unreadable);
  return readFileSync(path);
}

async function run(command: readonly [string, ...string[]], env: Env): Promise<void> {
  const [name] = command;
  const [program, ...args] = withFullPath(command, env);
  const { spawn } = await import("node:child_process");
  // The terminal, whatever our own stdin and stdout are.
  const terminal = process.platform === "win32" ? undefined : openSync("/dev/tty", "r+");
  const umask = process.umask(0o077);
  const child = spawn(program, args, {
    env: toolEnvironment(env),
    stdio: terminal === undefined ? "inherit" : [terminal, terminal, terminal],
  });
  process.umask(umask);
  try {
    const failure = await new Promise<string | undefined>((resolve) => {
      child.once("error", () => resolve("can't be started"));
      child.once("close", (code, signal) => {
        if (code === 0) resolve(undefined);
        else resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
      });
    });
    if (failure === undefined) return;
    throw new UserError(`the editor (${printable(name)}) ${failure}: nothing was changed`, ExitCode.failed, [
      "use another one: EDITOR=nano twinseed note NAME --edit",
    ]);
  } finally {
    if (terminal !== undefined) closeSync(terminal);
  }
}

/** $VISUAL, else $EDITOR, else vi. Never through a shell. Throws UserError. */
export function editorCommand(env: Env): [string, ...string[]] {
  const name = env.VISUAL?.trim() ? "VISUAL" : "EDITOR";
  const [program = "vi", ...args] = wordsIn(env[name] ?? "", name);
  const isVim = /^(n?vim|vimx)(\.exe)?$/.test(basename(program));
  return [program, ...args, ...(isVim ? KEEP_NOTHING : [])];
}

/** Words, with quotation marks as a shell has them; nothing else of a shell is understood. Throws UserError. */
function wordsIn(text: string, variable: string): string[] {
  const parts = /^(?:\s*(?:"[^"]*"|'[^']*'|[^\s"'$`;&|<>(){}*?]+))*\s*$/.test(text)
    ? text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']+)+/g)
    : undefined;
  if (parts === undefined)
    throw new UserError(`$${variable} is not a program with plain arguments`, ExitCode.usage, [
      `it is not run through a shell; set it to a program, such as: ${variable}=nano`,
    ]);
  return Array.from(parts, ([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
