import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { generateRawKey } from "../../src/seeds/file/raw-key.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";
import { readConfig, writeConfig } from "../../src/settings/config-file.ts";
import { bank, github } from "../helpers/accounts.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { answering, fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";

const working = () => ({ load: fakeKeyring() });
const failing = (message: string) => ({
  load: fakeKeyring(new Map(), (call) => {
    if (call === "set") throw new Error(message);
    return undefined;
  }),
});
const absent = failing(
  "Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any",
);
const KEY = generateRawKey(testDeps().random);

const create = { create: true };
const read = { create: false };

describe("the first use", () => {
  it("takes a keyring that answers, and leaves nothing behind in it", async () => {
    const passwords = new Map<string, string>();
    const deps = testDeps({ keyring: { load: fakeKeyring(passwords) } });
    expect((await openSeedStore(deps, create)).kind).toBe("keyring");
    expect(readConfig(deps.folder)).toEqual({ store: "keyring", why: "a keyring answered" });
    expect(passwords.size).toBe(0);
    expect(deps.notes).toEqual([]);
  });

  it.each([
    ["TWINSEED_PASSPHRASE", "correct horse"],
    ["TWINSEED_PASSPHRASE_FILE", "/run/passphrase"],
    ["TWINSEED_KEY", KEY],
    ["TWINSEED_KEY_FILE", "/run/key"],
  ])(
    "without a keyring and with %s makes the file store, says why, and asks nothing",
    async (name, value) => {
      const files = new Map([
        ["/run/passphrase", "correct horse\n"],
        ["/run/key", `${KEY}\n`],
      ]);
      const readSecretFile = (path: string) => files.get(path) ?? "";
      const deps = testDeps({ env: { [name]: value }, keyring: absent, readSecretFile });
      const store = await openSeedStore(deps, create);
      expect(store.kind).toBe("file");
      expect(deps.notes).toEqual([
        "the keyring can't be used: no Secret Service runs on the session bus",
        "seeds will be kept in an encrypted file store in /memory/twinseed",
      ]);
      expect(readConfig(deps.folder)?.why).toBe(
        "the keyring can't be used: no Secret Service runs on the session bus",
      );
      await store.put("a", github);
      expect((await (await openSeedStore(deps, read)).get("a")).label).toBe("octocat");
    },
  );

  it("without a keyring asks at the terminal for a passphrase, twice", async () => {
    const terminal = answering(["correct horse", "correct house", "short", "n", "short", "y", "short"]);
    const deps = testDeps({ terminal: () => terminal });
    const store = await openSeedStore(deps, create);
    expect(store.kind).toBe("file");
    expect(deps.notes.slice(2)).toEqual(["the two passphrases differ"]);
  });

  it("gives up after three tries to type a new passphrase, with nothing written", async () => {
    const deps = testDeps({ terminal: () => answering(["a", "n", "b", "n", "c", "n"]) });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(deps.folder.files.size).toBe(0);
  });

  it("without keyring, terminal and variables is exit 6 with the two ways out, and nothing written", async () => {
    const deps = testDeps({ keyring: absent });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message:
        "there is no place to keep seeds: the keyring can't be used: no Secret Service runs on the session bus",
      hints: [expect.stringContaining("keyring"), expect.stringContaining("TWINSEED_STORE=file")],
    });
    expect(deps.folder.files.size).toBe(0);
  });

  it.each([
    ["it is locked", "Couldn't access platform storage: Secret Service: unlock prompt was dismissed"],
    ["it has no default collection yet", "Couldn't access platform storage: Secret Service: no result found"],
    ["it does not answer", "Platform failure: DBus error: Did not receive a reply. Possible causes"],
    [
      "there is no session bus",
      "Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled",
    ],
  ])("does not take a keyring of which it learns that %s", async (reason, message) => {
    const deps = testDeps({ keyring: failing(message) });
    await expect(openSeedStore(deps, create)).rejects.toThrow(reason);
  });

  it("does not take a keyring that forgets", async () => {
    const forgetful = new Map<string, string>();
    forgetful.set = () => forgetful;
    const deps = testDeps({ keyring: { load: fakeKeyring(forgetful) } });
    await expect(openSeedStore(deps, create)).rejects.toThrow("does not keep what is stored in it");
  });

  it("without permission to make a store says that nothing is stored", async () => {
    const deps = testDeps({ keyring: working() });
    await expect(openSeedStore(deps, read)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: "nothing is stored yet",
    });
    expect(deps.folder.files.size).toBe(0);
  });
});

