/**
 * A keyring that fails, each time a real one: gnome-keyring on a private bus. Whatever is wrong: the store says what, no
 * other store answers in its place, "not there" is no proof, nobody waits longer than they said, and the process ends by itself.
 *
 * fault                                   here   in the whole program (e2e/keyring.test.ts, e2e/doctor.test.ts)
 * no session bus                           x     x
 * a bus without a Secret Service           x     x
 * no default collection                    x     x
 * locked, and no display to ask on         x     x
 * locked, and nobody answers               x
 * stopped (SIGSTOP), before and amid a run x     x
 * killed, between calls, amid writes and
 *   while it asks                          x
 * two entries that match                   x
 * an entry changed by another program      x     x
 * no variables, as under su and cron       x     x (without a bus at the usual place)
 * "not there" from a locked database       commands/null-is-no-proof.test.ts: gnome-keyring does not say so
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank } from "../helpers/accounts.ts";
import type { Order, Trial } from "../helpers/keyring-child.ts";
import {
  SECRET_SERVICE_PROGRAMS,
  type SecretService,
  type SecretServiceOptions,
  startDisplay,
  startSecretService,
} from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

const URI = formatOtpauthUri(aws);
const folder = mkdtempSync(join(tmpdir(), "twinseed-test-"));
const program = join(folder, "keyring-child.cjs");

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL("../helpers/keyring-child.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@napi-rs/keyring"],
    supported: { "dynamic-import": false }, // as build.mjs: import() becomes require()
    // In this format it has none; every file that asks is in test/helpers/.
    define: {
      "import.meta.url": JSON.stringify(new URL("../helpers/keyring-child.ts", import.meta.url).href),
    },
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  /** The first line of each action: what it was refused with, or its answer, or "done". */
  readonly said: readonly string[];
  readonly trials: readonly Trial[];
  readonly status: number | null;
  readonly stderr: string;
}

/** The store in another process, ended by force after 30 s: then status is null. */
function start(env: Record<string, string>, order: Order) {
  const NODE_PATH = fileURLToPath(new URL("../../node_modules", import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { env: { ...env, NODE_PATH } });
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  let [stdout, stderr] = ["", ""];
  let isPausing = (): void => {};
  const pausing = new Promise<void>((resolve) => {
    isPausing = resolve;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.includes('"pausing"')) isPausing();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (status) => {
      clearTimeout(timer);
      isPausing();
      const all: Trial[] = stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const trials = all.filter(({ action }) => !action.startsWith("paus"));
      const said = trials.map(({ exitCode, message, answer = "done" }) =>
        exitCode === undefined ? answer : `${exitCode} ${message}`,
      );
      resolve({ said, trials, status, stderr });
    });
  });
  return { ended, pausing, goOn: () => child.stdin.end("\n"), stderr: () => stderr };
}

const run = (env: Record<string, string>, ...actions: Order["actions"]) =>
  start(env, { actions, uri: URI }).ended;

