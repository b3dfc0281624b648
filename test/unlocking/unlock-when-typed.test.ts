/** `store unlock-after`: a passphrase that is typed unlocks the store, and nothing else does. */
import { expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Asked } from "../../src/ports/unlocked.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";

import { readUnlockAfter, writeUnlockAfter } from "../../src/settings/unlock-after.ts";
import { LOCK } from "../../src/unlocking/requests.ts";
import { parseStart } from "../../src/unlocking/start-message.ts";
import { unlockWhenTyped } from "../../src/unlocking/unlock-when-typed.ts";
import { github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { answering, testDeps } from "../helpers/seed-store-deps.ts";

const PASSPHRASE = "correct horse battery staple";
const HOUR = 3_600_000;

async function computer(setting: string | number | undefined, asked?: Asked) {
  const folder = memoryFolder();
  const env = { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: PASSPHRASE };
  const made = await openSeedStore(testDeps({ folder, env }), { create: true });
  await made.put("abc", github);
  const state = memoryFolder();
  if (typeof setting === "string") state.write("unlock-after.json", setting);
  else writeUnlockAfter(state, setting);
  const started: string[] = [];
  const said: string[] = [];
  const unlocked = {
    ask: async () => asked,
    askAll: async (_: string): Promise<Asked[]> => [asked],
    start: async (message: string) => void started.push(message),
  };
  const stderr = { write: (text: string) => void said.push(text), isOpen: true, isTTY: false, color: false };
  const stateFolder = async () => state;
  const needs = { folder, stateFolder, stderr, unlocked };
  const open = async (answers: readonly string[], variables = {}) => {
    const terminal = answering(answers);
    const onTyped: Parameters<typeof testDeps>[0] = { onTyped: (one) => unlockWhenTyped(one, needs) };
    const deps = testDeps({ folder, env: variables, terminal: () => terminal, ...onTyped });
    return (await openSeedStore(deps, { create: false })).get("abc");
  };
  return { folder, state, started, said, unlocked, open };
}

it("unlocks for the time that was set, with the key of the store and an idle time of an hour at most", async () => {
  const { open, started, said } = await computer(8 * HOUR);
  expect(await open([PASSPHRASE])).toEqual(github);
  expect(started.map(parseStart)).toEqual([
    expect.objectContaining({ durations: { total: 8 * HOUR, idle: HOUR } }),
  ]);
  expect(started.join()).not.toContain(PASSPHRASE);
  expect(said.join()).toBe(
    "twinseed: unlocked for 8h, or until 1h pass without a code; lock it with: twinseed lock\n",
  );
});

it("does nothing unless it was asked for", async () => {
  const { open, started, said } = await computer(undefined);
  expect(await open([PASSPHRASE])).toEqual(github);
  expect([...started, ...said]).toEqual([]);
});

it("does nothing after a wrong passphrase, nor for one in a variable", async () => {
  const { open, started } = await computer(8 * HOUR);
  await expect(open(["wrong", "wrong", "wrong"])).rejects.toMatchObject({ exitCode: ExitCode.locked });
  expect(await open([], { TWINSEED_PASSPHRASE: PASSPHRASE })).toEqual(github);
  expect(started).toEqual([]);
  expect(await open(["wrong", PASSPHRASE])).toEqual(github);
  expect(started).toHaveLength(1);
});

it.each<[string, Asked]>([
  ["is unlocked already, whose time is not made longer", { answer: "{}" }],
  ["has something in its place that can't be asked", { fault: "belongs to another user" }],
])("leaves alone a store that %s", async (_, asked) => {
  const { open, started } = await computer(8 * HOUR, asked);
  expect(await open([PASSPHRASE])).toEqual(github);
  expect(started).toEqual([]);
});

it("is locked again if what opens the store changes while it is being unlocked", async () => {
  const { folder, unlocked, open, said } = await computer(8 * HOUR);
  const asked: string[] = [];
  unlocked.start = async () => void folder.write("keys/passphrase-2.json", "{}");
  unlocked.askAll = async (text) => {
    asked.push(text);
    return [];
  };
  expect(await open([PASSPHRASE])).toEqual(github);
  expect(asked).toEqual([LOCK]);
  expect(said.join()).toMatch(/^twinseed: warning: .* changed meanwhile\n$/);
});

it("only warns if it can't: the command goes on", async () => {
  const { open, said, unlocked } = await computer(8 * HOUR);
  unlocked.start = async () => {
    throw new UserError("the store can't be unlocked: no folder", ExitCode.failed);
  };
  expect(await open([PASSPHRASE])).toEqual(github);
  expect(said.join()).toBe("twinseed: warning: the store can't be unlocked: no folder\n");
});

it.each([
  "{",
  "{}",
  '{"version":2,"milliseconds":28800000}',
  '{"version":1,"milliseconds":"8h"}',
  '{"version":1,"milliseconds":1}',
  '{"version":1,"milliseconds":1e15}',
])("does nothing for a setting that reads %s", async (text) => {
  const { open, started, said } = await computer(text);
  expect(await open([PASSPHRASE])).toEqual(github);
  expect([...started, ...said]).toEqual([]);
});

it("does nothing for sealed seeds that are not in use", async () => {
  const { open, started, folder } = await computer(8 * HOUR);
  const after = folder.read.bind(folder);
  // As while the store is being moved to the keyring.
  let reads = 0;
  folder.read = (name) => {
    const text = after(name);
    return name === "config.json" && reads++ > 0 ? text?.replace('"file"', '"keyring"') : text;
  };
  await open([PASSPHRASE]);
  expect(started).toEqual([]);
});

it("the setting comes back as it was, and off is no file", () => {
  const state = memoryFolder();
  writeUnlockAfter(state, HOUR);
  expect(readUnlockAfter(state)).toBe(HOUR);
  writeUnlockAfter(state, undefined);
  expect([...state.files.keys()]).toEqual([]);
  expect(readUnlockAfter(state)).toBeUndefined();
});
