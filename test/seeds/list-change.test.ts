/** Members, and a new data key after one of them left. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { sha256 } from "../../src/base/node-crypto.ts";
import { memoryOf } from "../../src/members/accept.ts";
import { formatEntry, type Member, parseEntry, type ReadEntry } from "../../src/members/entry.ts";
import { readMemory, writeMemory } from "../../src/members/memory-file.ts";
import { ownSigner } from "../../src/members/signing-key.ts";
import { vouchFor } from "../../src/members/vouch.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { identityForJoining, readOwnIdentity } from "../../src/seeds/file/own-identity.ts";
import type { ListChange, Prepared, WantedMember } from "../../src/seeds/file/prepared-change.ts";
import { generateRawKey } from "../../src/seeds/file/raw-key.ts";
import { type PendingChange, sharedKeys } from "../../src/seeds/file/shared-keys.ts";
import { readSlots } from "../../src/seeds/file/slots.ts";
import { type Here, membersFiles, remember, standingOf } from "../../src/seeds/file/standing.ts";
import { unlockWithAge } from "../../src/seeds/file/unlock-with-age.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { hasNoList } from "../../src/sync/first-member.ts";
import { keptSeed } from "../../src/vault/all-seeds.ts";
import { bank, github } from "../helpers/accounts.ts";
import { atEachLook, effectOf } from "../helpers/between-looks.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { answering, type TestDeps, testDeps } from "../helpers/seed-store-deps.ts";
import { needs } from "../helpers/system-packages.ts";

const { file } = SEED_STORES;
const NOW = Date.parse("2026-01-31T12:00:00Z");

/** A computer of its own that opens the store with an age identity. */
interface Person {
  readonly name: string;
  readonly identity: string;
  readonly state: MemoryFolder;
  readonly recipient: string;
}

async function person(name: string): Promise<Person> {
  const identity = await generateX25519Identity();
  return { name, identity, state: memoryFolder(), recipient: await identityToRecipient(identity) };
}

/** The computer with a raw key has begun the list, and added two more, which know the list. */
async function shared() {
  const key = generateRawKey(testDeps().random);
  const state = memoryFolder();
  const deps = testDeps({ env: { TWINSEED_KEY: key }, stateFolder: async () => state });
  const store = await (await file.prepare(deps))();
  await store.put("a", github);
  await store.put("b", bank);
  const keys = sharedKeys(deps);
  await carryOut(deps, await keys.begin("alice", NOW));
  const [bob, carol] = [await person("bob"), await person("carol")];
  await changed(deps, { members: (now) => [...now, memberOf(bob, deps), memberOf(carol, deps)] });
  for (const { state } of [bob, carol]) pin(state, deps);
  return { deps, state, keys, bob, carol };
}

type Scene = Awaited<ReturnType<typeof shared>>;

/** Nothing that happens to the copy happens to the scene. */
function copyOf({ deps, state, bob, carol }: Scene) {
  const copied = (one: MemoryFolder) => memoryFolder(Object.fromEntries(one.files));
  const own = copied(state);
  const here = testDeps({ ...deps, folder: copied(deps.folder), stateFolder: async () => own });
  const people = [bob, carol].map((one) => ({ ...one, state: copied(one.state) }));
  const [otherBob = bob, otherCarol = carol] = people;
  return { here, bob: otherBob, carol: otherCarol };
}

async function carryOut({ folder }: TestDeps, pending: PendingChange): Promise<Prepared> {
  return folder.locked(async () => {
    const prepared = await pending.prepare();
    await pending.write(prepared);
    return prepared;
  });
}

async function changed(deps: TestDeps, change: ListChange): Promise<Prepared> {
  return carryOut(deps, await sharedKeys(deps).change(change, NOW));
}

/** A new data key, without the member of this name. */
const without = (leaving: string, drop = false): ListChange => ({
  members: (now) => now.filter(({ name }) => name !== leaving),
  newKey: true,
  drop,
});
const NEW_KEY: ListChange = { newKey: true };