/** secret-tool, in that keyring; nothing here may stand still while others run. */
async function secretTool(env: Record<string, string>, args: string[], input = ""): Promise<string> {
  const running = promisify(execFile)("secret-tool", args, { env });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

const enter = (env: Record<string, string>, secret: string, ...more: string[]) =>
  secretTool(env, ["store", "--label=x", "service", "twinseed", "username", "a", ...more], secret);

const CAN = {
  read: `can't read the seed of account "a" in the keyring`,
  store: "can't store a seed in the keyring",
  delete: "can't delete a seed in the keyring",
  use: "the keyring can't be used",
};
const every = ["get", "put", "delete", "prepare"] as const;
const refused = (reason: string, exitCode = 6): string[] =>
  [CAN.read, CAN.read, CAN.delete, CAN.use].map((what) => `${exitCode} ${what}: ${reason}`);

const lacksService = !needs(...SECRET_SERVICE_PROGRAMS);
type Clean = (cleanUp: () => Promise<void>) => void;

async function service(options: SecretServiceOptions, onTestFinished: Clean): Promise<SecretService> {
  const started = await startSecretService(options);
  onTestFinished(() => started.stop());
  return started;
}

describe.concurrent("node-keytar 224: no session bus", () => {
  it.for([
    {},
    { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" },
    { XDG_RUNTIME_DIR: "/nonexistent" },
  ])("with %j", async (variables, { expect }) => {
    const env = { PATH: process.env.PATH ?? "", HOME: folder, ...variables };
    const order = { actions: every, uri: URI, runtimeFolder: folder };
    const { said, status, stderr } = await start(env, order).ended;
    expect(said).toEqual(refused("there is no session bus (D-Bus) to reach it"));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe
  .skipIf(lacksService)
  .concurrent("a Secret Service (needs dbus, gnome-keyring, libsecret-tools)", () => {
    it("that is not there", async ({ expect, onTestFinished }) => {
      const { env } = await service({ state: "none" }, onTestFinished);
      const { said, status } = await run(env, ...every, "ids");
      expect(said.slice(0, 4)).toEqual(refused("no Secret Service runs on the session bus"));
      expect(said[4]).toBe("6 can't list the keyring's entries: no Secret Service runs on the session bus");
      expect(status).toBe(0);
    });

    it("keyring-rs 133: without a default collection: nothing is there, nothing can be put there", async ({
      expect,
      onTestFinished,
    }) => {
      const { env } = await service({ state: "locked" }, onTestFinished);
      const { said, status } = await run(env, ...every);
      expect(said).toEqual([
        `6 the seed of account "a" was not found in the keyring`,
        `6 ${CAN.store}: it has no default collection yet`,
        "done",
        `6 ${CAN.use}: it has no default collection yet`,
      ]);
      expect(status).toBe(0);
    });

    it("keyring-node 136: that is locked, without a display, is an error and not null; after that the seed is there", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, restart } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      await restart("unlocked");
      expect((await run(env, "get")).said).toEqual([URI]);
      await restart("locked");
      const { said, status } = await run(env, ...every, "ids");
      expect(said.slice(0, 4)).toEqual(refused("it is locked"));
      expect(said[4]).toBe("6 can't list the keyring's entries: it is locked");
      expect(status).toBe(0);
      const absent = await start(env, { actions: ["get", "put"], id: "absent", uri: URI }).ended;
      expect(absent.said).toEqual([
        `6 the seed of account "absent" was not found in the keyring`,
        `6 ${CAN.store}: it is locked`,
      ]);
      await restart("unlocked");
      expect((await run(env, "get")).said).toEqual([URI]);
    });

    it("qtkeychain 242: that is stopped is no reason for another store; 4 s for all of a run, and not tried again", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, freeze, thaw } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      // One process finds it stopped, the other one had read from it before.
      const amid = start(env, { actions: ["get", "pause", "get", "get", "delete"] });
      await amid.pausing;
      freeze();
      amid.goOn();
      const [before, after] = await Promise.all([run(env, "get", "get", "delete", "put"), amid.ended]);
      thaw();
      const silent = `6 ${CAN.read}: it does not answer`;
      const undeleted = `6 ${CAN.delete}: it does not answer`;
      expect(before.said).toEqual([silent, silent, undeleted, silent]);
      expect(after.said).toEqual([URI, silent, silent, undeleted]);
      for (const { trials, status } of [before, after]) {
        expect(status).toBe(0);
        expect(trials.slice(-2).map(({ ms }) => ms < 1000)).toEqual([true, true]);
      }
      expect((await run(env, "get")).said).toEqual([URI]);
    });

    it("gh 8802: that is stopped for more than 2 s, as after boot or on a busy computer, is waited for", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, freeze, thaw } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      freeze();
      const asked = start(env, { actions: ["get"] });
      await expect.poll(asked.stderr, { timeout: 10_000 }).toBe("waiting for the keyring to answer\n");
      thaw();
      expect((await asked.ended).said).toEqual([URI]);
    });

    it("that is stopped does not hold up its listing", async ({ expect, onTestFinished }) => {
      const { env, freeze } = await service({ state: "unlocked" }, onTestFinished);
      freeze();
      const patience = { giveUpAfter: 1000 };
      const { said, status } = await start(env, { actions: ["ids"], patience }).ended;
      expect(said).toEqual(["6 can't list the keyring's entries: it was not unlocked within 1 seconds"]);
      expect(status).toBe(0);
    });

    it("that is killed between two calls: locked, or gone, and never another answer", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, kill, restart } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      const killed = start(env, { actions: ["get", "pause", "get", "delete"], uri: URI });
      await killed.pausing;
      await kill();
      killed.goOn();
      const { said, status } = await killed.ended;
      expect(said[0]).toBe(URI);
      for (const one of said.slice(1)) expect(one).toMatch(/^6 can't .* in the keyring: /);
      expect(status).toBe(0);
      await restart("unlocked");
      expect((await run(env, "get")).said).toEqual([URI]);
    });

    it("that is killed amid writes has the whole seed or none, and the one that was reported", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, kill, restart } = await service({ state: "unlocked" }, onTestFinished);
      const ids = Array.from({ length: 4 }, (_, i) => `id${i}`);
      for (const [i, id] of ids.entries()) {
        const putting = start(env, { actions: ["pause", "put"], id, uri: URI });
        await putting.pausing;
        putting.goOn();
        await new Promise((resolve) => setTimeout(resolve, 6 * i)); // a put takes some 20 ms
        await kill();
        const { said, status } = await putting.ended;
        await restart("unlocked");
        const [kept] = (await start(env, { actions: ["get"], id }).ended).said;
        expect(status).toBe(0);
        if (said[0] === "done") expect(kept).toBe(URI);
        else expect([URI, `6 the seed of account "${id}" was not found in the keyring`]).toContain(kept);
      }
    });

    it("with two entries that match: none is read, written or deleted", async ({
      expect,
      onTestFinished,
    }) => {
      const { env } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      await enter(env, formatOtpauthUri(bank), "more", "1");
      const { said } = await run(env, "get", "put", "delete");
      expect(said).toEqual(refused("more than one entry matches", 1).slice(0, 3));
      const all = await secretTool(env, ["search", "--all", "service", "twinseed"]);
      expect(all.match(/^secret = .*/gm)?.sort()).toEqual(
        [URI, formatOtpauthUri(bank)].map((one) => `secret = ${one}`).sort(),
      );
      // Others are not affected.
      const other = await start(env, { actions: ["put", "get"], id: "b", uri: URI }).ended;
      expect(other.said).toEqual(["done", URI]);
    });

    it("with an entry that another program changed: never quoted, never overwritten", async ({
      expect,
      onTestFinished,
    }) => {
      const { env } = await service({ state: "unlocked" }, onTestFinished);
      const damaged = '1 the keyring entry of account "a" is damaged: not an otpauth:// URI';
      for (const text of ["GEZDGNBVGY3TQOJQ", `${URI.slice(0, 9)}`, " "]) {
        await enter(env, text);
        expect((await run(env, "get", "put")).said.map((one) => one.slice(0, 47))).toEqual(
          [damaged, damaged].map((one) => one.slice(0, 47)),
        );
        expect((await run(env, "get", "put")).said.join()).not.toContain("GEZDGNBV");
      }
      await enter(env, formatOtpauthUri(bank));
      expect((await run(env, "put", "get")).said).toEqual([
        expect.stringMatching(/^1 /),
        formatOtpauthUri(bank),
      ]);
      await secretTool(env, ["clear", "service", "twinseed", "username", "a"]);
      expect((await run(env, "get")).said).toEqual([
        `6 the seed of account "a" was not found in the keyring`,
      ]);
    });

    it("without its variables, as under su and cron, is found at the user's own bus", async ({
      expect,
      onTestFinished,
    }) => {
      const { env, runtimeFolder } = await service({ state: "unlocked" }, onTestFinished);
      await enter(env, URI);
      const bare = { PATH: process.env.PATH ?? "", HOME: folder };
      const { said } = await start(bare, { actions: ["get", "ids"], runtimeFolder }).ended;
      expect(said).toEqual([URI, "a"]);
    });
  });

