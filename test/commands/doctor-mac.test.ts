/** What `doctor` says of a Mac. */
import { expect, it } from "vitest";
import type { Mac } from "../../src/ports/mac.ts";
import { testCli } from "../helpers/test-cli.ts";

const KEYCHAIN = "/Users/a b/Library/Keychains/login.keychain-db";

async function doctor(changes: Partial<Mac> = {}, store = "keyring") {
  const mac: Mac = {
    defaultKeychain: async () => KEYCHAIN,
    nodeSignature: async () => ({ kind: "developer", name: "Node.js Foundation" }),
    consents: async () => ({ screen: true, allFiles: true }),
    startWords: async () => [],
    ...changes,
  };
  const cli = testCli({ desktop: { mac } });
  cli.folder.files.set("config.json", JSON.stringify({ version: 1, store }));
  const { stdout, exitCode } = await cli.run("doctor");
  return {
    exitCode,
    lines: stdout
      .split("\n")
      .filter((line) => /^\S+ +macos /.test(line))
      .join("\n"),
  };
}

it("which keychain, whose Node, what the terminal is allowed", async () => {
  const { exitCode, lines } = await doctor();
  expect(exitCode).toBe(0);
  expect(lines).toContain(`the seeds are in the default keychain, "${KEYCHAIN}"`);
  expect(lines).toContain('signed by "Node.js Foundation"');
  expect(lines).toContain("this terminal may record the screen, and read all files");
});

it("no default keychain: exit 6, and how to set one", async () => {
  const { exitCode, lines } = await doctor({ defaultKeychain: async () => undefined });
  expect(exitCode).toBe(6);
  expect(lines).toContain("fix: security default-keychain -s login.keychain-db");
});

it("a Node without a developer's signature: what to do so that macOS asks once", async () => {
  const { exitCode, lines } = await doctor({ nodeSignature: async () => ({ kind: "own" }) });
  expect(exitCode).toBe(0);
  expect(lines).toContain("twinseed store unlock-with keyring");
});

it("what it can't tell, and what is refused", async () => {
  const { exitCode, lines } = await doctor({
    nodeSignature: async () => undefined,
    consents: async () => ({ screen: false, allFiles: false }),
  });
  expect(exitCode).toBe(0);
  expect(lines).toMatch(/^\? +macos +can't tell how this Node is signed/m);
  expect(lines).toContain("may not record the screen, and has no Full Disk Access");
});

it("nothing of keychains where the seeds are in a file", async () => {
  const { lines } = await doctor({ defaultKeychain: async () => undefined }, "file");
  expect(lines).not.toContain("keychain");
});
