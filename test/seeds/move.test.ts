import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { copySeeds, deleteSeeds } from "../../src/seeds/move-seeds.ts";
import { aws, bank, everyAccount, github } from "../helpers/accounts.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";

async function twoStores() {
  const texts = { from: new Map<string, string>(), to: new Map<string, string>() };
  const from = memorySeedStore(texts.from, "keyring");
  const to = memorySeedStore(texts.to, "file");
  const ids = everyAccount.map((_, i) => `id${i}`);
  for (const [i, account] of everyAccount.entries()) await from.put(`id${i}`, account);
  return { from, to, ids, texts };
}

describe("moving seeds to another store", () => {
  it("copies all, and leaves the old ones until they are deleted", async () => {
    const { from, to, ids, texts } = await twoStores();
    await copySeeds(from, to, ids);
    expect(texts.to).toEqual(texts.from);
    expect(texts.to.size).toBe(ids.length);
    await deleteSeeds(from, ids);
    expect(texts.from.size).toBe(0);
    expect(texts.to.size).toBe(ids.length);
  });

  it("can be done again after it was cut off anywhere", async () => {
    for (let n = 0; n <= everyAccount.length; n++) {
      const { from, to, ids, texts } = await twoStores();
      await copySeeds(from, to, ids.slice(0, n));
      await copySeeds(from, to, ids);
      expect(texts.to).toEqual(texts.from);
    }
  });

  it("stops at a different seed in the other store, and changes neither", async () => {
    const { from, to, ids, texts } = await twoStores();
    await to.put("id1", bank);
    await expect(copySeeds(from, to, ids)).rejects.toMatchObject({
      exitCode: ExitCode.failed,
      message: "1 of 6 seeds can't be copied to the file store",
      hints: [expect.stringContaining('"id1"'), "all seeds are still where they were"],
    });
    expect((await to.get("id1")).label).toBe(bank.label);
    expect((await from.get("id1")).label).toBe(aws.label);
    expect(texts.from.size).toBe(6);
  });

  it("names every seed that can't be read, and copies the others", async () => {
    const { from, to, ids, texts } = await twoStores();
    await from.delete("id2");
    texts.from.set("id4", "damaged");
    await expect(copySeeds(from, to, ids)).rejects.toMatchObject({
      hints: expect.arrayContaining([expect.stringContaining('"id2"'), expect.stringContaining('"id4"')]),
    });
    expect(texts.to.size).toBe(4);
  });

  it("notices a store that gives back something else", async () => {
    const { from, to, ids } = await twoStores();
    const lying = { ...to, get: async () => github };
    await expect(copySeeds(from, lying, ids)).rejects.toMatchObject({ exitCode: ExitCode.failed });
  });
});
