/** `doctor` as people run it, with a real Secret Service: a lost data folder, a locked keyring, one that hangs. */
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, base32Of, github, steam } from "../helpers/accounts.ts";
import { type Computer, computerIn, contentOf, foreignLines } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import {
  SECRET_SERVICE_PROGRAMS,
  type SecretService,
  startSecretService,
} from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

const LONG = 120_000;
const AT = "2026-01-31T12:00:00Z";
const three = [github, aws, bank];
const KEY = Buffer.alloc(32, 7).toString("base64");

async function add(run: Computer["run"]): Promise<void> {
  const text = three.map((one) => formatOtpauthUri(one)).join("\n");
  expect(await run(["add", "-"], { stdin: { text } })).toMatchObject({ exitCode: 0 });
}

async function codesOf(run: Computer["run"]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(["code", "--at", AT]);
  expect({ exitCode, stderr, lines: stdout.split("\n").length }).toEqual({
    exitCode: 0,
    stderr: "",
    lines: 4,
  });
  return stdout;
}

async function doctor(run: Computer["run"], ...options: string[]) {
  const { exitCode, stdout, stderr } = await run(["doctor", "--json", ...options]);
  expect(foreignLines(stderr)).toEqual([]);
  for (const one of three) expect(stdout + stderr).not.toContain(base32Of(one));
  const { checks, repaired }: { checks: { check: string; state: string }[]; repaired: string[] } =
    JSON.parse(stdout);
  const wrong = checks.filter(({ state }) => state === "wrong").map(({ check }) => check);
  return { exitCode, wrong, repaired, stdout };
}

describe("a file store", { timeout: LONG }, () => {
  it("with its ledger and config.json gone is rebuilt from the sealed seeds", async () => {
    const { data, run } = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
    await add(run);
    const codes = await codesOf(run);
    expect(await doctor(run)).toMatchObject({ exitCode: 0, wrong: [] });
    for (const name of ["config.json", "devices.json", "accounts"])
      rmSync(join(data, name), { recursive: true });
    const before = contentOf(data);
    expect(await doctor(run)).toMatchObject({
      exitCode: 1,
      wrong: ["config", "orphans", "orphans", "orphans"],
    });
    expect(contentOf(data)).toEqual(before);
    expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 0, wrong: [] });
    expect(await codesOf(run)).toBe(codes);
  });

  it("that others can read is closed, and what a kill left is swept", async () => {
    const { data, run } = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
    await add(run);
    chmodSync(data, 0o755);
    chmodSync(join(data, "config.json"), 0o644);
    writeFileSync(join(data, "accounts", ".tmp-x"), "{");
    utimesSync(join(data, "accounts", ".tmp-x"), 1000, 1000);
    expect(await doctor(run)).toMatchObject({ exitCode: 1, wrong: ["files", "files", "files"] });
    expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 0, wrong: [] });
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  it("that lost a seed's file: says in a sentence how it comes back, and so it does", async () => {
    const { data, run } = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
    await add(run);
    const codes = await codesOf(run);
    const backup = join(data, "..", "b.age");
    const locked = { stdin: { text: "correct horse battery\n" } };
    await run(["backup", "create", backup, "--passphrase-file", "-"], locked);
    const [file = ""] = readdirSync(join(data, "seeds"));
    rmSync(join(data, "seeds", file));
    const { exitCode, stdout } = await run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `; fix: put its file back from a copy of the data folder: ${join(data, "seeds", file)}; ` +
        "or restore the account from a backup: twinseed backup restore FILE; ",
    );
    await run(["backup", "restore", backup, "--passphrase-file", "-", "--yes"], locked);
    expect(await codesOf(run)).toBe(codes);
    expect(await doctor(run)).toMatchObject({ wrong: [] });
  });

  it("without its key is exit 6, and does not prompt", async () => {
    const { run } = computerIn(temporaryFolder(), { TWINSEED_STORE: "file", TWINSEED_KEY: KEY });
    await add(run);
    const { exitCode, stdout } = await run(["doctor"], { env: { TWINSEED_KEY: undefined } });
    expect(exitCode).toBe(6);
    expect(stdout).toContain("the seeds are locked with a raw key; fix: set TWINSEED_KEY");
  });
});

it("no keyring and nothing stored: nothing is wrong", { timeout: LONG }, async () => {
  const { data, run } = computerIn(temporaryFolder());
  expect(await doctor(run)).toMatchObject({ exitCode: 0, wrong: [] });
  expect(contentOf(data)).toEqual({});
});

const lacksService = !needs(...SECRET_SERVICE_PROGRAMS);

