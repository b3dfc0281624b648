/** A password store of pass, sealed with a real GnuPG key. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, github } from "../helpers/accounts.ts";
import { computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";

const LONG = 60_000;
const root = mkdtempSync(join(tmpdir(), "twinseed-pass-"));
const store = join(root, "store");
const gpgHome = join(root, "g"); // the path of its socket must be short
const env = { ...process.env, GNUPGHOME: gpgHome };

function gpg(args: readonly string[], input = ""): void {
  execFileSync("gpg", ["--batch", "--quiet", ...args], { env, input, stdio: ["pipe", "ignore", "ignore"] });
}

function entry(name: string, text: string): void {
  mkdirSync(join(store, name, ".."), { recursive: true });
  gpg(
    [
      "--recipient",
      "test@example.org",
      "--trust-model",
      "always",
      "--output",
      join(store, name),
      "--encrypt",
    ],
    text,
  );
}

describe.skipIf(!needs("gpg"))("pass (needs gpg)", { timeout: LONG }, () => {
  beforeAll(() => {
    mkdirSync(gpgHome, { mode: 0o700 });
    gpg(["--passphrase", "", "--quick-generate-key", "test@example.org", "default", "default", "never"]);
    entry("web/github.gpg", `hunter2\nlogin: octocat\n${formatOtpauthUri(github)}\n`);
    entry("web/plain.gpg", "hunter2\n");
    entry("aws.gpg", `${formatOtpauthUri(aws)}\n`);
    writeFileSync(join(store, "broken.gpg"), "no OpenPGP data");
  }, LONG);

  afterAll(() => {
    execFileSync("gpgconf", ["--kill", "all"], { env, stdio: "ignore" });
    rmSync(root, { recursive: true, force: true });
  });

  it("comes in entry by entry; what gpg can't open is named", async () => {
    const key = Buffer.alloc(32, 7).toString("base64");
    const computer = computerIn(join(root, "home"), {
      TWINSEED_STORE: "file",
      TWINSEED_KEY: key,
      GNUPGHOME: gpgHome,
    });
    const { exitCode, stdout, stderr } = await computer.run(["import", store, "--yes"]);
    expect(stderr).toContain("imported 2 accounts from pass; 1 skipped");
    expect(stderr).toContain("broken");
    expect(stderr + stdout).not.toContain("hunter2");
    expect(exitCode).toBe(0);
    const uris = await Promise.all(
      ["GitHub", "Amazon"].map(async (name) => (await computer.run(["uri", name])).stdout.trim()),
    );
    expect(uris).toEqual([github, aws].map((one) => formatOtpauthUri(one)));
  });
});
