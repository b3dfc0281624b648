/** Recipients, and a new data key after one of them left. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { addSlot } from "../../src/seeds/file/file-store.ts";
import { generateRawKey } from "../../src/seeds/file/raw-key.ts";
import { readRecipients } from "../../src/seeds/file/recipient-records.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { bank, github } from "../helpers/accounts.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { answering, type TestDeps, testDeps } from "../helpers/seed-store-deps.ts";
import { needs } from "../helpers/system-packages.ts";

const { file } = SEED_STORES;
const NOW = Date.parse("2026-01-31T12:00:00Z");

interface Person {
  readonly name: string;
  readonly identity: string;
  readonly recipient: string;
}

async function person(name: string): Promise<Person> {
  const identity = await generateX25519Identity();
  return { name, identity, recipient: await identityToRecipient(identity) };
}

async function shared() {
  const key = generateRawKey(testDeps().random);
  const deps = testDeps({ env: { TWINSEED_KEY: key } });
  const store = await (await file.prepare(deps))();
  await store.put("a", github);
  await store.put("b", bank);
  const [bob, carol] = [await person("bob"), await person("carol")];
  const keys = sharedKeys(deps);
  expect(await keys.add([bob, carol], NOW)).toEqual(["bob", "carol"]);
  return { deps, keys, bob, carol };
}

const withEnv = (folder: MemoryFolder, env: Record<string, string>): TestDeps => testDeps({ folder, env });
const as = ({ identity }: Person, { folder }: TestDeps) => withEnv(folder, { TWINSEED_IDENTITY: identity });

async function requireAll(deps: TestDeps): Promise<void> {
  const store = await file.open(deps);
  expect(formatOtpauthUri(await store.get("a"))).toBe(formatOtpauthUri(github));
  expect(formatOtpauthUri(await store.get("b"))).toBe(formatOtpauthUri(bank));
}

const leavingOf = ({ folder }: TestDeps, name: string) =>
  readRecipients(folder)
    .list.filter((one) => one.name === name)
    .map((one) => one.file);

const keysOf = ({ folder }: TestDeps) =>
  new Set(["a", "b"].map((id) => JSON.parse(folder.files.get(`seeds/${id}.json`) ?? "").key));

describe("a recipient", () => {
  it("opens the seeds, and what they add opens for the others", async () => {
    const { deps, keys, bob } = await shared();
    await requireAll(as(bob, deps));
    await (await file.open(as(bob, deps))).put("c", { ...github, label: "new" });
    expect((await (await file.open(deps)).get("c")).label).toBe("new");
    expect(await keys.check()).toEqual({ recipients: 2, faults: [] });
    expect(await keys.add([bob], NOW)).toEqual([]);
  });

  it("who is none is told so, and an identity that is none is not repeated", async () => {
    const { deps } = await shared();
    await expect(file.open(as(await person("eve"), deps))).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: "none of these age identities belongs to a recipient of this store",
    });
    const wrong = withEnv(deps.folder, { TWINSEED_IDENTITY: "AGE-SECRET-KEY-1HUNTER2" });
    await expect(file.open(wrong)).rejects.not.toThrow("HUNTER2");
    await expect(file.open(wrong)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    const noKey = withEnv(deps.folder, {});
    await expect(file.open(noKey)).rejects.toThrow(
      "locked with a raw key and the age keys of its recipients",
    );
  });

  it.skipIf(!needs("age"))("has a slot that the real age opens (needs age)", async () => {
    const { deps, bob } = await shared();
    const path = mkdtempSync(join(tmpdir(), "twinseed-test-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    writeFileSync(join(path, "identity"), `# bob\n${bob.identity}\n`);
    const slot = readRecipients(deps.folder).list.find((one) => one.name === "bob")?.slot ?? "";
    const text = execFileSync("age", ["-d", "-i", join(path, "identity")], {
      input: deps.folder.files.get(slot),
    });
    const [key] = keysOf(deps);
    const script = fileURLToPath(new URL("standalone-decrypt.mjs", import.meta.url));
    for (const [name, content] of deps.folder.files) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
    const env = { TWINSEED_DATA_KEY: text.toString() };
    const seeds = execFileSync(process.execPath, [script, path], { env, encoding: "utf8" });
    expect(seeds).toBe(`a ${formatOtpauthUri(github)}\nb ${formatOtpauthUri(bank)}\n`);
    expect(text.toString()).toMatch(new RegExp(`^twinseed data key v1 ${key} [A-Za-z0-9+/]{43}=\\n$`));
  });

  it("whom somebody without a key put on the list is noticed, and gets nothing at the next change", async () => {
    const { deps, keys } = await shared();
    const eve = await person("eve");
    const [name = ""] = leavingOf(deps, "bob");
    const record = JSON.parse(deps.folder.files.get(name) ?? "");
    deps.folder.files.set(
      "recipients/00000000.json",
      JSON.stringify({ ...record, name: "eve", recipient: eve.recipient }),
    );
    expect((await keys.check()).faults).toEqual([
      { message: expect.stringContaining('"eve" was not added by someone'), fix: { remove: eve.recipient } },
    ]);
    const before = new Map(deps.folder.files);
    await expect(keys.rekey([], false)).rejects.toThrow('"eve" was not added with');
    expect(deps.folder.files).toEqual(before);
    const command = "recipients/00000001.json";
    for (const recipient of ["x; reboot", "age1; reboot", `${eve.recipient}\u001b[2J`, ""]) {
      deps.folder.files.set(command, JSON.stringify({ ...record, name: "mallory", recipient }));
      const [fault] = (await keys.check()).faults;
      expect(fault).toMatchObject({ message: expect.stringContaining(command), fix: "by-hand" });
    }
    deps.folder.files.delete(command);
    await keys.rekey(leavingOf(deps, "eve"), false);
    expect(await keys.check()).toEqual({ recipients: 2, faults: [] });
  });
});

describe("a new data key", () => {
  it("shuts out who left, and nobody else", async () => {
    const { deps, keys, bob, carol } = await shared();
    const before = keysOf(deps);
    const report = await keys.rekey(leavingOf(deps, "bob"), false);
    expect(report).toEqual({ seeds: 2, unopened: [], dropped: [], carried: 1 });
    expect(keysOf(deps)).not.toEqual(before);
    await requireAll(deps);
    await requireAll(as(carol, deps));
    await expect(file.open(as(bob, deps))).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(await keys.check()).toEqual({ recipients: 1, faults: [] });
  });

  it("does not open for who left, even with the slot from before", async () => {
    const { deps, keys, bob } = await shared();
    const [record = ""] = leavingOf(deps, "bob");
    const slot = JSON.parse(deps.folder.files.get(record) ?? "").slot;
    const old = deps.folder.files.get(slot) ?? "";
    await keys.rekey([record], false);
    deps.folder.files.set(slot, old);
    const store = await file.open(as(bob, deps));
    await expect(store.get("a")).rejects.toThrow("sealed with another data key");
    expect((await keys.check()).faults).toEqual([
      { message: `"${slot}" is a slot that belongs to no listed recipient`, fix: "rekey" },
    ]);
  });

  it("needs every other secret, unless it may be left out; at the terminal it asks", async () => {
    const { deps, keys } = await shared();
    await addSlot(deps, { kind: "passphrase", passphrase: "correct horse" });
    const before = new Map(deps.folder.files);
    await expect(keys.rekey(leavingOf(deps, "bob"), false)).rejects.toThrow(
      /keys\/passphrase-.* without its secret/,
    );
    expect(deps.folder.files).toEqual(before);
    const asked = testDeps({ ...deps, terminal: () => answering(["correct horse"]) });
    await sharedKeys(asked).rekey(leavingOf(deps, "bob"), false);
    await requireAll(withEnv(deps.folder, { TWINSEED_PASSPHRASE: "correct horse" }));
    const report = await keys.rekey([], true);
    expect(report?.dropped).toEqual([expect.stringMatching(/^keys\/passphrase-/)]);
    await requireAll(deps);
    await expect(
      file.open(withEnv(deps.folder, { TWINSEED_PASSPHRASE: "correct horse" })),
    ).rejects.toMatchObject({
      exitCode: ExitCode.locked,
    });
  });

  it("is refused to who would be locked out by it", async () => {
    const { deps, bob } = await shared();
    const before = new Map(deps.folder.files);
    await expect(sharedKeys(as(bob, deps)).rekey(leavingOf(deps, "bob"), true)).rejects.toThrow(
      "lock you out",
    );
    expect(deps.folder.files).toEqual(before);
  });

  it("leaves a damaged seed as it is and says so", async () => {
    const { deps, keys } = await shared();
    deps.folder.files.set("seeds/a.json", "damaged");
    const report = await keys.rekey([], false);
    expect(report).toMatchObject({ seeds: 1, unopened: [expect.stringContaining("seeds/a.json")] });
    expect(deps.folder.files.get("seeds/a.json")).toBe("damaged");
  });

  it("still opens a seed that arrives late, sealed with the older one, and seals it anew", async () => {
    const { deps, keys, carol } = await shared();
    const late = deps.folder.files.get("seeds/b.json") ?? "";
    await keys.rekey(leavingOf(deps, "bob"), false);
    await keys.rekey([], false);
    deps.folder.files.set("seeds/b.json", late);
    await requireAll(as(carol, deps));
    expect((await keys.check()).faults).toEqual([
      { message: "1 seed is not sealed with the current data key", fix: "reseal" },
    ]);
    expect(await keys.reseal()).toBe(1);
    expect(await keys.check()).toEqual({ recipients: 1, faults: [] });
    await requireAll(deps);
  });

  it("a fault of the program itself ends it, and is not taken for a seed that can't be read back", async () => {
    const { deps, keys } = await shared();
    const late = deps.folder.files.get("seeds/b.json") ?? "";
    await keys.rekey([], false);
    deps.folder.files.set("seeds/b.json", late);
    let isWritten = false;
    const folder: MemoryFolder = {
      ...deps.folder,
      write(name, text) {
        deps.folder.write(name, text);
        isWritten = name === "seeds/b.json";
      },
      read(name) {
        if (isWritten) throw new Error("a bug");
        return deps.folder.read(name);
      },
    };
    await expect(sharedKeys(testDeps({ folder, env: deps.env })).reseal()).rejects.toThrow("a bug");
    expect(deps.folder.files.get("seeds/b.json")).not.toBe(late);
    await requireAll(deps);
  });

  it("cut off before any of its steps: every seed opens for everybody who stays, and it can be finished", async () => {
    const start = await shared();
    let steps = 0;
    for (let cut = 0; ; cut++) {
      const folder = memoryFolder(Object.fromEntries(start.deps.folder.files));
      const here = testDeps({ folder, env: start.deps.env });
      const dying = testDeps({ folder: killedAfter(cut, folder), env: start.deps.env });
      const outcome = await sharedKeys(dying)
        .rekey(leavingOf(here, "bob"), false)
        .then(
          () => "done",
          (error: unknown) => String(error),
        );
      await requireAll(here);
      await requireAll(as(start.carol, here));
      if (outcome === "done") break;
      expect(outcome).toBe("Error: killed");
      steps += 1;
      const { faults } = await sharedKeys(here).check();
      expect(faults.length > 0).toBe(cut > 0);
      await sharedKeys(as(start.carol, here)).rekey(leavingOf(here, "bob"), true);
      expect(await sharedKeys(as(start.carol, here)).check()).toEqual({ recipients: 1, faults: [] });
      await requireAll(as(start.carol, here));
      await expect(file.open(as(start.bob, here))).rejects.toMatchObject({ exitCode: ExitCode.locked });
    }
    // The journal, two seeds, five new files, five old ones, the journal again.
    expect(steps).toBeGreaterThan(10);
  });
});

/** Dies instead of making one more change. */
function killedAfter(changes: number, folder: MemoryFolder): MemoryFolder {
  let left = changes;
  const counted =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      if (left === 0) throw new Error("killed");
      left -= 1;
      return work(...args);
    };
  return {
    ...folder,
    write: counted(folder.write),
    create: counted(folder.create),
    move: counted(folder.move),
    remove: counted(folder.remove),
    createAll: counted(folder.createAll),
  };
}