describe.skipIf(lacksService)(
  "a keyring (needs dbus-daemon, dbus-send, gnome-keyring-daemon, secret-tool)",
  { timeout: LONG },
  () => {
    let service: SecretService;
    let computer: Computer;
    beforeEach(async () => {
      await service?.stop();
      service = await startSecretService({ state: "unlocked" });
      const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
      computer = computerIn(temporaryFolder(), { DBUS_SESSION_BUS_ADDRESS });
    }, LONG);
    afterAll(() => service?.stop());

    function intoKeyring(user: string, text: string): void {
      const attributes = ["service", "twinseed", "username", user];
      execFileSync("secret-tool", ["store", "--label=x", ...attributes], { env: service.env, input: text });
    }

    it("whose data folder was deleted gives all accounts back, with the same codes", async () => {
      const { data, run } = computer;
      await add(run);
      const codes = await codesOf(run);
      expect(await doctor(run)).toMatchObject({ exitCode: 0, wrong: [] });
      rmSync(data, { recursive: true });
      intoKeyring("probe0123456789abcdef", "probe0123456789abcdef");
      intoKeyring("somebody@example.org", "a password of another program");

      expect(await doctor(run)).toMatchObject({ exitCode: 1, wrong: ["config"] });
      expect(contentOf(data)).toEqual({});
      const { exitCode, repaired, stdout } = await doctor(run, "--repair");
      expect({ exitCode, repaired: repaired.length }).toEqual({ exitCode: 0, repaired: 4 });
      expect(stdout).toContain("1 other entry left alone");
      expect(stdout).not.toContain("password");
      expect(await codesOf(run)).toBe(codes);
      expect((await run(["store"])).stdout).toContain("doctor --repair found 3 seeds there");
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 0, repaired: [] });
    });

    it("is shared with the usual data folder, whose seeds are not taken", async () => {
      const { run, home } = computer;
      await run(["add", "-"], {
        stdin: { text: formatOtpauthUri(steam) },
        env: { TWINSEED_HOME: undefined, XDG_DATA_HOME: home },
      });
      await add(run);
      const { exitCode } = await run(["doctor"], { env: { XDG_DATA_HOME: home } });
      expect(exitCode).toBe(0);
      expect(await doctor(run)).toMatchObject({ exitCode: 1, wrong: ["orphans"] });
    });

    it("may be shared with another data folder: what doctor took in is never deleted from there", async () => {
      const { run } = computer;
      await add(run);
      const codes = await codesOf(run);
      const { DBUS_SESSION_BUS_ADDRESS = "" } = service.env;
      const other = computerIn(temporaryFolder(), { DBUS_SESSION_BUS_ADDRESS, TWINSEED_KEY: KEY });
      expect(await doctor(other.run, "--repair")).toMatchObject({ exitCode: 0, wrong: [] });
      const moved = await other.run(["store", "move", "file"]);
      expect(moved).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining("3 entries also stay in the keyring"),
      });
      expect(await codesOf(other.run)).toBe(codes);
      expect((await other.run(["store", "move", "file"])).exitCode).toBe(0);
      expect(await codesOf(run)).toBe(codes);
    });

    it("that is locked is exit 6 and changes nothing", async () => {
      const { data, run } = computer;
      await add(run);
      await service.restart("locked");
      const before = contentOf(data);
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 6, wrong: ["store"] });
      expect(contentOf(data)).toEqual(before);
      rmSync(data, { recursive: true });
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 6, wrong: ["config"] });
      expect(contentOf(data)).toEqual({});
    });

    it("that hangs is exit 6 and changes nothing, and all is well when it goes on", async () => {
      const { data, run } = computer;
      await add(run);
      const before = contentOf(data);
      service.freeze();
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 6, wrong: ["store"] });
      expect(contentOf(data)).toEqual(before);
      service.thaw();
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 0, wrong: [] });
    });

    it("one damaged entry does not hide the others", async () => {
      const { data, run } = computer;
      await add(run);
      rmSync(data, { recursive: true });
      intoKeyring("aaaaaaaaaaaaaaaa", "GEZDGNBVGY3TQOJQ");
      const { exitCode, wrong, stdout } = await doctor(run, "--repair");
      expect({ exitCode, wrong }).toEqual({ exitCode: 1, wrong: ["orphans"] });
      expect(stdout).not.toContain("GEZDGNBV");
      expect((await codesOf(run)).length).toBeGreaterThan(10);
    });

    it("a truncated config.json is written again", async () => {
      const { data, run } = computer;
      await add(run);
      writeFileSync(join(data, "config.json"), "{", { mode: 0o600 });
      expect(await doctor(run, "--repair")).toMatchObject({ exitCode: 0, wrong: [] });
      await codesOf(run);
    });
  },
);
