/** Tasks that run in a separate process (system/programs/own-child.ts): the argument names the task, stdin is the input, stdout the answer. */
import { readFileSync, writeSync } from "node:fs";
import type { ChildTask } from "../ports/child.ts";

/** `input` blocks until all of it is there, so do first what does not need it. */
type Task = (input: () => Buffer) => Promise<string>;

const TASKS: Readonly<Record<ChildTask, Task>> = {
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

async function main(): Promise<void> {
  const [, task] = Object.entries(TASKS).find(([name]) => name === process.argv[2]) ?? [];
  if (task === undefined) process.exit(2);
  const answer = Buffer.from(await task(() => readFileSync(0)));
  for (let written = 0; written < answer.length; ) written += writeSync(1, answer, written);
}

// An error message could quote the input, so only the exit code reports the failure.
main().catch(() => process.exit(1));
