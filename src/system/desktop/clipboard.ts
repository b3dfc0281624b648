/** The clipboard, through the system's own tool. Text is passed on stdin, never as an argument. */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Clipboard } from "../../ports/desktop.ts";
import { toolEnvironment, withFullPath } from "../programs/find-program.ts";
import type { Command } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { clearLater } from "./clipboard-clearing.ts";
import { readPicture, readText } from "./clipboard-reading.ts";
import type { ClipboardTool } from "./clipboard-tool.ts";
import { clipboardTool, hasClipboard } from "./clipboard-tools.ts";
import { copyToTerminal, hasTerminalClipboard } from "./terminal-clipboard.ts";

const PATIENCE = 10_000;

/** With a `clearAfter` of 0 or less, the clipboard is not cleared. `tasks`: what comes before the name of a task of ours. */
export function systemClipboard(
  env: Env,
  tasks: string,
  platform: NodeJS.Platform = process.platform,
): Clipboard {
  return {
    async copy(text, clearAfter) {
      if (!hasClipboard(env, platform) && hasTerminalClipboard(env, platform)) {
        await copyToTerminal(text, clearAfter, env, tasks);
        return "terminal";
      }
      const tool = clipboardTool(env, platform);
      const clean = { ...toolEnvironment(env), ...tool.env };
      if (!(await copyAsSecret(tool, text, clean))) await copyWith(tool.copy, text, clean);
      if (clearAfter > 0) await clearLater(tool, text, clearAfter, clean, tasks);
      return "desktop";
    },
    picture: (limit) => readPicture(env, limit, platform),
    text: (limit) => readText(env, limit, platform),
  };
}

/** Returns false if the tool can't, or if that failed. */
async function copyAsSecret({ copySecret }: ClipboardTool, text: string, env: Env): Promise<boolean> {
  if (copySecret === undefined) return false;
  try {
    await copyWith(copySecret, text, env);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function copyWith(copy: Command, text: string, env: Env): Promise<void> {
  const { spawn } = await import("node:child_process");
  const [command] = copy;
  const [program, ...args] = withFullPath(copy, env);
  const child = spawn(program, args, {
    env,
    // xclip and wl-copy leave a process behind that serves the text; it must not keep our output open.
    stdio: ["pipe", "ignore", "ignore"],
    timeout: PATIENCE,
    windowsHide: true,
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(
        new UserError(`"${command}" could not write to the clipboard: ${why}`, ExitCode.failed, [
          "omit --copy to print instead",
        ]),
      );
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else fail(signal === null ? `exit code ${code}` : "it did not finish in time");
    });
    // If the tool ends early, its exit code reports that.
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  });
}
