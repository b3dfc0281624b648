/** `store passphrase`: another passphrase for the file store; everything else that opens it stays. */
import { describe, expect, it } from "vitest";
import { askNewPassphrase } from "../../src/seeds/file/ask-passphrase.ts";
import { generateRawKey, parseRawKey } from "../../src/seeds/file/raw-key.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { github } from "../helpers/accounts.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { answering, type TestDeps, testDeps } from "../helpers/seed-store-deps.ts";

const { file } = SEED_STORES;
const NOW = Date.parse("2026-01-31T12:00:00Z");
const RAW = generateRawKey(testDeps().random);
const by = (passphrase: string) => ({ TWINSEED_PASSPHRASE: passphrase });

/** A file store with one seed and a passphrase; a raw key opens it, too. */
async function store() {
  const folder = memoryFolder();
  const deps = (env: Record<string, string>, more: Partial<TestDeps> = {}) =>
    testDeps({ folder, env, ...more });
  const first = deps(by("correct horse"));
  await (await (await file.prepare(first))()).put("a", github);
  await carryOut(first, { add: { kind: "raw-key", key: parseRawKey(RAW, "TWINSEED_KEY") } });
  const opens = async (env: Record<string, string>): Promise<boolean> =>
    file
      .open(deps(env))
      .then((seeds) => seeds.get("a"))
      .then(
        ({ label }) => label === github.label,
        () => false,
      );
  return { folder, deps, opens };
}

async function carryOut(deps: TestDeps, change: Parameters<ReturnType<typeof sharedKeys>["change"]>[0]) {
  const pending = await sharedKeys(deps).change(change, NOW);
  await pending.write(await pending.prepare());
}

async function change(deps: TestDeps, given?: string) {
  await carryOut(deps, await sharedKeys(deps).passphrase(given));
}

describe("the passphrase of the file store", () => {
  it("is replaced by the one that opened the store; the raw key stays", async () => {
    const { deps, opens } = await store();
    await change(deps(by("correct horse")), "battery staple");
    expect(await opens(by("correct horse"))).toBe(false);
    expect(await opens(by("battery staple"))).toBe(true);
    expect(await opens({ TWINSEED_KEY: RAW })).toBe(true);
  });

  it("that was forgotten is replaced where something else opens the store", async () => {
    const { deps, opens } = await store();
    await change(deps({ TWINSEED_KEY: RAW }), "battery staple");
    expect(await opens(by("correct horse"))).toBe(false);
    expect(await opens(by("battery staple"))).toBe(true);
  });

  it("is one of several: only the one that is known is replaced", async () => {
    const { deps, opens } = await store();
    await carryOut(deps(by("correct horse")), { add: { kind: "passphrase", passphrase: "second one" } });
    await change(deps(by("second one")), "battery staple");
    expect(await opens(by("correct horse"))).toBe(true);
    expect(await opens(by("second one"))).toBe(false);
    const terminal = answering(["what was it"]);
    await expect(
      change(deps({ TWINSEED_KEY: RAW }, { terminal: () => terminal }), "x".repeat(12)),
    ).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining("this is not one of them") });
    await change(
      deps({ TWINSEED_KEY: RAW }, { terminal: () => answering(["correct horse"]) }),
      "x".repeat(12),
    );
    expect(await opens(by("correct horse"))).toBe(false);
    expect(await opens(by("battery staple"))).toBe(true);
  });

  it("is added where there was none", async () => {
    const folder = memoryFolder();
    const raw = testDeps({ folder, env: { TWINSEED_KEY: RAW } });
    await (await (await file.prepare(raw))()).put("a", github);
    await change(raw, "battery staple");
    const seeds = await file.open(testDeps({ folder, env: by("battery staple") }));
    expect((await seeds.get("a")).label).toBe(github.label);
  });

  it("a kill at any write leaves a way in", async () => {
    for (let at = 0; at < 4; at++) {
      const { folder, deps, opens } = await store();
      const { write, remove } = folder;
      let left = at;
      const killed = (): void => {
        if (left-- === 0) throw new Error("killed");
      };
      folder.write = (name, text) => {
        killed();
        write(name, text);
      };
      folder.remove = (name) => {
        killed();
        remove(name);
      };
      await change(deps(by("correct horse")), "battery staple").catch(() => {});
      Object.assign(folder, { write, remove });
      expect((await opens(by("correct horse"))) || (await opens(by("battery staple")))).toBe(true);
    }
  });
});

describe("a new passphrase", () => {
  const ask = (answers: readonly string[], notes: string[] = []) =>
    askNewPassphrase(answering(answers), (text) => void notes.push(text), testDeps().random, "the seeds");

  it("of fewer than ten characters is asked about once more", async () => {
    expect(await ask(["abc", "n", "correct horse", "correct horse"])).toBe("correct horse");
    expect(await ask(["abc", "y", "abc"])).toBe("abc");
  });

  it("is ten words if none is typed, which have to be typed back", async () => {
    await expect(ask(["", "", "wrong", "", "wrong", "", "wrong"])).rejects.toMatchObject({ exitCode: 1 });
  });
});

it.each([
  [
    "too short",
    [
      "warning: the passphrase has fewer than 10 characters, which programs guess; for another one: twinseed store passphrase",
    ],
  ],
  ["long enough", []],
])("a store that is made with %j from the environment", async (passphrase, notes) => {
  const deps = testDeps({ env: by(passphrase) });
  await (await file.prepare(deps))();
  expect(deps.notes).toEqual(notes);
});
