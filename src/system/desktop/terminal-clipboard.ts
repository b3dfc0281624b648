/**
 * The clipboard of the terminal in front of the user, over ssh, too: by OSC 52 (xterm's control sequences), or through tmux, which
 * hands it on. A terminal does not say whether it did: many ask, or are told not to.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { ExitCode, UserError } from "../../base/errors.ts";
import { isText, parseFields } from "../../base/untrusted-json.ts";
import { isInstalled, toolEnvironment, withFullPath } from "../programs/find-program.ts";
import { type Command, runTool } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { notClearedError, startClearing } from "./clipboard-clearing.ts";

const PATIENCE = 5000;
const OWN_TERMINAL = "/dev/tty";
const BUFFER = "twinseed";
/** "pts/3", "ttys003": the terminal of a process, as ps names it. */
const TTY = /^(?:pts\/|ttys?|console)\w*$/;

/** Undefined where there is no terminal that might do it. */
export function hasTerminalClipboard(env: Env, platform: NodeJS.Platform): boolean {
  if (platform === "win32" || env.TERM === "dumb" || env.TERM === "linux") return false;
  const terminal = opened(OWN_TERMINAL);
  if (terminal !== undefined) closeSync(terminal);
  return terminal !== undefined;
}

/** Throws UserError if that fails. `tasks`: what comes before the name of a task (cli/child-tasks.ts). */
export async function copyToTerminal(
  text: string,
  clearAfter: number,
  env: Env,
  tasks: string,
): Promise<void> {
  const isTmux = Boolean(env.TMUX) && isInstalled("tmux", env);
  if (isTmux) await throughTmux(text, env);
  else if (!writeTo(OWN_TERMINAL, sequenceFor(text)))
    throw new UserError("could not write to the terminal", ExitCode.failed, ["omit --copy to print instead"]);
  if (clearAfter <= 0) return;
  const terminal = isTmux ? "" : await ownTerminal(env);
  if (!isTmux && terminal === "") throw notClearedError("the terminal's name is not known");
  const order = {
    delay: clearAfter * 1000,
    terminal,
    tmux: isTmux ? TMUX_CLEAR.map((command) => withFullPath(command, env)) : [],
  };
  const own = { ...toolEnvironment(env), ...(env.TMUX ? { TMUX: env.TMUX } : {}) };
  await startClearing("clear-terminal", order, own, tasks);
}

/** It sends the text on to its own terminal, and keeps no buffer of it. */
async function throughTmux(text: string, env: Env): Promise<void> {
  const limits = { env, patience: PATIENCE, limit: 1024 };
  const { ok, complaint } = await runTool(["tmux", "load-buffer", "-w", "-b", BUFFER, "-"], {
    ...limits,
    input: Buffer.from(text),
  });
  await runTool(["tmux", "delete-buffer", "-b", BUFFER], limits);
  if (!ok)
    throw new UserError(`tmux could not copy: ${complaint}`, ExitCode.failed, [
      "omit --copy to print instead (tmux 3.2 or newer can copy)",
    ]);
}

/** tmux ignores an empty text. */
const TMUX_CLEAR: readonly Command[] = [
  ["tmux", "load-buffer", "-w", "-b", BUFFER, "-"],
  ["tmux", "delete-buffer", "-b", BUFFER],
];

/** "c" is the clipboard. An empty text clears it. */
function sequenceFor(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`;
}

/** Another process can't open it as "/dev/tty". */
async function ownTerminal(env: Env): Promise<string> {
  if (!isInstalled("ps", env)) return "";
  const { ok, output } = await runTool(["ps", "-o", "tty=", "-p", String(process.pid)], {
    env,
    patience: PATIENCE,
    limit: 1024,
  });
  const name = Buffer.from(output).toString().trim();
  return ok && TTY.test(name) ? `/dev/${name}` : "";
}

/** Runs in that process. */
export async function clearTerminal(text: string): Promise<void> {
  const { delay, terminal, tmux } = parseFields(text);
  await new Promise((resolve) => setTimeout(resolve, Number(delay)));
  if (isText(terminal) && terminal !== "") writeTo(terminal, sequenceFor(""));
  const { spawnSync } = await import("node:child_process");
  for (const command of Array.isArray(tmux) ? tmux : []) {
    const [program, ...args] = Array.isArray(command) ? command.filter(isText) : [];
    if (program !== undefined)
      spawnSync(program, args, { input: " ", timeout: PATIENCE, stdio: ["pipe", "ignore", "ignore"] });
  }
}

/** Only a terminal of ours: a name in /dev may belong to another user by the time that it is cleared. */
function writeTo(path: string, text: string): boolean {
  const terminal = opened(path);
  if (terminal === undefined) return false;
  try {
    const { uid } = fstatSync(terminal);
    if (path !== OWN_TERMINAL && uid !== process.geteuid?.()) return false;
    writeSync(terminal, text);
    return true;
  } catch {
    return false; // it is gone
  } finally {
    closeSync(terminal);
  }
}

function opened(path: string): number | undefined {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    if (fstatSync(file).isCharacterDevice()) return file;
    closeSync(file);
  } catch {
    // There is none.
  }
  return undefined;
}
