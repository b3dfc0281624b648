/**
 * On a Mac only: the real keychain, in a keychain of its own, which is the default one meanwhile. So this is for a computer that no
 * one works on: MAC_KEYCHAIN_TEST=1 says that it is one.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";

const isHere = process.platform === "darwin" && process.env.MAC_KEYCHAIN_TEST === "1";
const PASSWORD = "of a test";

describe.skipIf(!isHere)("a real keychain (needs a Mac, MAC_KEYCHAIN_TEST=1)", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "twinseed-mac-"));
  const keychain = join(folder, "test.keychain-db");
  const security = (...args: string[]): string => execFileSync("security", args, { encoding: "utf8" });
  const pathIn = (line: string): string => /"(.*)"/.exec(line)?.[1] ?? "";
  let before = "";
  let listed: string[] = [];
  let mac: Computer;

  beforeAll(() => {
    before = pathIn(security("default-keychain"));
    listed = security("list-keychains", "-d", "user").split("\n").map(pathIn).filter(Boolean);
    security("create-keychain", "-p", PASSWORD, keychain);
    security("set-keychain-settings", keychain); // never locks itself
    security("list-keychains", "-d", "user", "-s", keychain, ...listed);
    security("default-keychain", "-s", keychain);
    security("unlock-keychain", "-p", PASSWORD, keychain);
    // The keychain belongs to the user whose HOME it is.
    mac = computerIn(folder, { HOME: homedir() });
  });
  afterAll(() => {
    security("default-keychain", "-s", before);
    security("list-keychains", "-d", "user", "-s", ...listed);
    security("delete-keychain", keychain);
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps a seed, and gives it back", async () => {
    expect(await mac.run(["add", "-", "--name", "work"], { stdin: { text: EXAMPLE_URI } })).toMatchObject({
      exitCode: 0,
    });
    expect((await mac.run(["code", "work"])).stdout).toMatch(/^\d{6}\n$/);
    expect((await mac.run(["doctor"])).stdout).toContain("test.keychain-db");
  });

  it("locked: exit 6, not a signal, with the way to unlock it; unlocked again: the code", async () => {
    security("lock-keychain", keychain);
    const ended = await mac.run(["code", "work"], { env: { TWINSEED_KEYRING_WAIT: "5" } });
    expect(ended).toMatchObject({ exitCode: 6, signal: null, stdout: "" });
    security("unlock-keychain", "-p", PASSWORD, keychain);
    expect((await mac.run(["code", "work"])).stdout).toMatch(/^\d{6}\n$/);
  });
});
