/** A store shared over git: the real program, the real git, two computers and a bare repository. */
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { Secret } from "../../src/otp/secret.ts";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { pathOf } from "../helpers/desktop.ts";
import { inside } from "../helpers/inside.ts";
import { randomFrom } from "../helpers/parallel.ts";
import { needs } from "../helpers/system-packages.ts";
import { beginSharing, good, join as joinTeam, run, wordsOf } from "../helpers/team.ts";
import { times } from "../helpers/times.ts";

const AT = "1700000000";
const ROUNDS = times(2);
const KILLS = times(3);

const root = mkdtempSync(join(tmpdir(), "twinseed-sync-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const uri = (name: string, type = "totp") =>
  `otpauth://${type}/${name}?secret=${formatBase32(Secret.of(Uint8Array.from(randomBytes(20))))}&counter=0`;

/** The same in the test process: for commands before a sync, and for checks after it. */
async function quick(computer: Computer, args: readonly string[], text?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await inside(computer, args, text);
  expect({ args, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ args, exitCode: 0, stderr: "" });
  return stdout;
}

/** A store with a raw key, shared through a bare repository, and members who open it with an age identity of theirs. */
async function team(name: string, ...others: string[]) {
  const folder = join(root, name);
  const bare = join(root, `${name}.git`);
  run("git", "init", "--quiet", "--bare", bare);
  const env = { TWINSEED_STORE: "file" };
  const alice = computerIn(join(folder, "alice"), {
    ...env,
    TWINSEED_KEY: randomBytes(32).toString("base64"),
  });
  await quick(alice, ["add", "-"], `${uri("first")}\n${uri("counting", "hotp")}\n`);
  await beginSharing(alice, bare, "alice");
  const people: Computer[] = [];
  for (const person of others) {
    const file = join(folder, `${person}.txt`);
    run("age-keygen", "-o", file);
    const computer = computerIn(join(folder, person), { ...env, TWINSEED_IDENTITY_FILE: file });
    await joinTeam(computer, alice, bare, person);
    people.push(computer);
  }
  await good(alice, ["sync"]);
  return { alice, people, bare };
}

interface Entry {
  readonly id: string;
  readonly name: string;
}

const entries = async (computer: Computer): Promise<Entry[]> =>
  JSON.parse(await quick(computer, ["list", "--json"]));

/** Every file that is shared, with its text. */
function sharedFiles({ data }: Computer): Record<string, string> {
  const folders = ["accounts", "removed", "seeds", "keys", "members"];
  const names = folders.flatMap((folder) => filesIn(data, folder));
  return Object.fromEntries(
    [...names, "devices.json"].sort().map((name) => [name, readFileSync(join(data, name), "utf8")]),
  );
}

function filesIn(data: string, folder: string): string[] {
  try {
    return readdirSync(join(data, folder)).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

async function codesOf(computer: Computer): Promise<unknown> {
  const answers: { account: Entry; code: string }[] = JSON.parse(
    await quick(computer, ["code", "--json", "--at", AT]),
  );
  return answers.map(({ account, code }) => `${account.name} ${code}`).sort();
}

const installed = needs("git", "age-keygen");

describe.skipIf(!installed)(
  "two computers and a bare repository (needs git, age)",
  { timeout: times(240_000) },
  () => {
    it(`${ROUNDS} rounds of both sides at once: nothing is lost, and both end up the same`, async () => {
      const { alice, people } = await team("rounds", "bob");
      const [bob = alice] = people;
      const given = { alice: 0, bob: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const live = async (computer: Computer, who: "alice" | "bob"): Promise<void> => {
          await quick(computer, ["add", "-"], `${uri(`${who}-${round}`)}\n`);
          await quick(computer, ["add", "-", "--name", `same-${round}`], `${uri("same")}\n`);
          await quick(computer, [
            "rename",
            who === "alice" ? "first" : `same-${round}`,
            `first-by-${who}`,
          ]).catch(() => {});
          const mine = `${who}-${round}`;
          const code = (await quick(computer, ["code", mine])).trim();
          await quick(computer, ["verify", mine, code, "--device", "office phone"]);
          for (let i = 0; i <= round; i++) await quick(computer, ["code", "counting"]);
          given[who] += round + 1;
          if (round === ROUNDS - 1) await quick(computer, ["remove", `${who}-0`, "--yes"]);
          await good(computer, ["sync"]);
        };
        await Promise.all([live(alice, "alice"), live(bob, "bob")]);
      }
      for (const computer of [alice, bob, alice]) await good(computer, ["sync"]);
      expect(sharedFiles(bob)).toEqual(sharedFiles(alice));
      expect(await codesOf(bob)).toEqual(await codesOf(alice));
      const names = (await entries(alice)).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      // "first" and "counting"; in each round two on each side, one of which was removed.
      expect(names).toHaveLength(2 + ROUNDS * 4 - 2);
      const devices: { name: string }[] = JSON.parse(
        readFileSync(join(alice.data, "devices.json"), "utf8"),
      ).devices;
      expect(devices.filter(({ name }) => name.startsWith("office"))).toHaveLength(1);
      const { counter } = JSON.parse(await quick(alice, ["code", "counting", "--json"]));
      expect(counter).toBeGreaterThanOrEqual(Math.max(given.alice, given.bob));
      for (const computer of [alice, bob]) await good(computer, ["doctor"]);
      expect(run("git", "-C", bob.data, "status", "--short")).toBe("");
    });

    it("a removed member opens nothing new; a seed that was sealed before waits until it is sealed again", async () => {
      const { alice, people, bare } = await team("leaving", "bob", "carol");
      const [bob = alice, carol = alice] = people;
      // Carol adds one while Alice removes Bob, and neither knows about the other's change.
      await quick(carol, ["add", "-"], `${uri("late")}\n`);
      const said = await alice.run(["store", "members", "remove", "bob"]);
      expect(said).toMatchObject({
        exitCode: 0,
        stdout: `twinseed store follow ${await wordsOf(alice)}\n`,
        stderr: expect.stringContaining("git's history still holds it"),
      });
      for (const name of ["first", "counting"]) expect(said.stderr).toContain(`twinseed:   ${name}\n`);
      // Locked, as in a cron job: nothing goes out that Bob could open.
      const seeds = () => run("git", "--git-dir", bare, "ls-tree", "-r", "--name-only", "main", "seeds/");
      const locked = await carol.run(["sync"], { env: { TWINSEED_IDENTITY_FILE: undefined } });
      expect(locked).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining("1 account is not shared yet"),
      });
      expect(seeds().trim().split("\n")).toHaveLength(2);
      await good(carol, ["sync"]);
      expect(seeds().trim().split("\n")).toHaveLength(3);
      await good(alice, ["sync"]);
      expect(await codesOf(carol)).toEqual(await codesOf(alice));
      await good(alice, ["doctor"]);
      await quick(alice, ["add", "-"], `${uri("secret")}\n`);
      await good(alice, ["sync"]);
      await good(carol, ["sync"]);
      await good(bob, ["sync"]);
      expect(await codesOf(carol)).toEqual(await codesOf(alice));
      for (const name of ["secret", "late"])
        expect(await inside(bob, ["code", name])).toMatchObject({ exitCode: 6, stdout: "" });
      expect(await inside(bob, ["add", "-"], uri("his"))).toMatchObject({ exitCode: 6, stdout: "" });
      await good(carol, ["doctor"]);
    });

    it("the keyring can't be shared, two stores are never mixed, and a password in the address is refused", async () => {
      const { bare } = await team("strangers");
      const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
      const other = computerIn(join(root, "other"), env);
      await quick(other, ["add", "-"], `${uri("mine")}\n`);
      const before = sharedFiles(other);
      expect(await other.run(["sync"])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("sync --init"),
      });
      expect(await other.run(["sync", "--init", "https://me:hunter2@example.invalid/x.git"])).toMatchObject({
        exitCode: 2,
        stderr: expect.not.stringContaining("hunter2"),
      });
      expect(await other.run(["sync", "--init", bare])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("holds a different store"),
      });
      expect(sharedFiles(other)).toEqual(before);
      expect(existsSync(join(other.data, ".git"))).toBe(false);
      await quick(other, ["add", "-"], `${uri("another")}\n`);
      writeFileSync(join(other.data, "config.json"), '{"version":1,"store":"keyring"}');
      expect(await other.run(["sync"])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("keyring"),
      });
    });

    it("seeds that move to the keyring while it asks the others don't come back", async () => {
      const { alice } = await team("moved");
      const [config, seeds] = [join(alice.data, "config.json"), join(alice.data, "seeds")];
      const moved = join(root, "moved.json");
      writeFileSync(moved, '{"version":1,"store":"keyring"}');
      const moving = `case " $* " in *" ls-remote "*) cp '${moved}' '${config}'; rm -f '${seeds}'/*.json;; esac`;
      const git = pathOf({ git: `${moving}\nexec ${run("which", "git").trim()} "$@"` });
      const { exitCode, stderr } = await computerIn(alice.home, {
        ...alice.env,
        PATH: `${git}:${process.env.PATH}`,
      }).run(["sync"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("keyring") });
      expect(readdirSync(seeds)).toEqual([]);
    });

    it("an account keeps its name where a sync was cut off between its new seed and the end of the old one", async () => {
      const { alice, people } = await team("half", "bob");
      const [bob = alice] = people;
      await quick(alice, ["add", "-", "--replace", "--name", "first"], `${uri("first")}\n`);
      await good(alice, ["sync"]);
      for (const name of Object.keys(sharedFiles(alice)))
        if (!existsSync(join(bob.data, name))) cpSync(join(alice.data, name), join(bob.data, name));
      await good(bob, ["sync"]);
      // What bob's computer can open now.
      await good(alice, ["sync"]);
      expect(await entries(bob)).toEqual(await entries(alice));
      expect(sharedFiles(bob)).toEqual(sharedFiles(alice));
    });

    it("a damaged entry is not passed on, and comes back from the last commit", async () => {
      const { alice, people } = await team("damage", "bob");
      const [bob = alice] = people;
      const [{ id } = { id: "" }] = await entries(alice);
      const file = join(alice.data, "accounts", `${id}.json`);
      const whole = readFileSync(file, "utf8");
      writeFileSync(file, "{");
      await good(alice, ["sync"]);
      expect(readFileSync(file, "utf8")).toBe(whole);
      expect(readFileSync(join(alice.data, "damaged", `${id}.json`), "utf8")).toBe("{");
      rmSync(join(alice.data, "seeds", `${id}.json`));
      await good(alice, ["sync"]);
      await good(bob, ["sync"]);
      expect(sharedFiles(bob)).toEqual(sharedFiles(alice));
    });

    it("a first sync that was killed while it wrote is no other store, even when theirs has moved on", async () => {
      const { alice, bare } = await team("cut-off");
      const second = computerIn(join(root, "cut-off", "second"), {
        TWINSEED_KEY: alice.env.TWINSEED_KEY ?? "",
        TWINSEED_PASSPHRASE: "correct horse", // for its identity
      });
      const [seed = ""] = filesIn(alice.data, "seeds");
      const [account = ""] = filesIn(alice.data, "accounts");
      const list = [...filesIn(alice.data, "keys"), ...filesIn(alice.data, "members")];
      for (const name of [...list, seed, "devices.json", account])
        cpSync(join(alice.data, name), join(second.data, name));
      await quick(alice, ["rename", "first", "another"]);
      await quick(alice, ["remove", "counting", "--yes"]);
      await good(alice, ["sync"]);
      await joinTeam(second, alice, bare, "second");
      for (const computer of [alice, second]) await good(computer, ["sync"]);
      expect(sharedFiles(second)).toEqual(sharedFiles(alice));
      expect(await codesOf(second)).toEqual(await codesOf(alice));
    });

    it("what else is in the repository stays as it is, however deep and whatever it is called", async () => {
      const { alice, bare } = await team("others");
      const work = join(root, "others-work");
      run("git", "clone", "--quiet", "--branch", "main", bare, work);
      const others = {
        "README.md": "ours",
        "docs/how/to/begin.md": "so",
        "docs/a\nb": "odd",
        "accounts/x/y": "no",
      };
      for (const [name, text] of Object.entries(others)) {
        mkdirSync(dirname(join(work, name)), { recursive: true });
        writeFileSync(join(work, name), text);
      }
      const commit = ["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "-m", "docs"];
      for (const args of [["add", "--all"], commit, ["push", "--quiet"]]) run("git", "-C", work, ...args);
      await quick(alice, ["add", "-"], uri("second"));
      await good(alice, ["sync"]);
      run("git", "-C", work, "pull", "--quiet");
      for (const [name, text] of Object.entries(others))
        expect([name, readFileSync(join(work, name), "utf8")]).toEqual([name, text]);
      expect(readdirSync(join(work, "accounts")).filter((name) => name.endsWith(".json"))).toHaveLength(3);
      run("git", "--git-dir", bare, "fsck", "--strict");
    });

    it("an empty home gets everything with --join", async () => {
      const { alice, bare } = await team("empty");
      const second = computerIn(join(root, "second"), {
        TWINSEED_KEY: alice.env.TWINSEED_KEY ?? "",
        TWINSEED_PASSPHRASE: "correct horse", // for its identity
      });
      await joinTeam(second, alice, bare, "alice/second");
      await good(alice, ["sync"]);
      expect(sharedFiles(second)).toEqual(sharedFiles(alice));
      expect(await codesOf(second)).toEqual(await codesOf(alice));
      await good(second, ["doctor"]);
    });

    it("a clone reads at once; it writes once it was told the store's words", async () => {
      const { alice, bare } = await team("clone");
      const second = computerIn(join(root, "clone", "second"), {
        TWINSEED_KEY: alice.env.TWINSEED_KEY ?? "",
      });
      run("git", "clone", "--quiet", "--branch", "main", bare, second.data);
      const before = run("git", "--git-dir", bare, "rev-parse", "main");
      expect(await second.run(["sync"])).toMatchObject({
        exitCode: 9,
        stderr: expect.stringContaining("does not know the store's members yet"),
      });
      expect(await codesOf(second)).toEqual(await codesOf(alice));
      expect(await second.run(["add", "-"], { stdin: { text: uri("early") } })).toMatchObject({
        exitCode: 9,
        stdout: "",
      });
      expect(run("git", "--git-dir", bare, "rev-parse", "main")).toBe(before);
      const TWINSEED_STORE_WORDS = await wordsOf(alice);
      const script = computerIn(second.home, { ...second.env, TWINSEED_STORE_WORDS });
      await quick(script, ["add", "-"], `${uri("by-script")}\n`);
      await good(second, ["store", "follow", ...TWINSEED_STORE_WORDS.split("-")]);
      await quick(second, ["add", "-"], `${uri("late")}\n`);
      // It has no signing key in the list: what it writes is its own, until a member adds it.
      expect(await second.run(["sync"])).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining("this computer only reads"),
      });
      expect(run("git", "--git-dir", bare, "rev-parse", "main")).toBe(before);
      await joinTeam(second, alice, bare, "second");
      for (const computer of [second, alice, second]) await good(computer, ["sync"]);
      expect(sharedFiles(second)).toEqual(sharedFiles(alice));
      expect(await entries(alice)).toHaveLength(4);
    });

    it(`killed ${KILLS} times in a sync or a change of the data key: the next one repairs it`, async ({
      annotate,
    }) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const random = randomFrom(seed);
      const { alice, people } = await team("kills", "bob", "carol");
      const [bob = alice] = people;
      await good(bob, ["sync"]);
      // How often a complete run touches the folder: a kill comes at one of these moments, however long the run takes.
      const most = {
        sync: await touches(alice, () => good(alice, ["sync"])),
        rekey: await touches(alice, () => good(alice, ["store", "rekey"])),
      };
      await good(alice, ["sync"]);
      await good(bob, ["sync"]);
      const tally: string[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        await Promise.all([
          quick(bob, ["add", "-"], `${uri(`bob-${kill}`)}\n`).then(() => good(bob, ["sync"])),
          quick(alice, ["add", "-"], `${uri(`alice-${kill}`)}\n`),
        ]);
        const what = kill % 3 === 2 ? "rekey" : "sync";
        const running = alice.start(what === "rekey" ? ["store", "rekey"] : ["sync"]);
        // A run with more to do may touch the folder more often; the first kill is certain to happen.
        let left = Math.ceil(most[what] * random() * (kill === 0 ? 0.7 : 1.3));
        const stop = touched(alice, () => {
          left -= 1;
          if (left === 0) running.kill("SIGKILL");
        });
        const { signal } = await running.ended;
        stop();
        tally.push(`${what} ${signal === null ? "ended" : "killed"}`);
        // Before any repair, every seed opens.
        await codesOf(alice);
        if (what === "rekey") await good(alice, ["store", "rekey"]);
        for (const computer of [alice, bob, alice]) await good(computer, ["sync"]);
        expect(sharedFiles(bob), `${seed}: ${tally}`).toEqual(sharedFiles(alice));
        expect(await codesOf(bob), `${seed}: ${tally}`).toEqual(await codesOf(alice));
        const names = (await entries(bob)).map(({ name }) => name);
        for (let i = 0; i <= kill; i++)
          expect(names).toEqual(expect.arrayContaining([`bob-${i}`, `alice-${i}`]));
      }
      await annotate(JSON.stringify({ seed, most, tally }));
      for (const computer of [alice, bob]) await good(computer, ["doctor", "--repair"]);
      expect(tally.filter((one) => one.endsWith("killed")).length).toBeGreaterThan(0);
    });
  },
);

/** Calls `call` for every change in a computer's data folder and its `.git`; returns a function that stops this. */
function touched({ data }: Computer, call: () => void): () => void {
  const places = ["", ".git", "accounts", "seeds", "keys", "members"].map((name) => join(data, name));
  const watchers = places.filter((place) => existsSync(place)).map((place) => watch(place, call));
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}

async function touches(computer: Computer, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const stop = touched(computer, () => {
    count += 1;
  });
  await work();
  stop();
  return count;
}