describe("TWINSEED_STORE", () => {
  it("file: makes the file store although a keyring answers", async () => {
    const deps = testDeps({ env: { TWINSEED_STORE: "file", TWINSEED_KEY: KEY }, keyring: working() });
    expect((await openSeedStore(deps, create)).kind).toBe("file");
    expect(readConfig(deps.folder)).toEqual({ store: "file", why: "TWINSEED_STORE=file" });
  });

  it("file: without a passphrase or key and no terminal is exit 6 that names the variables", async () => {
    const deps = testDeps({ env: { TWINSEED_STORE: "file" } });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      hints: [expect.stringContaining("TWINSEED_KEY, TWINSEED_KEY_FILE, TWINSEED_PASSPHRASE")],
    });
    expect(deps.folder.files.size).toBe(0);
  });

  it("keyring: never makes a file store", async () => {
    const deps = testDeps({ env: { TWINSEED_STORE: "keyring", TWINSEED_KEY: KEY }, keyring: absent });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(deps.folder.files.size).toBe(0);
  });

  it("anything else is exit 2", async () => {
    const deps = testDeps({ env: { TWINSEED_STORE: "vault" }, keyring: working() });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({ exitCode: ExitCode.usage });
  });

  it("counts only once: the store that was chosen stays", async () => {
    const deps = testDeps({ env: { TWINSEED_STORE: "file", TWINSEED_KEY: KEY } });
    await openSeedStore(deps, create);
    for (const TWINSEED_STORE of ["keyring", "nonsense"]) {
      const later = testDeps({
        folder: deps.folder,
        env: { TWINSEED_STORE, TWINSEED_KEY: KEY },
        keyring: working(),
      });
      expect((await openSeedStore(later, create)).kind).toBe("file");
    }
  });
});

describe("a chosen store", () => {
  it("that can't be reached is an error, and no other one", async () => {
    const deps = testDeps({ env: { TWINSEED_KEY: KEY } });
    writeConfig(deps.folder, { store: "keyring", why: "" });
    const store = await openSeedStore(deps, create);
    expect(store.kind).toBe("keyring");
    await expect(store.put("a", github)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: expect.stringContaining("not installed"),
      hints: expect.arrayContaining([expect.stringContaining("TWINSEED_STORE=file")]),
    });
    expect([...deps.folder.files.keys()]).toEqual(["config.json"]);
  });

  it("opens with the first variable that has a slot, and passes over the others", async () => {
    const made = testDeps({ env: { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: "correct horse" } });
    await openSeedStore(made, create);
    const env = { TWINSEED_KEY: "nonsense", TWINSEED_PASSPHRASE: "correct horse" };
    await openSeedStore(testDeps({ folder: made.folder, env }), read);
  });

  it("never asks when a variable is there and wrong", async () => {
    const made = testDeps({ env: { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: "correct horse" } });
    await openSeedStore(made, create);
    const terminal = answering([]);
    const env = { TWINSEED_PASSPHRASE: "wrong" };
    const deps = testDeps({ folder: made.folder, env, terminal: () => terminal });
    await expect(openSeedStore(deps, read)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(terminal.asked).toEqual([]);
  });

  it.each([
    [{ TWINSEED_PASSPHRASE: "correct horse" }, "locked with a passphrase", "TWINSEED_PASSPHRASE"],
    [{ TWINSEED_KEY: KEY }, "locked with a raw key", "TWINSEED_KEY"],
  ])("says how to open it where there is neither a variable nor a terminal", async (env, message, hint) => {
    const made = testDeps({ env: { TWINSEED_STORE: "file", ...env } });
    await openSeedStore(made, create);
    await expect(openSeedStore(testDeps({ folder: made.folder }), read)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: expect.stringContaining(message),
      hints: [expect.stringContaining(hint)],
    });
  });

  it("names only the variables that open it, and those that are set and don't", async () => {
    const made = testDeps({ env: { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: "correct horse" } });
    await openSeedStore(made, create);
    const env = { TWINSEED_KEY: KEY, TWINSEED_IDENTITY_FILE: "/id" };
    await expect(openSeedStore(testDeps({ folder: made.folder, env }), read)).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      hints: [
        "nothing in this store opens with TWINSEED_KEY or TWINSEED_IDENTITY_FILE",
        "no terminal to ask on: set one of TWINSEED_PASSPHRASE, TWINSEED_PASSPHRASE_FILE",
      ],
    });
  });

  it.each([
    [{ TWINSEED_PASSPHRASE: " \n" }, "the passphrase in TWINSEED_PASSPHRASE is empty"],
    [{ TWINSEED_PASSPHRASE_FILE: "/empty" }, "the passphrase in TWINSEED_PASSPHRASE_FILE is empty"],
    [{ TWINSEED_KEY: "AAAA" }, "TWINSEED_KEY is not a key: it has 3 bytes instead of 32"],
  ])("is not made with %j", async (env, message) => {
    const deps = testDeps({ env: { TWINSEED_STORE: "file", ...env }, readSecretFile: () => "\n" });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({ exitCode: ExitCode.locked, message });
    expect(deps.folder.files.size).toBe(0);
  });
});

