import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { identityToRecipient } from "age-encryption";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { unlockStore } from "../../src/seeds/file/file-store.ts";
import { generateRawKey, parseRawKey } from "../../src/seeds/file/raw-key.ts";
import { sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { type OwnOpener, writeSlot } from "../../src/seeds/file/slots.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, bank, everyAccount, github } from "../helpers/accounts.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { answering, type TestDeps, testDeps } from "../helpers/seed-store-deps.ts";

const { file } = SEED_STORES;
const PASSPHRASE = "correct horse";

/** Two seeds, "a" and "b", behind a passphrase; and a raw key if wanted. */
async function filled(changes: Parameters<typeof testDeps>[0] = {}): Promise<TestDeps> {
  const deps = testDeps({ env: { TWINSEED_PASSPHRASE: PASSPHRASE }, ...changes });
  const store = await (await file.prepare(deps))();
  await store.put("a", github);
  await store.put("b", bank);
  return deps;
}

function withEnv(deps: TestDeps, env: Record<string, string>): TestDeps {
  return testDeps({ folder: deps.folder, env });
}

/** Another way to open the store. */
async function addSlot(deps: TestDeps, opener: OwnOpener): Promise<string> {
  const { dataKey } = await unlockStore(deps);
  return writeSlot(deps.folder, dataKey, opener, deps.random, deps.unsafeScryptCost);
}

function nameOf(folder: MemoryFolder, start: string): string {
  return [...folder.files.keys()].find((name) => name.startsWith(start)) ?? "";
}

function change(
  folder: MemoryFolder,
  name: string,
  edit: (fields: Record<string, unknown>) => unknown,
): void {
  folder.files.set(name, JSON.stringify(edit(JSON.parse(folder.files.get(name) ?? ""))));
}

const keyIn = (text: string) => /"key": "([^"]*)"/.exec(text)?.[1];

/** Each byte with one bit flipped, a different bit from byte to byte. */
function* flipped(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  for (const [i, byte] of bytes.entries()) {
    const copy = Buffer.from(bytes);
    copy[i] = byte ^ (1 << (i % 8));
    yield copy.toString();
  }
}

describe("a wrong passphrase or key", () => {
  it("is exit 6 and changes nothing", async () => {
    const deps = await filled();
    const before = new Map(deps.folder.files);
    const wrong = withEnv(deps, { TWINSEED_PASSPHRASE: "wrong horse" });
    await expect(file.open(wrong)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: "wrong passphrase, or the key file is damaged",
      hints: [`tried with ${nameOf(deps.folder, "keys/")}`, "nothing was changed"],
    });
    await expect(file.prepare(wrong)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(deps.folder.files).toEqual(before);
  });

  it("may be typed three times, and no more", async () => {
    const deps = await filled();
    const right = answering(["wrong", "wrong too", PASSPHRASE]);
    const store = await file.open(testDeps({ folder: deps.folder, terminal: () => right }));
    expect((await store.get("a")).label).toBe(github.label);
    const wrong = answering(["1", "2", "3", PASSPHRASE]);
    await expect(file.open(testDeps({ folder: deps.folder, terminal: () => wrong }))).rejects.toMatchObject({
      exitCode: ExitCode.locked,
    });
    expect(wrong.asked).toHaveLength(3);
  });

  it("is asked for only once where one command opens the store again", async () => {
    const deps = await filled();
    const terminal = answering(["correct horse"]);
    const locked = testDeps({ folder: deps.folder, terminal: () => terminal });
    for (let i = 0; i < 2; i++) expect(await (await file.open(locked)).get("a")).toEqual(github);
    expect(terminal.asked).toHaveLength(1);
  });

  it("with a key, names the key", async () => {
    const key = generateRawKey(testDeps().random);
    const deps = await filled({ env: { TWINSEED_KEY: key } });
    const wrong = withEnv(deps, { TWINSEED_KEY: generateRawKey(deps.random) });
    await expect(file.open(wrong)).rejects.toThrow("wrong key, or the key file is damaged");
  });
});

