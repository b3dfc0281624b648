/** `lock` says "locked" only if the process with the key has said so before it ended. */
import { expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { lock } from "../../src/commands/lock.ts";
import type { Asked } from "../../src/ports/unlocked.ts";

async function locking(...asked: Asked[]): Promise<string> {
  const said: string[] = [];
  const stderr = { write: (text: string) => void said.push(text), isOpen: true, isTTY: false, color: false };
  const unlocked = { ask: async () => undefined, askAll: async () => asked, start: async () => {} };
  await lock({ stderr, unlocked });
  return said.join("");
}

it.each<[string, Asked, string]>([
  ["that it is locked", { answer: '{"refused":"locked"}' }, "locked: the process that had the key has ended"],
  ["nothing, as it is not there", undefined, "the store was not unlocked"],
])("where the process says %s, so does lock", async (_, asked, says) => {
  expect(await locking(undefined, asked)).toBe(`twinseed: ${says}\n`);
});

it.each<[string, Asked, string]>([
  [
    "that it does not understand",
    { answer: '{"refused":"too far"}' },
    "it gave an answer of another version",
  ],
  ["nothing that can be read", { answer: "" }, "it gave an answer of another version"],
  ["nothing in time", { fault: "it is too slow", pid: 7 }, "it is too slow"],
])("where the process says %s, it may be there still", async (_, asked, why) => {
  await expect(locking({ answer: '{"refused":"locked"}' }, asked)).rejects.toMatchObject({
    exitCode: ExitCode.failed,
    message: `the store may still be unlocked: ${why}`,
  });
});
