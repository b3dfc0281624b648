/** The keyring store against a real Secret Service (gnome-keyring on a private bus), mostly in processes of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import {
  SECRET_SERVICE_PROGRAMS,
  type SecretService,
  type SecretServiceOptions,
  startDisplay,
  startSecretService,
} from "../helpers/secret-service.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";
import { needs } from "../helpers/system-packages.ts";
import { freshId, seedStoreContract } from "./contract.ts";

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
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the store in another process, which must end by itself within ten seconds. */
function other(env: Record<string, string>, ...args: string[]) {
  const NODE_PATH = fileURLToPath(new URL("../../node_modules", import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: { ...env, NODE_PATH },
    encoding: "utf8",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  return { status, signal, stdout, stderr };
}

async function service(options: SecretServiceOptions): Promise<SecretService> {
  const started = await startSecretService(options);
  onTestFinished(() => started.stop());
  return started;
}

const lacksService = !needs(...SECRET_SERVICE_PROGRAMS);

describe.skipIf(lacksService)("a real Secret Service (needs dbus, gnome-keyring, libsecret-tools)", () => {
  const before = { ...process.env };
  let shared: SecretService | undefined;

  beforeAll(async () => {
    shared = await startSecretService({ state: "unlocked" });
    // The binding reads the environment of this process; vitest gives each file its own.
    Object.assign(process.env, shared.env);
  });

  afterAll(async () => {
    for (const name of Object.keys(shared?.env ?? {})) delete process.env[name];
    Object.assign(process.env, before);
    await shared?.stop();
  });

  seedStoreContract("keyring", async () => {
    const { keyring: _, ...deps } = testDeps({ env: process.env });
    return () => SEED_STORES.keyring.open(deps);
  });

  it("keeps a seed between processes, where secret-tool finds it", () => {
    const env = shared?.env ?? {};
    const id = freshId();
    expect(other(env, "put", id, URI)).toMatchObject({ status: 0, stderr: "" });
    expect(other(env, "get", id)).toMatchObject({ status: 0, stdout: URI, stderr: "" });
    const lookup = ["lookup", "service", "twinseed", "username", id];
    expect(execFileSync("secret-tool", lookup, { env, encoding: "utf8" })).toBe(URI);
    expect(other(env, "delete", id)).toMatchObject({ status: 0 });
    expect(other(env, "get", id)).toMatchObject({ status: 6 });
  });

  it("reads what secret-tool has stored", () => {
    const env = shared?.env ?? {};
    const id = freshId();
    const attributes = ["service", "twinseed", "username", id];
    execFileSync("secret-tool", ["store", "--label=x", ...attributes], {
      env,
      input: formatOtpauthUri(bank),
    });
    expect(other(env, "get", id)).toMatchObject({ stdout: formatOtpauthUri(bank) });
  });

  it("says which entry is damaged, never what it holds", () => {
    const env = shared?.env ?? {};
    const id = freshId();
    const attributes = ["service", "twinseed", "username", id];
    execFileSync("secret-tool", ["store", "--label=x", ...attributes], { env, input: "GEZDGNBVGY3TQOJQ" });
    expect(other(env, "get", id)).toMatchObject({
      status: 1,
      stderr: `the keyring entry of account "${id}" is damaged: not an otpauth:// URI\n`,
    });
    execFileSync("secret-tool", ["store", "--label=x", ...attributes, "more", "1"], { env, input: "x" });
    expect(other(env, "get", id)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("more than one entry"),
    });
  });

  it("passes the probe of a first use, and keeps no entry of it", () => {
    const env = shared?.env ?? {};
    expect(other(env, "prepare")).toMatchObject({ status: 0, stderr: "" });
    const all = spawnSync("secret-tool", ["search", "--all", "service", "twinseed"], {
      env,
      encoding: "utf8",
    });
    expect(all.stdout + all.stderr).not.toContain("probe");
  });

  it("has the seed after a restart, and says that it is locked while it is", async () => {
    const { env, restart } = await service({ state: "unlocked" });
    expect(other(env, "put", "a", URI)).toMatchObject({ status: 0 });
    await restart("unlocked");
    expect(other(env, "get", "a")).toMatchObject({ status: 0, stdout: URI });
    await restart("locked");
    expect(other(env, "get", "a")).toMatchObject({
      status: 6,
      stdout: "",
      stderr: `can't read the seed of account "a" in the keyring: it is locked\n`,
    });
    expect(other(env, "delete", "a")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("it is locked"),
    });
    expect(other(env, "put", "b", URI)).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("it is locked"),
    });
    expect(other(env, "get", "absent")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("not found"),
    });
    expect(other(env, "prepare")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("it is locked"),
    });
  });

  it("without a default collection is no place for seeds", async () => {
    const { env } = await service({ state: "locked" });
    expect(other(env, "prepare")).toMatchObject({
      status: 6,
      stderr: "the keyring can't be used: it has no default collection yet\n",
    });
  });

  it("that hangs is an error after two seconds, and no other store answers in its place", async () => {
    const { env, freeze, thaw } = await service({ state: "unlocked" });
    expect(other(env, "put", "a", URI)).toMatchObject({ status: 0 });
    freeze();
    const start = performance.now();
    expect(other(env, "get", "a")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("it does not answer"),
    });
    expect(performance.now() - start).toBeLessThan(4000);
    thaw();
    expect(other(env, "get", "a")).toMatchObject({ status: 0, stdout: URI });
  });
});

describe.skipIf(!needs("dbus-daemon", "dbus-send"))("a session bus (needs dbus)", () => {
  it("without a Secret Service is an error that says so", async () => {
    const started = await startSecretService({ state: "none" });
    onTestFinished(() => started.stop());
    expect(other(started.env, "get", "a")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("no Secret Service runs on the session bus"),
    });
  });
});

describe("no session bus", () => {
  it.each([
    [{}],
    [{ DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" }],
    [{ XDG_RUNTIME_DIR: "/nonexistent" }],
  ])("is an error that says so, with %j", (variables) => {
    const env = { PATH: process.env.PATH ?? "", HOME: folder, ...variables };
    expect(other(env, "get", "a")).toMatchObject({
      status: 6,
      stderr: expect.stringContaining("there is no session bus (D-Bus) to reach it on"),
    });
  });
});

describe.skipIf(lacksService || !needs("Xvfb"))(
  "a keyring that asks on a screen (needs gnome-keyring, Xvfb)",
  () => {
    it("and nobody answers: a note, an error, and the process ends by itself with exit 6", async () => {
      const display = await startDisplay();
      onTestFinished(() => display.stop());
      const { env, restart } = await service({ state: "unlocked", display: display.name });
      expect(other(env, "put", "a", formatOtpauthUri(github))).toMatchObject({ status: 0 });
      await restart("locked");
      for (const action of ["get", "delete"]) {
        const { status, signal, stderr } = other(env, action, "a", "", "1200");
        expect({ status, signal }).toEqual({ status: 6, signal: null });
        expect(stderr.split("\n")).toEqual([
          "waiting for the keyring to be unlocked",
          expect.stringMatching(/^can't .* the keyring: it was not unlocked within 1\.2 seconds$/),
          "",
        ]);
      }
    });
  },
);