function newest({ folder }: TestDeps): ReadEntry {
  const entries = membersFiles(folder).map(([, text]) => parseEntry(text));
  const last = entries.toSorted((a, b) => a.entry.number - b.entry.number).at(-1);
  if (last === undefined) throw new Error("there is no list of members");
  return last;
}

function memberOf({ name, recipient, state }: Person, deps: TestDeps): WantedMember {
  return { name, recipient, signer: ownSigner(state, newest(deps).entry.store).signer };
}

/** The computer has been told the words of the newest entry. */
function pin(state: MemoryFolder, deps: TestDeps): void {
  writeMemory(state, deps.folder.path, { memory: memoryOf(newest(deps)), awaited: undefined });
}

function slotOf(deps: TestDeps, who: string): string {
  const hash = newest(deps).entry.members.find(({ name }) => name === who)?.slot;
  return [...deps.folder.files].find(([, text]) => sha256(text) === hash)?.[0] ?? "";
}

const withEnv = (deps: TestDeps, env: Record<string, string>): TestDeps =>
  testDeps({ folder: deps.folder, env, stateFolder: deps.stateFolder });
const as = ({ identity, state }: Person, { folder }: TestDeps) =>
  testDeps({ folder, env: { TWINSEED_IDENTITY: identity }, stateFolder: async () => state });

async function requireAll(deps: TestDeps): Promise<void> {
  const store = await file.open(deps);
  expect(formatOtpauthUri(await store.get("a"))).toBe(formatOtpauthUri(github));
  expect(formatOtpauthUri(await store.get("b"))).toBe(formatOtpauthUri(bank));
}

const keysOf = ({ folder }: TestDeps) =>
  new Set(["a", "b"].map((id) => JSON.parse(folder.files.get(`seeds/${id}.json`) ?? "").key));