describe
  .skipIf(lacksService || !needs("Xvfb"))
  .concurrent("a keyring that asks on a screen (needs gnome-keyring, Xvfb)", () => {
    it("and nobody answers: a note after a second, an error, and the process ends by itself", async ({
      expect,
      onTestFinished,
    }) => {
      const display = await startDisplay();
      onTestFinished(() => display.stop());
      const options = { state: "unlocked", display: display.name } as const;
      const { env, restart } = await service(options, onTestFinished);
      await enter(env, URI);
      await restart("locked");
      const short = { noteAfter: 500, giveUpAfter: 1200 };
      // The first one waits as long as it was told to.
      const begin = performance.now();
      const long = start({ ...env, TWINSEED_KEYRING_WAIT: "14" }, { actions: ["get", "get"] });
      const others = await Promise.all(
        (["get", "delete"] as const).map(
          (action) => start(env, { actions: [action], patience: short }).ended,
        ),
      );
      expect(others.map(({ said }) => said)).toEqual([
        [`6 ${CAN.read}: it was not unlocked within 1.2 seconds`],
        [`6 ${CAN.delete}: it was not unlocked within 1.2 seconds`],
      ]);
      const { said, trials, status, stderr } = await long.ended;
      const tooLong = `6 ${CAN.read}: it was not unlocked within 14 seconds`;
      expect(said).toEqual([tooLong, tooLong]);
      expect(performance.now() - begin).toBeGreaterThan(14_000);
      expect(trials[1]?.ms).toBeLessThan(1000);
      for (const ended of [...others, { status, stderr }]) {
        expect(ended.status).toBe(0);
        // A busy computer may be slow to answer as well.
        expect(ended.stderr).toMatch(
          /^(waiting for the keyring to answer\n)?waiting for the keyring to be unlocked\n$/,
        );
      }
    });

    it("and is killed meanwhile", async ({ expect, onTestFinished }) => {
      const display = await startDisplay();
      onTestFinished(() => display.stop());
      const { env, restart, kill } = await service(
        { state: "unlocked", display: display.name },
        onTestFinished,
      );
      await enter(env, URI);
      await restart("locked");
      const asked = start(env, { actions: ["get"], patience: { noteAfter: 300, giveUpAfter: 2000 } });
      await expect.poll(asked.stderr, { timeout: 10_000 }).toContain("waiting for the keyring");
      await kill();
      const { said, status } = await asked.ended;
      expect(said[0]).toMatch(/^6 can't read the seed of account "a" in the keyring: /);
      expect(status).toBe(0);
      await restart("unlocked");
      expect((await run(env, "get")).said).toEqual([URI]);
    });
  });
