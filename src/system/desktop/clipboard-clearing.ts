/**
 * A small process of ours that outlives us and clears the clipboard if it still holds what we put there. It gets a salted hash,
 * not the text, and gets it through a pipe: its arguments, which every user can see, are always the same.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { isText, parseFields } from "../../base/untrusted-json.ts";
import type { ChildTask } from "../../ports/child.ts";
import { withFullPath } from "../programs/find-program.ts";
import type { Env } from "../tool-environment.ts";
import type { ClipboardTool } from "./clipboard-tool.ts";

/** Matches only from the first line break of a run: otherwise each one in a long run would be tried. */
const LAST_LINE_ENDS = /(?<![\r\n])[\r\n]+$/;
const PATIENCE = 10_000;

/** `tasks`: what comes before the name of a task (cli/child-tasks.ts). */
export async function clearLater(
  tool: ClipboardTool,
  text: string,
  seconds: number,
  env: Env,
  tasks: string,
): Promise<void> {
  const { randomBytes } = await import("node:crypto");
  const salt = randomBytes(16).toString("hex");
  const hash = await saltedHash(salt, text);
  const [paste, clear] = [tool.paste, tool.clear].map((command) => withFullPath(command, env));
  const order = { salt, hash, delay: seconds * 1000, paste, clear };
  await startClearing("clear-clipboard", order, env, tasks);
}

/** Starts a task of ours that outlives us. Throws UserError if that fails: what was copied will stay. */
export async function startClearing(task: ChildTask, order: object, env: Env, tasks: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, [tasks, task], {
    env,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  const told = await new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    child.stdin.on("error", () => resolve(false));
    child.stdin.end(JSON.stringify(order), () => resolve(true));
  });
  child.unref();
  if (!told) throw notClearedError("could not start a process for that");
}

export function notClearedError(why: string): UserError {
  return new UserError(
    `copied, but the clipboard will not be cleared automatically: ${why}`,
    ExitCode.failed,
    ["copy something else when you are done"],
  );
}

/** Runs in the other process. `order`: what clearLater() wrote. */
export async function clearClipboard(order: string): Promise<void> {
  const { salt, hash, delay, paste, clear } = parseFields(order);
  await new Promise((resolve) => setTimeout(resolve, Number(delay)));
  const held = await outputOf(wordsIn(paste));
  if ((await saltedHash(String(salt), held)) === hash) await outputOf(wordsIn(clear));
}

async function outputOf([program = "", ...args]: readonly string[]): Promise<string> {
  const { spawnSync } = await import("node:child_process");
  const options = { input: "", encoding: "utf8", timeout: PATIENCE, windowsHide: true } as const;
  return spawnSync(program, args, { ...options, stdio: ["pipe", "pipe", "ignore"] }).stdout ?? "";
}

/** Without line breaks at the end: some tools add one. */
async function saltedHash(salt: string, text: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256")
    .update(salt + text.replace(LAST_LINE_ENDS, ""))
    .digest("hex");
}

function wordsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}
