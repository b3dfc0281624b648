/** A keyring that is locked, that fails now and then, or that is another program's: what the store makes of it. */
import { describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { CollectionState, Prompted, SecretService } from "../../src/ports/os-keyring.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { patienceOf, secondsIn } from "../../src/seeds/keyring/waiting.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";
import { readConfig, writeConfig } from "../../src/settings/config-file.ts";
import { bank, github } from "../helpers/accounts.ts";
import { answering, fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";

const { keyring } = SEED_STORES;
const URI = formatOtpauthUri(github);
const UNPAD = "Couldn't access platform storage: Crypto error: Unpad Error";
const NOT_TEXT = "Password data is not valid UTF-8";
const NO_SESSION = "Platform failure: DBus error: Can't find session /org/freedesktop/secrets/session/7";

/** A Secret Service that counts how often its window was shown. */
function service(provider: string, collection: CollectionState = "open", answer: Prompted = "open") {
  const seen = { windows: 0, made: 0, labels: new Map<string, string>() };
  const played: SecretService = {
    state: async () => ({ provider, collection }),
    async unlock() {
      seen.windows++;
      if (answer === "open") collection = "open";
      return answer;
    },
    async createCollection() {
      seen.made++;
      if (answer === "open") collection = "open";
      return answer;
    },
    entries: async () => [],
    label: async ({ username = "" }, label) => void seen.labels.set(username, label),
  };
  return Object.assign(played, { seen });
}

/** Fails as often as `times` says for each kind of call. */
function failing(
  times: Partial<Record<"get" | "set", number>>,
  message: string,
  passwords = new Map<string, string>(),
) {
  const left = { get: 0, set: 0, ...times };
  return fakeKeyring(passwords, (call) => {
    if (call !== "get" && call !== "set") return undefined;
    if (left[call]-- <= 0) return undefined;
    if (call === "set") passwords.set("a", "garbage");
    throw new Error(message);
  });
}

describe("KDE bug 514194: a key exchange that went wrong", () => {
  it.each([UNPAD, NO_SESSION, "Platform failure: DBus error: Client public key size is invalid"])(
    "is made again: %s",
    async (message) => {
      const load = failing({ get: 5 }, message, new Map([["a", URI]]));
      expect((await (await keyring.open(testDeps({ keyring: { load } }))).get("a")).label).toBe("octocat");
    },
  );

  it("that makes a text which is none is made again, and a damaged entry stays one", async () => {
    const passwords = new Map([["a", URI]]);
    const once = failing({ get: 1 }, NOT_TEXT, passwords);
    expect((await (await keyring.open(testDeps({ keyring: { load: once } }))).get("a")).label).toBe(
      "octocat",
    );
    const always = failing({ get: 99 }, NOT_TEXT, passwords);
    await expect(
      (await keyring.open(testDeps({ keyring: { load: always } }))).get("a"),
    ).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining("damaged") });
  });

  it("amid a write, which left what is no text, is written again", async () => {
    const passwords = new Map<string, string>();
    let sets = 0;
    const load = fakeKeyring(passwords, (call) => {
      if (call === "set") sets++;
      if (call === "get" && sets === 1) throw new Error(NOT_TEXT);
      return undefined;
    });
    await (await keyring.open(testDeps({ keyring: { load } }))).put("a", github);
    expect(passwords).toEqual(new Map([["a", URI]]));
    expect(sets).toBe(2);
  });

  it("is an error that names KWallet after eight times", async () => {
    const load = failing({ get: 99 }, UNPAD, new Map([["a", URI]]));
    await expect((await keyring.open(testDeps({ keyring: { load } }))).get("a")).rejects.toMatchObject({
      exitCode: 6,
      hints: [expect.stringContaining("KWallet"), expect.any(String)],
    });
  });

  it("leaves the seed where it was garbage amid a write", async () => {
    const passwords = new Map<string, string>();
    const load = failing({ set: 3 }, NO_SESSION, passwords);
    await (await keyring.open(testDeps({ keyring: { load } }))).put("a", github);
    expect(passwords).toEqual(new Map([["a", URI]]));
  });

  it("leaves nothing where it can't be written at all, or reads back as something else", async () => {
    const passwords = new Map<string, string>();
    const load = failing({ set: 99 }, NO_SESSION, passwords);
    await expect((await keyring.open(testDeps({ keyring: { load } }))).put("a", github)).rejects.toThrow(
      "encryption",
    );
    const altering = new Map<string, string>();
    const set = altering.set.bind(altering);
    altering.set = (id, text) => set(id, text.replace("octocat", "octodog"));
    const other = testDeps({ keyring: { load: fakeKeyring(altering) } });
    await expect((await keyring.open(other)).put("a", github)).rejects.toMatchObject({ exitCode: 1 });
    expect([...passwords, ...altering]).toEqual([]);
  });

  it("that left garbage is in the way of no store move, and in that of every other put", async () => {
    const passwords = new Map([["a", "garbage"]]);
    const store = await keyring.open(testDeps({ keyring: { load: fakeKeyring(passwords) } }));
    await expect(store.put("a", github)).rejects.toMatchObject({ exitCode: 1 });
    await store.put("a", github, { overDamaged: true });
    expect(passwords.get("a")).toBe(URI);
    await expect(store.put("a", bank, { overDamaged: true })).rejects.toThrow("already has another seed");
  });

  it("is not seen by the connection that made it: with KWallet, another one reads back", async () => {
    const opened: string[] = [];
    const load = fakeKeyring(new Map(), (call) => void opened.push(call));
    const kwallet = { load, service: service("KWallet") };
    await (await keyring.open(testDeps({ keyring: kwallet }))).put("a", github);
    expect(opened.filter((call) => call === "open")).toHaveLength(2);
  });
});

