/** One entry of the keyring opens the file store: `store unlock-with keyring`. */
import { describe, expect, it } from "vitest";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { readSlots } from "../../src/seeds/file/slots.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { bank, github } from "../helpers/accounts.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { answering, fakeKeyring, type TestDeps, testDeps } from "../helpers/seed-store-deps.ts";

const { file } = SEED_STORES;
const NOW = Date.parse("2026-01-31T12:00:00Z");
const PASSPHRASE = { TWINSEED_PASSPHRASE: "correct horse" };

/** A computer: its keyring, its state folder, and the calls that its keyring got. */
function computer() {
  const passwords = new Map<string, string>();
  const calls: string[] = [];
  const state = memoryFolder();
  let fault: string | undefined;
  const load = fakeKeyring(passwords, (call) => {
    calls.push(call);
    if (fault !== undefined) throw new Error(fault);
    return undefined;
  });
  const deps = (folder: MemoryFolder, more: Partial<Omit<TestDeps, "folder">> = {}): TestDeps =>
    testDeps({ folder, keyring: { load }, stateFolder: async () => state, ...more });
  const fail = (text: string | undefined): void => {
    fault = text;
  };
  return { passwords, calls, deps, fail };
}

/** A file store with two seeds and a passphrase, which the computer's keyring opens, too. */
async function opened() {
  const here = computer();
  const folder = memoryFolder();
  const deps = here.deps(folder, { env: PASSPHRASE });
  const store = await (await file.prepare(deps))();
  await store.put("a", github);
  await store.put("b", bank);
  await useKeyring(deps);
  here.calls.length = 0;
  return { ...here, folder, with: (more?: Partial<Omit<TestDeps, "folder">>) => here.deps(folder, more) };
}

async function useKeyring(deps: TestDeps): Promise<string> {
  const change = await sharedKeys(deps).keyring();
  if (typeof change === "string") return change;
  await carryOut(deps, change);
  return "changed";
}

async function carryOut(deps: TestDeps, change: Parameters<ReturnType<typeof sharedKeys>["change"]>[0]) {
  const pending = await sharedKeys(deps).change(change, NOW);
  const prepared = await pending.prepare();
  await pending.write(prepared);
  return prepared;
}

const kinds = (folder: MemoryFolder) =>
  readSlots(folder)
    .usable.map(({ kind }) => kind)
    .sort();

