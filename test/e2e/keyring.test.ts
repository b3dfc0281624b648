/** The real program and a real Secret Service: gnome-keyring on a private bus, in a home that is removed afterwards. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatAccount } from "../../src/ledger/account-file.ts";
import { newId } from "../../src/ledger/id.ts";
import { type Enrollment, sameCodes } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { Secret } from "../../src/otp/secret.ts";
import { aws, bank, base32Of, github, steam } from "../helpers/accounts.ts";
import { type Computer, computerIn, contentOf, foreignLines } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { randomFrom } from "../helpers/parallel.ts";
import {
  SECRET_SERVICE_PROGRAMS,
  type SecretService,
  startSecretService,
} from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

const LONG = 120_000;
const AT = "2026-01-31T12:00:00Z";
const PASSPHRASE = "correct horse battery staple";
const KEY = randomBytes(32).toString("base64");
const example = parseOtpauthUri(EXAMPLE_URI);
const EXAMPLE_TEXT = { stdin: { text: EXAMPLE_URI } };

/** A folder that is removed after a test that runs at the same time as others. */
function folderUntil(onTestFinished: (cleanUp: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("no session bus", { timeout: LONG }, () => {
  it("first use says so and goes to the file store, where there is a key for it", async () => {
    const { data, run } = computerIn(temporaryFolder(), { TWINSEED_KEY: KEY });
    const { exitCode, stdout, stderr } = await run(["add", "-"], EXAMPLE_TEXT);
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 0,
      stdout: "",
      foreign: [],
    });
    expect(stderr).toContain("twinseed: the keyring can't be used: there is no session bus (D-Bus)");
    expect(stderr).toContain(`twinseed: seeds will be kept in an encrypted file store in ${data}`);
    expect(configOf(data)).toMatchObject({ store: "file", why: expect.stringContaining("no session bus") });
    expect((await run(["code", "amazon", "--at", AT])).stdout).toBe(`${codeAt(example)}\n`);
  });

  it("without a key it is exit 6, with both ways out, and nothing is made", async () => {
    const { data, run } = computerIn(temporaryFolder());
    const { exitCode, stdout, stderr } = await run(["add", "-"], EXAMPLE_TEXT);
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 6,
      stdout: "",
      foreign: [],
    });
    expect(stderr).toContain("no session bus");
    expect(stderr).toMatch(/hint: .*keyring/);
    expect(stderr).toMatch(/hint: .*TWINSEED_STORE=file.*TWINSEED_PASSPHRASE/);
    expect(contentOf(data)).toEqual({});
  });
});

/** The account remains in its store, whichever other stores are available: aws-vault chose its store again on each run. */
async function expectNoOtherStore(computer: Computer, reason: string): Promise<void> {
  const { data, run } = computer;
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: KEY, TWINSEED_PASSPHRASE: PASSPHRASE };
  mkdirSync(join(data, "accounts"), { recursive: true, mode: 0o700 });
  writeFileSync(join(data, "config.json"), '{"version":1,"store":"keyring","why":"a keyring answered"}');
  const id = newId(randomBytes);
  const account = { ...example, id, name: "aws", addedAt: AT, copies: [], fingerprint: "" };
  writeFileSync(join(data, "accounts", `${id}.json`), formatAccount(account), { mode: 0o600 });
  const before = contentOf(data);
  const runs = [
    run(["code", "aws"], { env }),
    run(["add", "-"], { env, stdin: { text: formatOtpauthUri(github) } }),
    run(["store", "move", "file"], { env }),
  ];
  for (const { exitCode, stdout, stderr, ms } of await Promise.all(runs)) {
    expect({ exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
      exitCode: 6,
      stdout: "",
      foreign: [],
    });
    expect(stderr).toContain(reason);
    expect(ms).toBeLessThan(20_000);
  }
  const { ".lock": _, ...after } = contentOf(data);
  expect(after).toEqual(before);
}