describe("a member", () => {
  it("opens the seeds, and what they add opens for the others", async () => {
    const { deps, keys, bob } = await shared();
    await requireAll(as(bob, deps));
    await (await file.open(as(bob, deps))).put("c", { ...github, label: "new" });
    expect((await (await file.open(deps)).get("c")).label).toBe("new");
    expect(await keys.check()).toEqual({ members: 3, faults: [] });
  });

  it("keeps their slot as long as recipient and data key are the same", async () => {
    const { deps } = await shared();
    const slot = slotOf(deps, "bob");
    await changed(deps, { members: (now) => now });
    expect(slotOf(deps, "bob")).toBe(slot);
    await changed(deps, NEW_KEY);
    expect(slotOf(deps, "bob")).not.toBe(slot);
    expect(deps.folder.files.has(slot)).toBe(false);
  });

  it("who looks while another process here changes the list has no older list", async () => {
    const { deps, state } = await shared();
    const { folder } = deps;
    const before = new Map(folder.files);
    const known = new Map(state.files);
    await changed(deps, { members: (now) => now.filter(({ name }) => name !== "carol") });
    const [after, remembered] = [new Map(folder.files), new Map(state.files)];
    const put = (files: Map<string, string>, content: Map<string, string>) => {
      files.clear();
      for (const [name, text] of content) files.set(name, text);
    };
    put(folder.files, before);
    put(state.files, known);
    const { list } = folder;
    const here = { ...folder };
    here.list = (name) => {
      const seen = list(name);
      if (name === "members") {
        put(folder.files, after);
        put(state.files, remembered);
      }
      return seen;
    };
    const store = await file.open({ ...deps, folder: here });
    expect((await store.get("a")).label).toBe(github.label);
    await store.put("c", { ...github, label: "new" });
    expect((await (await file.open(deps)).get("c")).label).toBe("new");
  });

  it("reads on while another process here takes in a new data key, and doctor finds no fault", async () => {
    const { deps, state, keys, bob } = await shared();
    const rekey = await effectOf(() => changed(deps, NEW_KEY), deps.folder, state);
    const work = async () => {
      await requireAll(as(bob, deps));
      return keys.check();
    };
    const runs = await atEachLook(rekey, work, [deps.folder, state, bob.state]);
    expect(runs.length).toBeGreaterThan(20);
    for (const found of runs) expect(found).toEqual({ members: 3, faults: [] });
  });

  it("whose slot is replaced while they type their passphrase opens the new one", async () => {
    const { deps, bob } = await shared();
    const slots = readSlots(deps.folder);
    await changed(deps, NEW_KEY);
    expect(
      await unlockWithAge(as(bob, deps), slots, { kind: "age", identities: bob.identity }),
    ).toBeDefined();
  });

  it("who looks while `store follow` chooses a list leaves that choice alone", async () => {
    const { deps, bob } = await shared();
    const other = { ...memoryOf(newest(deps)), refused: ["0".repeat(64)] };
    const { path } = deps.folder;
    const { list } = deps.folder;
    deps.folder.list = (name) => {
      const names = list(name);
      if (name === "members") writeMemory(bob.state, path, { memory: other, awaited: "0".repeat(20) });
      return names;
    };
    await (await file.open(as(bob, deps))).get("a");
    expect(readMemory(bob.state, path)).toEqual({ memory: other, awaited: "0".repeat(20) });
  });

  it("who remembers an older list than another process here has seen meanwhile does not go back", async () => {
    const { deps, bob } = await shared();
    const files = membersFiles(deps.folder);
    await changed(deps, NEW_KEY);
    const memory = memoryOf(newest(deps));
    const older = await standingOf(as(bob, deps), new Map(), files);
    writeMemory(bob.state, deps.folder.path, { memory, awaited: undefined });
    await remember(as(bob, deps), older as Here);
    expect(readMemory(bob.state, deps.folder.path)).toEqual({ memory, awaited: undefined });
  });

  it("who joins twice at one moment has one identity, which opens", async () => {
    const { deps } = await shared();
    const eve = testDeps({ folder: deps.folder, env: { TWINSEED_PASSPHRASE: "correct horse" } });
    const { store } = newest(deps).entry;
    const recipients = await Promise.all([1, 2].map(() => identityForJoining(eve, store, "any")));
    const own = readOwnIdentity(await eve.stateFolder(), store);
    expect(recipients).toEqual([own?.recipient, own?.recipient]);
  });

  it("who is none is told so, and an identity that is none is not repeated", async () => {
    const { deps } = await shared();
    await expect(file.open(as(await person("eve"), deps))).rejects.toMatchObject({
      exitCode: ExitCode.locked,
      message: "none of these age identities belongs to a member of this store",
    });
    const wrong = withEnv(deps, { TWINSEED_IDENTITY: "AGE-SECRET-KEY-1HUNTER2" });
    await expect(file.open(wrong)).rejects.not.toThrow("HUNTER2");
    await expect(file.open(wrong)).rejects.toMatchObject({ exitCode: ExitCode.locked });
    const noKey = withEnv(deps, {});
    await expect(file.open(noKey)).rejects.toThrow("locked with a raw key and the age keys of its members");
  });

  it.skipIf(!needs("age"))("has a slot that the real age opens (needs age)", async () => {
    const { deps, bob } = await shared();
    const path = mkdtempSync(join(tmpdir(), "twinseed-test-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    writeFileSync(join(path, "identity"), `# bob\n${bob.identity}\n`);
    const text = execFileSync("age", ["-d", "-i", join(path, "identity")], {
      input: deps.folder.files.get(slotOf(deps, "bob")),
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
    const { store } = newest(deps).entry;
    expect(text.toString()).toMatch(
      new RegExp(`^twinseed data key v2 ${store} ${key} [A-Za-z0-9+/]{43}=\\n$`),
    );
  });

  it("whom an outsider put on the list is noticed, and gets nothing at the next change", async () => {
    const { deps, keys } = await shared();
    const eve = await person("eve");
    const last = newest(deps);
    const { sign } = ownSigner(eve.state, last.entry.store);
    const added: Member = { ...memberOf(eve, deps), slot: sha256("eve's") };
    const list = {
      ...last.entry,
      number: last.entry.number + 1,
      before: last.hash,
      members: [...last.entry.members, added],
    };
    const name = `members/${list.number}.json`;
    deps.folder.files.set(name, formatEntry(vouchFor(list, new Uint8Array(32), undefined, sign)));
    const noticed = [
      { message: `"${name}" has an entry that no member made (it says "alice")`, fix: "sync" },
    ];
    expect((await keys.check()).faults).toEqual(noticed);
    const command = "members/99.json";
    for (const recipient of ["x; reboot", "age1; reboot", `${eve.recipient}\u001b[2J`, ""]) {
      const text = deps.folder.files.get(name)?.replace(eve.recipient, recipient) ?? "";
      deps.folder.files.set(command, text);
      expect((await keys.check()).faults).toEqual([
        { message: `"${command}" was skipped: it is damaged`, fix: "by-hand" },
        ...noticed,
      ]);
    }
    deps.folder.files.delete(command);
    await changed(deps, NEW_KEY);
    expect(await keys.check()).toEqual({ members: 3, faults: [] });
    expect(newest(deps).entry.members.map(({ name }) => name)).toEqual(["alice", "bob", "carol"]);
    await expect(file.open(as(eve, deps))).rejects.toMatchObject({ exitCode: ExitCode.locked });
  });
});

it("the first entry, cut off before any of its steps: it can be begun again, and this computer knows it", async () => {
  const key = generateRawKey(testDeps().random);
  for (let cut = 0; ; cut++) {
    // One count for both folders: which of the two is written first matters.
    const [folder, state] = [memoryFolder(), memoryFolder()];
    const deps = testDeps({ folder, env: { TWINSEED_KEY: key }, stateFolder: async () => state });
    await (await (await file.prepare(deps))()).put("a", github);
    const pending = await sharedKeys(deps).begin("alice", NOW);
    const dying = killedAfter(cut, folder, state);
    const dyingDeps = testDeps({ ...deps, folder: dying.folder, stateFolder: async () => dying.state });
    const outcome = await carryOut(dyingDeps, await sharedKeys(dyingDeps).begin("alice", NOW)).then(
      () => "done",
      (error: unknown) => String(error),
    );
    if (hasNoList(await sharedKeys(deps).view())) await carryOut(deps, pending);
    await (await file.open(deps)).put("b", bank);
    await requireAll(deps);
    expect(await sharedKeys(deps).check()).toEqual({ members: 1, faults: [] });
    if (outcome === "done") break;
    expect(outcome).toBe("Error: killed");
    expect(cut).toBeLessThan(10);
  }
});

describe("a new data key", () => {
  it("shuts out who left, and no one else", async () => {
    const { deps, keys, bob, carol } = await shared();
    const before = keysOf(deps);
    const { report } = await changed(deps, without("bob"));
    expect(report).toEqual({ seeds: 2, unopened: [], dropped: [], carried: 1 });
    expect(keysOf(deps)).not.toEqual(before);
    await requireAll(deps);
    await requireAll(as(carol, deps));
    await expect(file.open(as(bob, deps))).rejects.toMatchObject({ exitCode: ExitCode.locked });
    expect(await keys.check()).toEqual({ members: 2, faults: [] });
  });

  it("does not open for who left, even with the slot from before", async () => {
    const { deps, keys, bob } = await shared();
    const slot = slotOf(deps, "bob");
    const old = deps.folder.files.get(slot) ?? "";
    await changed(deps, without("bob"));
    deps.folder.files.set(slot, old);
    const store = await file.open(as(bob, deps));
    await expect(store.get("a")).rejects.toThrow("sealed with a data key that yours does not open");
    // Not missing: it could not be put back in this place.
    expect(await keptSeed(store, "a")).toBe("damaged");
    // An earlier list named it; the next change removes it.
    expect(await keys.check()).toMatchObject({ faults: [] });
  });

  it("needs every other secret, unless it may be left out; at the terminal it asks", async () => {
    const { deps } = await shared();
    await changed(deps, { add: { kind: "passphrase", passphrase: "correct horse" } });
    const before = new Map(deps.folder.files);
    await expect(changed(deps, without("bob"))).rejects.toThrow(/keys\/passphrase-.* without its secret/);
    expect(deps.folder.files).toEqual(before);
    const asked = testDeps({ ...deps, terminal: () => answering(["correct horse"]) });
    await changed(asked, without("bob"));
    await requireAll(withEnv(deps, { TWINSEED_PASSPHRASE: "correct horse" }));
    const { report } = await changed(deps, { newKey: true, drop: true });
    expect(report.dropped).toEqual([expect.stringMatching(/^keys\/passphrase-/)]);
    await requireAll(deps);
    await expect(file.open(withEnv(deps, { TWINSEED_PASSPHRASE: "correct horse" }))).rejects.toMatchObject({
      exitCode: ExitCode.locked,
    });
  });

  it("is refused to who would be locked out by it", async () => {
    const { deps, bob } = await shared();
    const before = new Map(deps.folder.files);
    await expect(changed(as(bob, deps), without("bob", true))).rejects.toThrow("lock you out");
    expect(deps.folder.files).toEqual(before);
  });

  it("leaves a damaged seed as it is and says so", async () => {
    const { deps } = await shared();
    deps.folder.files.set("seeds/a.json", "damaged");
    const { report } = await changed(deps, NEW_KEY);
    expect(report).toMatchObject({ seeds: 1, unopened: [expect.stringContaining("seeds/a.json")] });
    expect(deps.folder.files.get("seeds/a.json")).toBe("damaged");
  });

  it("still opens a seed that arrives late, sealed with the older one, and seals it again", async () => {
    const { deps, keys, carol } = await shared();
    const late = deps.folder.files.get("seeds/b.json") ?? "";
    await changed(deps, without("bob"));
    await changed(deps, NEW_KEY);
    deps.folder.files.set("seeds/b.json", late);
    await requireAll(as(carol, deps));
    expect((await keys.check()).faults).toEqual([
      { message: "1 seed is not sealed with the current data key", fix: "reseal" },
    ]);
    expect(await keys.reseal()).toBe(1);
    expect(await keys.check()).toEqual({ members: 2, faults: [] });
    await requireAll(deps);
  });

  it("a fault of the program itself ends it, and is not taken for a seed that can't be read back", async () => {
    const { deps } = await shared();
    const late = deps.folder.files.get("seeds/b.json") ?? "";
    await changed(deps, NEW_KEY);
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
    await expect(sharedKeys(testDeps({ ...deps, folder })).reseal()).rejects.toThrow("a bug");
    expect(deps.folder.files.get("seeds/b.json")).not.toBe(late);
    await requireAll(deps);
  });

  it("cut off before any of its steps: every seed opens for everyone who stays, and it can be finished", async () => {
    const start = await shared();
    let steps = 0;
    for (let cut = 0; ; cut++) {
      const { here, bob, carol } = copyOf(start);
      const dying = testDeps({ ...here, folder: killedAfter(cut, here.folder, here.folder).folder });
      const outcome = await changed(dying, without("bob")).then(
        () => "done",
        (error: unknown) => String(error),
      );
      await requireAll(here);
      await requireAll(as(carol, here));
      if (outcome === "done") break;
      expect(outcome).toBe("Error: killed");
      steps += 1;
      const { faults } = await sharedKeys(here).check();
      // At first nothing is written, and in the end only slots of the earlier list are left.
      expect(faults.length > 0, `cut ${cut}`).toBe(cut > 0 && cut < 6);
      await changed(as(carol, here), without("bob", true));
      expect(await sharedKeys(as(carol, here)).check()).toEqual({ members: 2, faults: [] });
      await requireAll(as(carol, here));
      await expect(file.open(as(bob, here))).rejects.toMatchObject({ exitCode: ExitCode.locked });
    }
    // Three new slots, the entry, two seeds, and three old slots.
    expect(steps).toBe(9);
  });
});

/** Both die instead of making one more change. */
function killedAfter(changes: number, folder: MemoryFolder, state: MemoryFolder) {
  let left = changes;
  const counted =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      if (left === 0) throw new Error("killed");
      left -= 1;
      return work(...args);
    };
  const mortal = (one: MemoryFolder): MemoryFolder => ({
    ...one,
    write: counted(one.write),
    create: counted(one.create),
    move: counted(one.move),
    remove: counted(one.remove),
    createAll: counted(one.createAll),
  });
  return { folder: mortal(folder), state: mortal(state) };
}