describe("a keyring's slot", () => {
  it("opens all seeds without a passphrase, with one connection and one question", async () => {
    const store = await opened();
    const seeds = await file.open(store.with());
    expect([await seeds.get("a"), await seeds.get("b")].map(({ label }) => label)).toEqual([
      github.label,
      bank.label,
    ]);
    await seeds.put("c", { ...github, label: "another" });
    expect(store.calls).toEqual(["open", "get"]);
    expect(await useKeyring(store.with())).toBe("done already");
  });

  it("is as strong as the data key, and its key is nowhere but in the keyring", async () => {
    const { passwords, folder } = await opened();
    const [[name, key] = ["", ""], ...others] = [...passwords];
    expect(others).toEqual([]);
    expect(name).toMatch(/^unlock[0-9a-f]{32}$/);
    expect(Buffer.from(key, "base64")).toHaveLength(32);
    expect([...folder.files.values()].join()).not.toContain(key);
  });

  it.each([
    "unlock prompt was dismissed",
    "The name org.freedesktop.secrets was not provided by any .service",
  ])("is exit 6 in a script, and asks for the passphrase at a terminal, after: %s", async (fault) => {
    const store = await opened();
    store.fail(fault);
    await expect(file.open(store.with())).rejects.toMatchObject({ exitCode: 6 });
    const deps = store.with({ terminal: () => answering(["correct horse"]) });
    expect((await (await file.open(deps)).get("a")).label).toBe(github.label);
    expect(deps.notes).toEqual([expect.stringContaining("can't read the seeds' key in the keyring")]);
  });

  it("of another computer is passed over", async () => {
    const { folder } = await opened();
    const other = computer();
    await expect(file.open(other.deps(folder))).rejects.toMatchObject({ exitCode: 6 });
    expect(await useKeyring(other.deps(folder, { env: PASSPHRASE }))).toBe("changed");
    expect((await (await file.open(other.deps(folder))).get("a")).label).toBe(github.label);
    expect(kinds(folder)).toEqual(["keyring", "keyring", "passphrase"]);
  });

  it("that someone else made, or moved to another store, opens nothing", async () => {
    const store = await opened();
    const other = await opened();
    const slotOf = (folder: MemoryFolder) =>
      [...folder.files].find(([name]) => name.startsWith("keys/keyring-"));
    const [name = "", text = ""] = slotOf(store.folder) ?? [];
    const [foreign = "", theirs = ""] = slotOf(other.folder) ?? [];
    const mine: { entry: string } = JSON.parse(text);
    // The other store's slot, which says that its key is in our entry.
    store.folder.remove(name);
    store.folder.write(foreign, JSON.stringify({ ...JSON.parse(theirs), entry: mine.entry }));
    await expect(file.open(store.with())).rejects.toMatchObject({ exitCode: 6 });
    for (const field of ["store", "key", "nonce", "sealed"]) {
      store.folder.write(name, JSON.stringify({ ...JSON.parse(text), [field]: JSON.parse(theirs)[field] }));
      await expect(file.open(store.with())).rejects.toMatchObject({ exitCode: 6 });
    }
    store.folder.write(name, text);
    expect((await (await file.open(store.with())).get("a")).label).toBe(github.label);
  });

  it("does not make the keyring look for more than a few entries", async () => {
    const store = await opened();
    const [, text = ""] = [...store.folder.files].find(([name]) => name.startsWith("keys/keyring-")) ?? [];
    for (let i = 0; i < 100; i++) {
      const entry = String(i).padStart(32, "0");
      store.folder.write(
        `keys/keyring-${entry.slice(-16)}.json`,
        JSON.stringify({ ...JSON.parse(text), entry }),
      );
    }
    await file.open(store.with()).catch(() => {});
    expect(store.calls.filter((call) => call === "open").length).toBeLessThan(40);
  });

  it("goes with a new data key, in the same entry; another computer's only if it is dropped", async () => {
    const store = await opened();
    const before = new Map(store.passwords);
    await carryOut(store.with({ env: PASSPHRASE }), { newKey: true });
    expect(kinds(store.folder)).toEqual(["keyring", "passphrase"]);
    expect(store.passwords).toEqual(before);
    expect((await (await file.open(store.with())).get("b")).label).toBe(bank.label);
    await useKeyring(computer().deps(store.folder, { env: PASSPHRASE }));
    await expect(carryOut(store.with({ env: PASSPHRASE }), { newKey: true })).rejects.toMatchObject({
      hints: expect.arrayContaining([expect.stringContaining("another computer's")]),
    });
    await carryOut(store.with({ env: PASSPHRASE }), { newKey: true, drop: true });
    expect(kinds(store.folder)).toEqual(["keyring", "passphrase"]);
  });
});

describe("a shared store", () => {
  it("has no slot of a keyring: this computer's identity takes its place, also over a new data key", async () => {
    const store = await opened();
    const pending = await sharedKeys(store.with()).begin("me/here", NOW);
    await pending.write(await pending.prepare());
    expect(kinds(store.folder)).toEqual(["passphrase"]);
    expect((await (await file.open(store.with())).get("a")).label).toBe(github.label);
    await carryOut(store.with({ env: PASSPHRASE }), { newKey: true });
    expect((await (await file.open(store.with())).get("a")).label).toBe(github.label);
    expect(await useKeyring(store.with())).toBe("done already");
    const again = await sharedKeys(store.with({ env: PASSPHRASE })).restart("me/here", false, NOW);
    await again.write(await again.prepare());
    expect((await (await file.open(store.with())).get("b")).label).toBe(bank.label);
  });

  it("whose computer has a passphrase of its own: its identity moves into the keyring", async () => {
    const store = await opened();
    store.fail("The name org.freedesktop.secrets was not provided by any .service");
    const begin = sharedKeys(store.with({ env: PASSPHRASE }));
    const pending = await begin.begin("me/here", NOW);
    await pending.write(await pending.prepare());
    store.fail(undefined);
    // A member without an identity gets one, in the keyring.
    expect(await useKeyring(store.with({ env: PASSPHRASE }))).toBe("changed");
    expect((await (await file.open(store.with())).get("a")).label).toBe(github.label);
    expect((await sharedKeys(store.with()).view())?.newest?.entry.members).toMatchObject([
      { name: "me/here", recipient: expect.stringMatching(/^age1/) },
    ]);
  });

  it("two data folders of one keyring have an identity each", async () => {
    const here = computer();
    const identities = sharedKeys(here.deps(memoryFolder()));
    const others = sharedKeys(here.deps(memoryFolder(), { stateFolder: async () => other }));
    const other = memoryFolder();
    const store = "0".repeat(32);
    const [one, two] = [await identities.identity(store, "silent"), await others.identity(store, "silent")];
    expect(one).not.toBe(two);
    expect([...here.passwords.keys()].filter((name) => name.startsWith("identity"))).toHaveLength(2);
  });
});