describe.concurrent("aws-vault 391: a home that is pinned to the keyring stays there", {
  timeout: LONG,
}, () => {
  it("without a session bus", async ({ onTestFinished }) => {
    await expectNoOtherStore(computerIn(folderUntil(onTestFinished)), "no session bus");
  });

  it.skipIf(!needs(...SECRET_SERVICE_PROGRAMS)).for([
    ["none", "no Secret Service runs"],
    ["locked", "was not found in the keyring"],
    ["stopped", "it does not answer"],
  ] as const)(
    "with a keyring that is %s (needs dbus, gnome-keyring)",
    async ([state, reason], { onTestFinished }) => {
      const service = await startSecretService({ state: state === "stopped" ? "unlocked" : state });
      onTestFinished(() => service.stop());
      if (state === "stopped") service.freeze();
      const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
      const computer = computerIn(folderUntil(onTestFinished), { DBUS_SESSION_BUS_ADDRESS });
      await expectNoOtherStore(computer, state === "locked" ? "keyring" : reason);
    },
  );
});

const lacksService = !needs(...SECRET_SERVICE_PROGRAMS);

describe.skipIf(lacksService)(
  "a keyring (needs dbus-daemon, dbus-send, gnome-keyring-daemon, secret-tool)",
  { timeout: LONG },
  () => {
    let service: SecretService;
    beforeAll(async () => {
      service = await startSecretService({ state: "unlocked" });
    }, LONG);
    afterAll(() => service.stop());

    function computer(env: Record<string, string> = {}): Computer {
      const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
      return computerIn(temporaryFolder(), { DBUS_SESSION_BUS_ADDRESS, ...env });
    }

    /** The secret according to secret-tool, which knows nothing about twinseed. */
    function inKeyring(id: string): string | undefined {
      try {
        const lookup = ["lookup", "service", "twinseed", "username", id];
        return execFileSync("secret-tool", lookup, { env: service.env, encoding: "utf8", stdio: "pipe" });
      } catch {
        return undefined;
      }
    }

    it("is where the first account goes, unasked, and where its code comes from; its probe leaves nothing", async () => {
      const { data, run } = computer();
      const added = await run(["add", "-", "--json"], EXAMPLE_TEXT);
      expect({ exitCode: added.exitCode, foreign: foreignLines(added.stderr) }).toEqual({
        exitCode: 0,
        foreign: [],
      });
      const [{ account }] = JSON.parse(added.stdout);
      expect(configOf(data)).toMatchObject({ store: "keyring" });
      expect(existsSync(join(data, "seeds"))).toBe(false);

      const search = ["search", "--all", "service", "twinseed"];
      expect(
        execFileSync("secret-tool", search, { env: service.env, encoding: "utf8", stdio: "pipe" }),
      ).not.toContain("probe");
      const kept = inKeyring(account.id) ?? "";
      expectSame(parseOtpauthUri(kept), example);

      const code = `${codeAt(example)}\n`;
      expect(await run(["code", "amazon", "--at", AT])).toMatchObject({
        exitCode: 0,
        stdout: code,
        stderr: "",
      });
      await service.restart("unlocked");
      expect(await run(["code", "amazon", "--at", AT])).toMatchObject({
        exitCode: 0,
        stdout: code,
        stderr: "",
      });
      expectNoSeedIn(data, example);
    });

    it("that is locked gives exit 6 and changes nothing", async () => {
      const { data, run } = computer();
      await run(["add", "-"], EXAMPLE_TEXT);
      await service.restart("locked");
      try {
        const before = contentOf(data);
        for (const args of [
          ["code", "amazon"],
          ["uri", "amazon"],
          ["qr", "amazon"],
          ["add", "-"],
        ]) {
          const stdin = { text: formatOtpauthUri(github) };
          const { exitCode, stdout, stderr } = await run(args, { stdin });
          expect({ args, exitCode, stdout, foreign: foreignLines(stderr) }).toEqual({
            args,
            exitCode: 6,
            stdout: "",
            foreign: [],
          });
        }
        expect(await run(["list"])).toMatchObject({ exitCode: 0, stderr: "" });
        expect(contentOf(data)).toEqual(before);
      } finally {
        await service.restart("unlocked");
      }
    });

    it("gives many seeds in one go, also from a copy of an entry; two that differ, or another's, fail alone", async () => {
      const { run } = computer();
      const names = "abcdefghij".split("");
      const uris = names.map((name, i) =>
        formatOtpauthUri({
          ...github,
          issuer: "",
          label: name,
          secret: Secret.of(new Uint8Array(20).fill(i + 1)),
        }),
      );
      const added = await run(["add", "-", "--json"], { stdin: { text: uris.join("\n") } });
      const ids: string[] = JSON.parse(added.stdout).map(
        (one: { account: { id: string } }) => one.account.id,
      );
      const codes = uris.map((uri, i) => `${codeAt(parseOtpauthUri(uri))}  ${names[i]}`);
      const all = ["code", "--at", AT];
      expect(await run(all)).toMatchObject({ exitCode: 0, stdout: `${codes.join("\n")}\n`, stderr: "" });

      const store = (id: string, more: readonly string[], input: string): void => {
        const entry = ["store", "--label=odd", "service", "twinseed", "username", id, ...more];
        execFileSync("secret-tool", entry, { env: service.env, input });
      };
      store(ids[2] ?? "", ["target", "default", "another", "one"], uris[2] ?? ""); // next to ours
      store(ids[3] ?? "", ["target", "default", "another", "one"], uris[4] ?? "");
      const foreign = names.indexOf("f");
      const kept = inKeyring(ids[foreign] ?? "") ?? "";
      execFileSync("secret-tool", ["clear", "service", "twinseed", "username", ids[foreign] ?? ""], {
        env: service.env,
      });
      store(ids[foreign] ?? "", ["target", "default"], kept.replace(/secret=[A-Z2-7]{4}/, "secret=AAAA"));
      expect(await run(["code", names[2] ?? "", "--at", AT])).toMatchObject({ exitCode: 0, stderr: "" });
      const { exitCode, stdout, stderr } = await run(all);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 1,
        stdout: `${codes.filter((_, i) => i !== 3 && i !== foreign).join("\n")}\n`,
      });
      expect(stderr).toContain("more than one entry matches");
      expect(stderr).toContain('"f"');
      for (const id of ids)
        execFileSync("secret-tool", ["clear", "service", "twinseed", "username", id], { env: service.env });
    });

    describe("store move", () => {
      const enrollments = [github, aws, bank, steam];

      async function filled(store: "keyring" | "file") {
        const made = computer({ TWINSEED_STORE: store, TWINSEED_KEY: KEY });
        const text = enrollments.map((one) => formatOtpauthUri(one)).join("\n");
        const { exitCode, stdout } = await made.run(["add", "-", "--json"], { stdin: { text } });
        expect(exitCode).toBe(0);
        const ids: string[] = JSON.parse(stdout).map((one: { account: { id: string } }) => one.account.id);
        // The seed of a removed account moves, too.
        expect((await made.run(["remove", ids[3] ?? "", "--yes"])).exitCode).toBe(0);
        return { ...made, ids };
      }

      it("to the file store and back takes everything along and leaves no copy", async () => {
        const { data, run, ids } = await filled("keyring");
        const codes = await codesOf(run);
        expect(codes).toHaveLength(3);
        expect((await run(["store"])).stdout).toMatch(/^store {3}keyring /);

        expect(await run(["store", "move", "file"])).toMatchObject({ exitCode: 0, stdout: "" });
        expect((await run(["store"])).stdout).toMatch(/^store {3}file /);
        expect(ids.map(inKeyring)).toEqual(ids.map(() => undefined));
        expect(sealedIn(data)).toEqual([...ids].sort());
        for (const one of enrollments) expectNoSeedIn(data, one);
        expect(await codesOf(run)).toEqual(codes);

        expect(await run(["store", "move", "keyring"])).toMatchObject({ exitCode: 0, stdout: "" });
        expect((await run(["store", "show", "--json"])).stdout).toContain('"store":"keyring"');
        expect(sealedIn(data)).toEqual([]);
        for (const [i, id] of ids.entries()) expectSame(parseOtpauthUri(inKeyring(id) ?? ""), enrollments[i]);
        expect(await codesOf(run)).toEqual(codes);
        expect(await run(["restore", ids[3] ?? ""])).toMatchObject({ exitCode: 0 });
        expect(await codesOf(run)).toHaveLength(4);
      });

      it("said again after a kill in front of the deleting, still deletes the old copies", async () => {
        const { data, run, ids } = await filled("keyring");
        const uris = ids.map((id) => inKeyring(id) ?? "");
        expect((await run(["store", "move", "file"])).exitCode).toBe(0);
        for (const [i, id] of ids.entries()) {
          const entry = ["store", "--label=left over", "service", "twinseed", "username", id];
          execFileSync("secret-tool", entry, { env: service.env, input: uris[i] ?? "" });
        }
        expect(ids.map(inKeyring)).toEqual(uris);
        expect((await run(["store", "move", "file"])).exitCode).toBe(0);
        expect(ids.map(inKeyring)).toEqual(ids.map(() => undefined));
        expect(sealedIn(data)).toEqual([...ids].sort());
      });

      it("during an add that waits: what the add reports as done is in the store that is in use then", async () => {
        const { data, run, start } = await filled("keyring");
        const lock = join(data, ".lock");
        mkdirSync(lock);
        utimesSync(lock, new Date(), new Date(Date.now() + 60_000));
        const adding = start(["add", "-", "--name", "new"], { stdin: { text: EXAMPLE_URI } });
        await expect.poll(adding.said, { timeout: 10_000 }).toContain("waiting for another twinseed");
        adding.kill("SIGSTOP");
        rmdirSync(lock);
        const moved = await run(["store", "move", "file"]);
        adding.kill("SIGCONT");
        expect(moved).toMatchObject({ exitCode: 0 });
        const { exitCode, stderr } = await adding.ended;
        const codes = await codesOf(run);
        expect({ accounts: codes.length, stderr }).toEqual({ accounts: exitCode === 0 ? 4 : 3, stderr });
      });

      it.for(["file", "keyring"] as const)("to %s, killed anywhere, loses nothing", async (target) => {
        const seed = Math.floor(Math.random() * 2 ** 31);
        const random = randomFrom(seed);
        const { data, run, start } = await filled(target === "file" ? "keyring" : "file");
        const codes = await codesOf(run);
        const begin = performance.now();
        expect((await run(["store", "move", target])).exitCode).toBe(0);
        const typical = performance.now() - begin;
        expect((await run(["store", "move", target === "file" ? "keyring" : "file"])).exitCode).toBe(0);
        for (let i = 0; i < 3; i++) {
          const moving = start(["store", "move", target]);
          const timer = setTimeout(() => moving.kill(), typical * (0.3 + 0.8 * random()));
          await moving.ended;
          clearTimeout(timer);
          expect({ seed, codes: await codesOf(run) }).toEqual({ seed, codes });
        }
        expect(await run(["store", "move", target])).toMatchObject({ exitCode: 0 });
        expect({ seed, codes: await codesOf(run) }).toEqual({ seed, codes });
        expect(configOf(data)).toMatchObject({ store: target });
      });
    });
  },
);