describe("a first use that is killed between two writes", () => {
  const env = { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: "correct horse" };

  /** Runs with a folder that dies before its nth change, then gives the files that are there. */
  async function killedAt(n: number) {
    const folder = memoryFolder();
    let changes = 0;
    const alive = () => {
      if (changes++ < n) return folder;
      throw new Error("killed");
    };
    const dying: MemoryFolder = {
      ...folder,
      write: (name, text) => alive().write(name, text),
      create: (name, text) => alive().create(name, text),
      createAll: (files) => alive().createAll(files),
      move: (from, to) => alive().move(from, to),
    };
    const store = await openSeedStore(testDeps({ folder: dying, env }), create).catch(() => undefined);
    await store?.put("a", bank).catch(() => undefined);
    return { folder, isDone: changes <= n };
  }

  it("does not keep the next run from working, with the same passphrase or another one", async () => {
    for (let n = 0; ; n++) {
      for (const passphrase of ["correct horse", "another"]) {
        const { folder, isDone } = await killedAt(n);
        if (isDone) return expect(n).toBe(3);
        // From config.json on, the store exists and has its passphrase.
        if (folder.files.has("config.json") && passphrase === "another") continue;
        const again = testDeps({ folder, env: { ...env, TWINSEED_PASSPHRASE: passphrase } });
        const store = await openSeedStore(again, create);
        await store.put("a", github);
        expect((await (await openSeedStore(again, read)).get("a")).label).toBe("octocat");
        expect(folder.list("keys").filter((name) => name.endsWith(".json"))).toHaveLength(1);
      }
    }
  });

  it("or whose config.json was lost, with seeds there: they open with their own key only", async () => {
    const made = testDeps({ env });
    await (await openSeedStore(made, create)).put("a", github);
    made.folder.files.delete("config.json");
    const before = new Map(made.folder.files);

    const other = testDeps({
      folder: made.folder,
      env: { TWINSEED_PASSPHRASE: "another" },
      keyring: working(),
    });
    await expect(openSeedStore(other, create)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(made.folder.files).toEqual(before);

    const same = testDeps({
      folder: made.folder,
      env: { TWINSEED_PASSPHRASE: "correct horse" },
      keyring: working(),
    });
    expect((await (await openSeedStore(same, read)).get("a")).label).toBe("octocat");
    await openSeedStore(same, create);
    expect(readConfig(made.folder)?.store).toBe("file");
  });

  it("two at a time agree on one store and one key", async () => {
    const folder = memoryFolder();
    let queue: Promise<unknown> = Promise.resolve();
    // Two processes wait for each other, where one process may not.
    const locked = <T>(work: () => Promise<T>): Promise<T> => {
      const run = queue.then(work);
      queue = run.catch(() => undefined);
      return run;
    };
    const deps = () => testDeps({ folder: { ...folder, locked }, env });
    const [one, two] = await Promise.all([openSeedStore(deps(), create), openSeedStore(deps(), create)]);
    await one.put("a", github);
    await two.put("b", bank);
    const later = await openSeedStore(deps(), read);
    expect([(await later.get("a")).label, (await later.get("b")).label]).toEqual([github.label, bank.label]);
    expect(folder.list("keys")).toHaveLength(1);
  });
});