describe("a keyring that is locked", () => {
  it("is unlocked by its own window, once for all accounts", async () => {
    const passwords = new Map<string, string>();
    const locked = service("KeePassXC", "locked");
    const unlock = locked.unlock;
    // As KeePassXC does with a locked database: it has nothing, until it is unlocked.
    locked.unlock = async (time) => {
      passwords.set("a", URI).set("b", formatOtpauthUri(bank));
      return unlock(time);
    };
    const load = fakeKeyring(passwords);
    const store = await keyring.open(testDeps({ keyring: { load, service: locked } }));
    expect((await store.get("a")).label).toBe(github.label);
    expect((await store.get("b")).label).toBe(bank.label);
    await expect(store.get("c")).rejects.toThrow("was not found");
    expect(locked.seen.windows).toBe(1);
  });

  it.each([
    ["dismissed", "it is locked"],
    ["too slow", "it was not unlocked within 14 seconds"],
    ["failed", "it is locked"],
  ] as const)("and %s is locked for all, and asked for once", async (answer, reason) => {
    const locked = service("KWallet", "locked", answer);
    const store = await keyring.open(testDeps({ keyring: { load: fakeKeyring(), service: locked } }));
    for (const call of [store.get("a"), store.get("b"), store.put("c", github)])
      await expect(call).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining(reason) });
    expect(locked.seen.windows).toBe(1);
  });

  it("is named by its account, not by its id", async () => {
    const load = fakeKeyring(new Map(), () => {
      throw new Error("unlock prompt was dismissed");
    });
    const deps = {
      ...testDeps({ keyring: { load } }),
      nameOf: (id: string) => (id === "a" ? "aws\u001b-root" : undefined),
    };
    const message = `can't read the seed of account "aws-root" in the keyring: it is locked`;
    await expect((await keyring.open(deps)).get("a")).rejects.toThrow(message);
  });

  it("is waited for as long as the person needs: two minutes at a terminal, 14 s in scripts, or as given", () => {
    const at = (env: Record<string, string>, terminal?: ReturnType<typeof answering>) =>
      patienceOf({ env, terminal: () => terminal }).giveUpAfter;
    expect(at({}, answering([]))).toBe(120_000);
    expect(at({})).toBe(14_000);
    expect(at({ TWINSEED_KEYRING_WAIT: "600" })).toBe(600_000);
    for (const wrong of ["0", "-1", "1.5", "x", "1e3", "86401"])
      expect(() => secondsIn(wrong, "--keyring-wait")).toThrow("--keyring-wait must be a number of seconds");
  });
});

describe("another program than the one that the seeds were stored with", () => {
  const made = () => {
    const deps = testDeps({ keyring: { load: fakeKeyring(), service: service("KeePassXC") } });
    writeConfig(deps.folder, { store: "keyring", why: "", provider: "KWallet" });
    return deps;
  };
  const both = "KeePassXC answers now, and the seeds were stored with KWallet";

  it("is said with both names, and is no missing seed", async () => {
    const store = await keyring.open(made());
    await expect(store.get("a")).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(both),
    });
    await expect(store.get("a")).rejects.not.toHaveProperty("constructor.name", "NoSuchSeed");
  });

  it("gets no seed", async () => {
    await expect((await keyring.open(made())).put("a", github)).rejects.toThrow(both);
  });
});