describe("the passphrase", () => {
  it.each(["correct horse", "  correct horse\n"])(
    "is the same with white space around it: %j",
    async (typed) => {
      const deps = await filled();
      expect((await (await file.open(withEnv(deps, { TWINSEED_PASSPHRASE: typed }))).get("a")).label).toBe(
        "octocat",
      );
    },
  );

  it("is the same in both Unicode forms of é", async () => {
    const deps = await filled({ env: { TWINSEED_PASSPHRASE: "caf\u00e9 cr\u00e8me" } });
    await file.open(withEnv(deps, { TWINSEED_PASSPHRASE: "cafe\u0301 cre\u0300me" }));
  });
});

describe("damage", () => {
  it("of any byte of a seed file is noticed, named, and kept to that account", async () => {
    const deps = await filled();
    const store = await file.open(deps);
    const whole = deps.folder.files.get("seeds/a.json") ?? "";
    let others = 0;
    for (const damaged of flipped(whole)) {
      deps.folder.files.set("seeds/a.json", damaged);
      // It may be the id of a key of someone else's.
      const isOther = /"key": "[0-9a-f]{32}"/.test(damaged) && keyIn(damaged) !== keyIn(whole);
      others += isOther ? 1 : 0;
      await expect(store.get("a"), damaged).rejects.toMatchObject({
        exitCode: isOther ? ExitCode.locked : ExitCode.failed,
        message: expect.stringMatching(
          isOther
            ? /^"seeds\/a\.json", the seed of account "a", is sealed with a data key that yours does not open$/
            : /^"seeds\/a\.json", the seed of account "a", /,
        ),
      });
      expect((await store.get("b")).secret.equals(bank.secret)).toBe(true);
    }
    expect(others).toBeLessThanOrEqual(32);
  });

  it.each(["passphrase", "raw-key"])(
    "of any byte of a %s slot keeps that slot shut, and the other one open",
    async (kind) => {
      const key = generateRawKey(testDeps().random);
      const env: Record<string, Record<string, string>> = {
        passphrase: { TWINSEED_PASSPHRASE: PASSPHRASE },
        "raw-key": { TWINSEED_KEY: key },
      };
      const deps = await filled();
      await addSlot(deps, { kind: "raw-key", key: parseRawKey(key, "the key") });
      const name = nameOf(deps.folder, `keys/${kind}`);
      const whole = deps.folder.files.get(name) ?? "";
      const other = kind === "passphrase" ? "raw-key" : "passphrase";
      for (const damaged of flipped(whole)) {
        deps.folder.files.set(name, damaged);
        await expect(file.open(withEnv(deps, env[kind] ?? {})), damaged).rejects.toMatchObject({
          exitCode: ExitCode.locked,
        });
        const store = await file.open(withEnv(deps, env[other] ?? {}));
        expect((await store.get("a")).secret.equals(github.secret)).toBe(true);
      }
    },
  );

  it("by cutting a file short, at any length, is noticed", async () => {
    const deps = await filled();
    const store = await file.open(deps);
    const whole = deps.folder.files.get("seeds/a.json") ?? "";
    for (let length = 0; length < whole.length - 2; length++) {
      deps.folder.files.set("seeds/a.json", whole.slice(0, length));
      await expect(store.get("a")).rejects.toMatchObject({ exitCode: ExitCode.failed });
    }
  });

  it("by swapping two accounts' files is noticed, also with the id changed to match", async () => {
    const deps = await filled();
    const store = await file.open(deps);
    const a = deps.folder.files.get("seeds/a.json") ?? "";
    deps.folder.files.set("seeds/a.json", deps.folder.files.get("seeds/b.json") ?? "");
    deps.folder.files.set("seeds/b.json", a);
    await expect(store.get("a")).rejects.toMatchObject({
      message: expect.stringContaining("another account"),
    });
    change(deps.folder, "seeds/a.json", (fields) => ({ ...fields, id: "a" }));
    await expect(store.get("a")).rejects.toMatchObject({ exitCode: ExitCode.failed });
  });

  it("never shows what was in the file", async () => {
    const deps = await filled();
    const store = await file.open(deps);
    change(deps.folder, "seeds/a.json", ({ sealed, ...fields }) => ({ ...fields, id: sealed, sealed }));
    const error: unknown = await store.get("a").catch((error: unknown) => error);
    expect(JSON.stringify(error)).not.toContain("GEZDGNBV");
    expect(String(error)).toBe(
      'UserError: "seeds/a.json", the seed of account "a", is damaged, or belongs to another account',
    );
  });

  it("is not overwritten by storing again", async () => {
    const deps = await filled();
    deps.folder.files.set("seeds/a.json", "damaged");
    await expect((await file.open(deps)).put("a", github)).rejects.toMatchObject({
      exitCode: ExitCode.failed,
    });
    expect(deps.folder.files.get("seeds/a.json")).toBe("damaged");
  });

  it("on the way to the disk is noticed, and the new file taken away", async () => {
    const deps = await filled();
    const folder: MemoryFolder = {
      ...deps.folder,
      createAll: (files) =>
        deps.folder.createAll(
          files.map(([name, text]) => [name, text.replace(/"sealed": "..../, '"sealed": "AAAA')]),
        ),
    };
    const store = await file.open(testDeps({ folder, env: deps.env }));
    await expect(store.put("c", aws)).rejects.toMatchObject({ exitCode: ExitCode.failed });
    expect(folder.read("seeds/c.json")).toBeUndefined();
  });
});

describe("slots", () => {
  it.each([
    [{ N: 2 ** 30 }, "it asks for scrypt N=1073741824, more than 1048576"],
    [{ r: 32 }, "it asks for scrypt r=32, more than 16"],
    [{ p: 5 }, "it asks for scrypt p=5, more than 4"],
    [{ N: 2 ** 20, r: 16 }, "it asks for 2147483648 bytes of memory, more than 1073741824"],
    [{ N: 3 }, "its scrypt cost is not valid"],
    [{ N: 0 }, "its scrypt cost is not valid"],
    [{ p: 0.5 }, "its scrypt cost is not valid"],
  ])("that ask for %j are refused with the figure", async (cost, reason) => {
    const deps = await filled();
    const name = nameOf(deps.folder, "keys/");
    change(deps.folder, name, (fields) => ({ ...fields, kdf: { ...Object(fields.kdf), ...cost } }));
    await expect(file.open(deps)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      hints: expect.arrayContaining([`"${name}" was skipped: ${reason}`]),
    });
  });

  it.each([
    ["no key id", undefined],
    ["an empty key id", ""],
    ["a path as its key id", "../k"],
    ["a key id of the wrong length", "0badcafe"],
  ])("with %s are damaged", async (_, key) => {
    const deps = await filled();
    const name = nameOf(deps.folder, "keys/");
    change(deps.folder, name, (fields) => ({ ...fields, key }));
    await expect(file.open(deps)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      hints: expect.arrayContaining([expect.stringMatching(`^"${name}" was skipped: .*damaged`)]),
    });
  });

  it("of kinds that are not known yet are skipped", async () => {
    const deps = await filled();
    deps.folder.files.set("keys/0.json", '{"version":2,"kind":"keyring"}');
    deps.folder.files.set("keys/1.json", '{"version":3,"kind":"passphrase"}');
    deps.folder.files.set("keys/2.age", "age-encryption.org/v1");
    deps.folder.files.set("keys/3.json", "\0\0\0");
    expect((await (await file.open(deps)).get("a")).label).toBe("octocat");
  });

  it("all gone is an error that says so, and makes no new key", async () => {
    const deps = await filled();
    deps.folder.files.delete(nameOf(deps.folder, "keys/"));
    await expect(file.open(deps)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    await expect(file.prepare(deps)).rejects.toMatchObject({ message: "the file store has no key file" });
    expect(nameOf(deps.folder, "keys/")).toBe("");
  });

  it("of the first builds are refused, with the way to bring the store over, and nothing is changed", async () => {
    const deps = await filled();
    change(deps.folder, nameOf(deps.folder, "keys/"), (slot) => ({ ...slot, version: 1 }));
    const shared = await filled();
    shared.folder.files.delete(nameOf(shared.folder, "keys/"));
    shared.folder.files.set("recipients/bob.txt", "");
    for (const old of [deps, shared]) {
      const before = new Map(old.folder.files);
      await expect(file.open(old)).rejects.toMatchObject({
        exitCode: ExitCode.failed,
        message: expect.stringContaining("written by one of the first builds"),
        hints: [expect.stringMatching(/backup create FILE.*backup restore FILE/), "nothing was changed"],
      });
      expect(old.folder.files).toEqual(before);
    }
  });

  it("can be added, with the store still opening the old way", async () => {
    const deps = await filled();
    const key = generateRawKey(deps.random);
    expect(await addSlot(deps, { kind: "raw-key", key: parseRawKey(key, "it") })).toMatch(/^keys\/raw-key-/);
    await addSlot(deps, { kind: "passphrase", passphrase: "another" });
    for (const env of [
      { TWINSEED_KEY: key },
      { TWINSEED_PASSPHRASE: "another" },
      { TWINSEED_PASSPHRASE: PASSPHRASE },
    ])
      expect((await (await file.open(withEnv(deps, env))).get("b")).label).toBe(bank.label);
  });
});

describe("raw keys", () => {
  const key = generateRawKey(testDeps().random);

  it("are 32 bytes of base64", () => {
    expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(parseRawKey(` ${key}\n`, "it")).toHaveLength(32);
  });

  it.each([
    ["", "0 bytes"],
    [key.slice(0, -4), "bytes"],
    [key.slice(0, -1), "not base64"],
    [`${key}AAAA`, "not base64"],
    ["hunter2, my key", "not base64"],
  ])("are refused with a reason and not repeated: %j", (text, reason) => {
    expect(() => parseRawKey(text, "TWINSEED_KEY")).toThrow(reason);
    if (text) expect(() => parseRawKey(text, "TWINSEED_KEY")).not.toThrow(text);
  });
});

describe("the format", () => {
  const script = fileURLToPath(new URL("standalone-decrypt.mjs", import.meta.url));

  it.each(["TWINSEED_PASSPHRASE", "TWINSEED_KEY"])(
    "is enough for a script to get every seed out by %s",
    async (variable) => {
      const key = generateRawKey(testDeps().random);
      const all = { TWINSEED_PASSPHRASE: ` ${PASSPHRASE}`, TWINSEED_KEY: key };
      const env = Object.fromEntries(Object.entries(all).filter(([name]) => name === variable));
      // At the real cost of scrypt, once.
      const { unsafeScryptCost: _, ...deps } = testDeps({ env });
      const store = await (await file.prepare(deps))();
      for (const [i, account] of everyAccount.entries()) await store.put(`id${i}`, account);

      const path = onDisk(deps.folder);
      const output = execFileSync(process.execPath, [script, path], { env, encoding: "utf8" });
      expect(output.trim().split("\n").sort()).toEqual(
        everyAccount.map((account, i) => `id${i} ${formatOtpauthUri(account)}`),
      );
    },
  );

  it("is enough to get this computer's identity for a shared store", async () => {
    const state = memoryFolder();
    const env = { TWINSEED_PASSPHRASE: PASSPHRASE };
    const { unsafeScryptCost: _, ...deps } = testDeps({ env, stateFolder: async () => state });
    const store = "0123456789abcdef".repeat(2);
    const recipient = await sharedKeys(deps).identity(store, "any");
    const path = join(onDisk(state), "stores", store, "identity.json");
    const identity = execFileSync(process.execPath, [script, "--identity", path], { env, encoding: "utf8" });
    expect(await identityToRecipient(identity.trim())).toBe(recipient);
  });

  it("keeps nothing in clear but ids", async () => {
    const deps = await filled();
    const all = [...deps.folder.files.entries()].flat().join("\n");
    for (const text of [
      "octocat",
      "GitHub",
      "GEZDGNBV",
      "otpauth",
      Buffer.from("GEZDGNBV").toString("base64"),
    ])
      expect(all).not.toContain(text);
  });

  it("seals the same seed differently each time", async () => {
    const deps = await filled();
    const store = await file.open(deps);
    await store.put("c", github);
    const sealed = (id: string) => JSON.parse(deps.folder.files.get(`seeds/${id}.json`) ?? "").sealed;
    expect(sealed("a")).not.toBe(sealed("c"));
  });
});

function onDisk(folder: MemoryFolder): string {
  const path = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of folder.files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}
