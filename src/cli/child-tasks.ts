/** Tasks that run in a separate process (system/programs/own-child.ts): the argument names the task, stdin is the input, stdout the answer. */
import { readFileSync, writeSync } from "node:fs";
import type { ChildTask } from "../ports/child.ts";
import { closeInheritedFiles } from "../system/programs/inherited-files.ts";

/** `input` blocks until all of it is there, so do first what does not need it. */
type Task = (input: () => Buffer) => Promise<string>;

const TASKS: Readonly<Record<ChildTask, Task>> = {
  "clear-clipboard": async (input) => {
    closeInheritedFiles();
    const { clearClipboard } = await import("../system/desktop/clipboard-clearing.ts");
    await clearClipboard(input().toString("utf8"));
    return "";
  },
  "clear-terminal": async (input) => {
    closeInheritedFiles();
    const { clearTerminal } = await import("../system/desktop/terminal-clipboard.ts");
    await clearTerminal(input().toString("utf8"));
    return "";
  },
  "list-keyring": async (input) => {
    const { listCredentials } = await import("../seeds/keyring/list-credentials.ts");
    return listCredentials(input().toString("utf8"));
  },
  "read-picture": async (input) => {
    const { answerOf, getReady } = await import("../qr/read-in-child.ts");
    await getReady();
    return answerOf(input());
  },
};

/** Goes on until the process that asks is gone. */
async function serveKeyring(): Promise<void> {
  const { loadBinding } = await import("../system/desktop/keyring-binding.ts");
  const { serveCalls } = await import("../seeds/keyring/serve-calls.ts");
  // A kill: with a call that blocks its thread, this process could not end otherwise.
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.on(
    "message",
    serveCalls(loadBinding, (answer) => process.send?.(answer)),
  );
}

/** Hands out codes of an unlocked store until it is locked. Says "ready", or why not. */
async function serveUnlocked(): Promise<void> {
  // Node's own handler would open its memory to every local user, through the inspector.
  process.on("SIGUSR1", () => {});
  closeInheritedFiles();
  const { runAgent } = await import("./run-agent.ts");
  await runAgent(
    () => readFileSync(0, "utf8"),
    (text) => writeSync(1, text),
  );
}

async function main(): Promise<void> {
  if (process.argv[2] === "serve-unlocked") return serveUnlocked();
  if (process.argv[2] === "serve-keyring") return serveKeyring();
  const [, task] = Object.entries(TASKS).find(([name]) => name === process.argv[2]) ?? [];
  if (task === undefined) process.exit(2);
  const answer = Buffer.from(await task(() => readFileSync(0)));
  for (let written = 0; written < answer.length; ) written += writeSync(1, answer, written);
}

// An error message could quote the input, so only the exit code reports the failure.
main().catch(() => process.exit(1));