describe("the entry's label", () => {
  it("says which account it is, without anything that hides in it", async () => {
    const played = service("GNOME Keyring");
    const store = await keyring.open(testDeps({ keyring: { load: fakeKeyring(), service: played } }));
    await store.put("a", { ...github, label: "octo\u202ecat" });
    expect(played.seen.labels).toEqual(new Map([["a", "twinseed: GitHub, octocat"]]));
  });

  it("can be left out", async () => {
    const played = service("GNOME Keyring");
    const env = { TWINSEED_KEYRING_LABELS: "none" };
    const store = await keyring.open(testDeps({ env, keyring: { load: fakeKeyring(), service: played } }));
    await store.put("a", github);
    expect(played.seen.labels.size).toBe(0);
  });
});

describe("KeePassXC", () => {
  it("is given time between writes, and its recycle bin is said once", async () => {
    const pauses: number[] = [];
    const pause = async (time: number) => void pauses.push(time);
    const deps = testDeps({ keyring: { load: fakeKeyring(), service: service("KeePassXC"), pause } });
    const store = await keyring.open(deps);
    await store.put("a", github);
    await store.delete("a");
    await store.delete("b");
    expect(pauses).toEqual([2000, 2000]);
    expect(deps.notes).toEqual([
      expect.stringContaining("2 seconds"),
      expect.stringContaining("recycle bin"),
    ]);
  });
});

describe("the first use", () => {
  const create = { create: true };
  const lockedOnce = (times: number) => failing({ set: times }, "unlock prompt was dismissed");

  it("of a locked keyring asks, and takes it once it is unlocked", async () => {
    const terminal = { ...answering([]), ask: async () => "" };
    const deps = testDeps({
      terminal: () => terminal,
      keyring: { load: lockedOnce(2), service: service("KWallet") },
    });
    expect((await openSeedStore(deps, create)).kind).toBe("keyring");
    expect(readConfig(deps.folder)).toEqual({
      store: "keyring",
      why: "a keyring answered",
      provider: "KWallet",
    });
    expect(deps.notes).toEqual(Array(2).fill("the keyring can't be used: it is locked"));
  });

  it("of a locked keyring makes a file store only if the user says so, and names the way back", async () => {
    const terminal = { ...answering(["correct horse", "correct horse"]), ask: async () => "file" };
    const deps = testDeps({ terminal: () => terminal, keyring: { load: lockedOnce(9) } });
    expect((await openSeedStore(deps, create)).kind).toBe("file");
    expect(deps.notes).toContain("to move them to the keyring later: twinseed store move keyring");
  });

  it("of a locked keyring in a script is an error, also where there is a passphrase", async () => {
    const env = { TWINSEED_PASSPHRASE: "correct horse" };
    const deps = testDeps({ env, keyring: { load: lockedOnce(9) } });
    await expect(openSeedStore(deps, create)).rejects.toMatchObject({
      exitCode: 6,
      hints: expect.arrayContaining([expect.stringContaining("TWINSEED_STORE=file")]),
    });
    expect(deps.folder.files.size).toBe(0);
  });

  it("without a default collection offers to make one", async () => {
    const terminal = { ...answering([]), confirm: async () => true };
    const played = service("GNOME Keyring", "missing");
    const load = failing({ set: 1 }, "Secret Service: no result found");
    const deps = testDeps({ terminal: () => terminal, keyring: { load, service: played } });
    expect((await openSeedStore(deps, create)).kind).toBe("keyring");
    expect(played.seen.made).toBe(1);
  });

  it("without a default collection in a script says how to get one, not to install another keyring", async () => {
    const load = failing({ set: 9 }, "Secret Service: no result found");
    await expect(openSeedStore(testDeps({ keyring: { load } }), create)).rejects.toMatchObject({
      hints: [expect.stringContaining("KWalletManager"), expect.stringContaining("TWINSEED_STORE=file")],
    });
  });

  it("with a binding that is there and can't be loaded says why", async () => {
    const load = () =>
      Promise.reject(new Error("Can't load the native binding: version `GLIBC_2.99' not found"));
    await expect(openSeedStore(testDeps({ keyring: { load } }), create)).rejects.toThrow(
      "is there, and can't be loaded (version `GLIBC_2.99' not found)",
    );
  });
});
