/** The user's real ykman, a real PC/SC daemon, and a key in software: `device push` end to end. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { userYkman } from "../../src/system/programs/run-ykman.ts";
import { aws, base32Of, github, key as secretOf } from "../helpers/accounts.ts";
import { needs, whereIs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";
import { type VirtualKey, virtualOathKey } from "../helpers/virtual-oath-key.ts";

/** Where vpcd listens, by /etc/reader.conf.d/vpcd. */
const PORT = 35963;
const READER = ["--reader", "Virtual PCD 00 00"];
const AWS = "Amazon Web Services:root-account-mfa-device@123456789012";
const odd = {
  ...github,
  issuer: "Bücher: & Söhne",
  label: "zoë:a/b+c%d 1",
  secret: secretOf("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR"),
};
const slow = {
  ...github,
  issuer: "Slow",
  label: "day",
  otp: { type: "totp", algorithm: "SHA512", digits: 8, period: 86_400 },
} as const;
const counted = {
  ...aws,
  issuer: "",
  label: "counter",
  otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 7 },
} as const;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never happened");
}

describe.skipIf(!needs("ykman", "pcscd"))("a virtual key (needs ykman, pcscd, vpcd)", () => {
  let daemon: ChildProcess | undefined;
  let key: VirtualKey;
  const folder = mkdtempSync(join(tmpdir(), "ykman-"));
  const seen = join(folder, "seen");
  // Notes the arguments and the environment that it was started with, and becomes the real one.
  const wrapper = `#!/bin/sh\n{ echo "$@"; env; } >> "${seen}"\nexec "${whereIs("ykman")}" "$@"\n`;
  writeFileSync(join(folder, "ykman"), wrapper, { mode: 0o755 });
  const ykman = userYkman({
    ...process.env,
    HOME: folder,
    TWINSEED_PASSPHRASE: "not for others",
    PATH: `${folder}:${process.env.PATH}`,
  });
  const hasReader = async () => (await ykman.run(["list", "--readers"])).stdout.includes(READER[1] ?? "");
  const isSeen = async () => (await ykman.run([...READER, "oath", "info"])).ok;

  beforeAll(async () => {
    if (await hasReader()) return;
    daemon = spawn("pcscd", ["--foreground"], { stdio: "ignore" });
    await until(hasReader);
  }, 60_000);
  afterAll(() => {
    key?.pullOut();
    daemon?.kill();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    key?.pullOut();
    key = await virtualOathKey([5, 4, 3], PORT);
    await until(isSeen);
  }, 60_000);

  function machine() {
    return testCli({
      accounts: [aws, github, odd, slow, counted],
      now: new Date().toISOString(),
      files: { words: "open sesame", wrong: "no" },
      instead: () => ({ ykman, clock: { now: () => Date.now(), sleep: async () => {} } }),
    });
  }
  const push = (cli: ReturnType<typeof testCli>, ...args: readonly string[]) =>
    cli.run(["device", "push", "yubikey", ...args, ...READER]);

  it("takes every kind of account, and proves each", async () => {
    const result = await push(machine(), "root-account", "octocat", "zoë", "day", "counter");
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr.match(/is confirmed/g)).toHaveLength(5);
    expect([...key.entries.keys()]).toEqual([
      AWS,
      "GitHub:octocat",
      "Bücher  & Söhne:zoë:a/b+c%d 1",
      "86400/Slow:day",
      "counter",
    ]);
  }, 240_000);

  it("is started with no seed, no URI and no password in its arguments or its environment", async () => {
    key.lock("open sesame");
    const { exitCode, stderr } = await push(machine(), "root-account", "--touch", "--password-file", "words");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(key.entries.get(AWS)?.touch).toBe(true);
    const text = readFileSync(seen, "utf8");
    expect(text).toContain("oath accounts uri --touch");
    for (const secret of [base32Of(aws), "otpauth", "secret=", "open sesame", "not for others"])
      expect(text).not.toContain(secret);
  }, 240_000);

  it("is locked: a wrong password, and none, write nothing", async () => {
    key.lock("open sesame");
    const cli = machine();
    const wrong = await push(cli, "octocat", "--password-file", "wrong");
    expect(wrong).toMatchObject({ exitCode: 6 });
    expect(await push(cli, "octocat")).toMatchObject({ exitCode: 2 });
    expect(key.entries.size).toBe(0);
  }, 240_000);

  it("is full, by its own word", async () => {
    key.slots = 1;
    const { exitCode, stderr } = await push(machine(), "root-account", "octocat");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("No space left on the YubiKey");
    expect([...key.entries.keys()]).toEqual([AWS]);
  }, 240_000);

  it("is pulled out in the middle, and the same command finishes", async () => {
    const cli = machine();
    let puts = 0;
    key.onPut = () => puts++ === 1;
    const { exitCode, stderr } = await push(cli, "root-account", "octocat");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('"GitHub:octocat" may be on "yubikey" and is not confirmed');
    key.onPut = () => false;
    await key.plugIn();
    await until(isSeen);
    expect(await push(cli, "root-account", "octocat")).toMatchObject({ exitCode: 0 });
    expect(key.entries.size).toBe(2);
  }, 240_000);

  it("has the name already: with another seed it is left alone, unless --replace says so", async () => {
    const cli = machine();
    await push(cli, "octocat");
    const mine = key.entries.get("GitHub:octocat");
    if (mine === undefined) throw new Error("it is not there");
    const other = { ...mine, secret: Buffer.from("12345678901234567899") };
    key.entries.set("GitHub:octocat", other);
    expect(await push(cli, "octocat")).toMatchObject({ exitCode: 1 });
    expect(key.entries.get("GitHub:octocat")).toBe(other);
    expect(await push(cli, "octocat", "--replace")).toMatchObject({ exitCode: 0 });
    expect(key.entries.get("GitHub:octocat")?.secret).toEqual(mine.secret);
  }, 240_000);

  it("is checked: the columns that ykman prints are told apart", async () => {
    const cli = machine();
    await push(cli, "root-account", "zoë", "day", "counter");
    await push(cli, "octocat", "--touch");
    const check = await cli.run(["device", "check", "yubikey", ...READER]);
    expect(check.exitCode).toBe(0);
    expect(check.stdout.match(/^same /gm)).toHaveLength(4);
    expect(check.stdout.match(/^has a counter /gm)).toHaveLength(1);
  }, 240_000);
});
