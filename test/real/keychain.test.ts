/** The real program with a stand-in for macOS's keychain: its messages, and a window that no one answers. */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Computer, computerIn, ROOT } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";

function mac(): { mac: Computer; window: string } {
  const home = temporaryFolder();
  const window = join(home, "window");
  execFileSync("mkfifo", [window]);
  const env = {
    NODE_OPTIONS: `--require ${join(ROOT, "test/helpers/macos/darwin.cjs")}`,
    KEYCHAIN: join(home, "keychain"),
  };
  return { mac: computerIn(home, env), window };
}

async function withAccount() {
  const made = mac();
  const added = await made.mac.run(["add", "-", "--name", "work"], { stdin: { text: EXAMPLE_URI } });
  expect(added).toMatchObject({ exitCode: 0 });
  return made;
}

describe.skipIf(process.platform === "win32")("macOS's keychain", { timeout: 60_000 }, () => {
  it("keeps a seed, and gives it back", async () => {
    const { mac } = await withAccount();
    expect((await mac.run(["store", "--json"])).stdout).toContain('"keyring"');
    expect((await mac.run(["code", "work"])).stdout).toMatch(/^\d{6}\n$/);
  });

  it("gives the AWS config file a line that runs where PATH has neither Node nor twinseed", async () => {
    const { mac } = await withAccount();
    const arn = "arn:aws:iam::123456789012:mfa/alice";
    const options = ["--profile", "work", "--mfa-process", "--serial", arn];
    const { stdout } = await mac.run(["aws", "config", "work", ...options]);
    const line = /^mfa_process = (.*)$/m.exec(stdout)?.[1] ?? "";
    const env = { ...mac.env, PATH: "/usr/bin:/bin" };
    expect(execFileSync("/bin/sh", ["-c", line], { env, encoding: "utf8" })).toMatch(/^\d{6}\n$/);
  });

  it("says over ssh that it may open no window: exit 6, and how to unlock it", async () => {
    const { mac } = await withAccount();
    const says = "Platform failure: User interaction is not allowed.";
    const ended = await mac.run(["code", "work"], { env: { KEYCHAIN_SAYS: says } });
    expect(ended).toMatchObject({ exitCode: 6, stdout: "" });
    expect(ended.stderr).toContain("security unlock-keychain");
  });

  it("waits behind a window: exit 6 where no one answers, not a signal", async () => {
    const { mac, window } = await withAccount();
    const ended = await mac.run(["code", "work"], { env: { KEYCHAIN_WINDOW: window } });
    expect(ended).toMatchObject({ exitCode: 6, signal: null, stdout: "" });
    expect(ended.stderr).toContain("not unlocked within");
  });

  it("waits behind a window: the code, once it is answered", async () => {
    const { mac, window } = await withAccount();
    const running = mac.start(["code", "work"], { env: { KEYCHAIN_WINDOW: window } });
    onTestFinished(() => running.kill());
    await writeFile(window, "Always Allow");
    expect(await running.ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d{6}\n$/) });
  });
});