/** Every code and the id of its account, from a new process that must print nothing on stderr. */
async function codesOf(run: Computer["run"]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await run(["code", "--json", "--at", AT]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const answers: { account: { id: string }; code: string }[] = JSON.parse(stdout);
  return answers.map(({ account, code }) => `${account.id} ${code}`).sort();
}

function codeAt({ secret, otp }: Enrollment): string {
  if (otp.type === "hotp") throw new Error("not a time-based account");
  return codeOf(secret, otp, stepAt(otp, Date.parse(AT)));
}

function expectSame(found: Enrollment, wanted: Enrollment | undefined): void {
  if (wanted === undefined) throw new Error("nothing to compare with");
  expect(sameCodes(found, wanted)).toBe(true);
  expect(found).toMatchObject({ issuer: wanted.issuer, label: wanted.label, otp: wanted.otp });
}

function configOf(data: string): unknown {
  return JSON.parse(readFileSync(join(data, "config.json"), "utf8"));
}

function sealedIn(data: string): string[] {
  return readdirSync(join(data, "seeds"))
    .map((name) => name.replace(/\.json$/, ""))
    .sort();
}

/** The seed is in no file and no file name, in any encoding. */
function expectNoSeedIn(folder: string, enrollment: Enrollment): void {
  const raw = Buffer.from(enrollment.secret.reveal());
  const base32 = base32Of(enrollment);
  const spellings = [
    raw.toString("latin1"),
    ...[base32, raw.toString("hex"), raw.toString("base64"), raw.toString("base64url")].map((text) =>
      text.toLowerCase(),
    ),
    encodeURIComponent(raw.toString("latin1")).toLowerCase(),
    encodeURIComponent(raw.toString("base64")).toLowerCase(),
    encodeURIComponent(base32).toLowerCase(),
  ];
  const files = Object.entries(contentOf(folder));
  expect(files.length).toBeGreaterThan(2);
  for (const [name, content] of files) {
    const text = name + Buffer.from(content, "base64").toString("latin1");
    for (const [i, spelling] of spellings.entries()) {
      const isThere = (i === 0 ? text : text.toLowerCase()).includes(spelling);
      expect(`${name}: ${isThere}`).toBe(`${name}: false`);
    }
  }
}
