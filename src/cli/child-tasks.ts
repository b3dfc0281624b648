/** What runs in a process of its own (system/programs/own-child.ts): the task is its argument, stdin is its input, stdout its answer. */
import { readFileSync, writeSync } from "node:fs";
import type { ChildTask } from "../ports/child.ts";

/** `input` waits for it: what can be done before comes before. */
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

// A message could quote what was in hand: the exit code is all that is said.
main().catch(() => process.exit(1));
