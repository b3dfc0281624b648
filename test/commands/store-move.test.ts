/** `store move` while another process moves the same seeds: a memory folder and keyring, and the other one at a chosen moment. */
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { World } from "../../src/world.ts";
import { onFolder } from "../helpers/inside.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

const URIS = "otpauth://totp/first?secret=JBSWY3DPEHPK3PXP\notpauth://totp/second?secret=GEZDGNBVGY3TQOJQ\n";

async function computer() {
  const folder = memoryFolder();
  const passwords = new Map<string, string>();
  const env = { TWINSEED_STORE: "keyring", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const deps = testDeps({ folder, env, keyring: { load: fakeKeyring(passwords) } });
  const run = (line: string, changes?: (ctx: Partial<World>) => Partial<World>, stdin = "") => {
    const instead = (note: (text: string) => void): Partial<World> => {
      const ctx = onFolder({ ...deps, note });
      return { ...ctx, ...changes?.(ctx) };
    };
    return testCli({ instead }).run(line, { stdin });
  };
  await run("add -", undefined, URIS);
  const sealed = () => [...folder.files.keys()].filter((name) => name.startsWith("seeds/")).length;
  return { env, folder, passwords, run, sealed, codes: () => run("code --at 59") };
}

type Home = Awaited<ReturnType<typeof computer>>;

/** While the person is asked for the passphrase of the store that `line` names. */
function meanwhile({ run }: Home, line: string) {
  return (ctx: Partial<World>): Partial<World> => ({
    prepareStore: async (kind) => {
      const make = await ctx.prepareStore?.(kind);
      await run(line);
      if (make === undefined) throw new Error("there is always one");
      return make;
    },
  });
}

it("the seeds are moved away while old copies are about to be cleared: those that are in use now stay", async () => {
  const home = await computer();
  const before = await home.codes();
  const [keyringOnly, files] = [new Map(home.passwords), new Map(home.folder.files)];
  // A move that was cut off after its last copy: both stores have everything.
  await home.run("store move file");
  for (const [id, text] of keyringOnly) home.passwords.set(id, text);
  home.folder.files.set("config.json", files.get("config.json") ?? "");
  const ended = await home.run("store move keyring", meanwhile(home, "store move file"));
  expect(await home.codes()).toEqual(before);
  expect(home.sealed()).toBe(2);
  expect(ended).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("moved to the file store in the meantime; nothing was deleted"),
  });
});

it("old copies that a move left are deleted by the same command, which says how many", async () => {
  const home = await computer();
  const [keyring, config] = [new Map(home.passwords), home.folder.files.get("config.json") ?? ""];
  await home.run("store move file");
  for (const [id, text] of keyring) home.passwords.set(id, text);
  home.folder.files.set("config.json", config);
  expect((await home.run("store move keyring")).stderr).toContain("deleted 2 old copies from the file store");
  expect(home.sealed()).toBe(0);
});

it("two moves to the same store: the second says that the first has done it", async () => {
  const home = await computer();
  const before = await home.codes();
  expect(await home.run("store move file", meanwhile(home, "store move file"))).toMatchObject({
    exitCode: 1,
    stderr: [
      "twinseed: error: the seeds were moved to the file store in the meantime; nothing was moved",
      "twinseed: hint: run this again",
      "",
    ].join("\n"),
  });
  expect(await home.codes()).toEqual(before);
  expect(home.passwords.size).toBe(0);
});

it("a key from `store key` opens the store that the seeds were moved to", async () => {
  const home = await computer();
  const before = await home.codes();
  await home.run("store move file");
  expect((await home.run("store")).stdout).toMatch(/^store +file [\s\S]*^why +.*store move/m);
  const { exitCode, stdout } = await home.run("store key");
  expect(exitCode).toBe(0);
  home.env.TWINSEED_KEY = stdout.trim();
  expect(await home.codes()).toEqual(before);
  home.env.TWINSEED_KEY = randomBytes(32).toString("base64");
  expect(await home.codes()).toMatchObject({ exitCode: 6 });
});

it("who has opened the old store finds each seed in the new one", async () => {
  const home = await computer();
  const before = await home.codes();
  const slowly = (ctx: Partial<World>): Partial<World> => ({
    async seeds(purpose) {
      const store = await ctx.seeds?.(purpose);
      await home.run("store move file");
      if (store === undefined) throw new Error("it is there");
      return store;
    },
  });
  expect(await home.run("code --at 59", slowly)).toEqual(before);
});

it.each([
  ["keyring", "file"],
  ["file", "keyring"],
])(
  "notes move with the seeds, from %s to %s, and a kill at any write leaves them readable",
  async (from, to) => {
    const fresh = async () => {
      const home = await computer();
      if (from === "file") await home.run("store move file");
      await home.run("note first --add-codes", undefined, "aaaa-1111\nbbbb-2222");
      await home.run("note first --use aaaa-1111");
      return home;
    };
    const shown = async (home: Home) => (await home.run("note first")).stdout;
    const home = await fresh();
    const before = await shown(home);
    expect(before).toContain("1 of 2 unused");
    expect(await home.run(`store move ${to}`)).toMatchObject({ exitCode: 0 });
    expect(await shown(home)).toBe(before);
    expect([...home.folder.files.values()].filter((text) => text.includes('"seals"')).join()).not.toMatch(
      /}, {/,
    );
    for (let writes = 1; writes < 12; writes++) {
      const other = await fresh();
      const { write } = other.folder;
      let left = writes;
      other.folder.write = (name, text) => {
        if (left-- <= 0) throw new Error("killed");
        write(name, text);
      };
      await other.run(`store move ${to}`);
      other.folder.write = write;
      expect(await shown(other)).toBe(before);
      await other.run(`store move ${to}`);
      expect((await other.run("note first")).stderr).not.toContain("may not be all");
      expect(await shown(other)).toBe(before);
    }
  },
);
