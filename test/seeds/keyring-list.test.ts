/** Listing the keyring by another process, which is played by shell scripts here; test/e2e/doctor.test.ts has the real one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NoKeyring } from "../../src/seeds/keyring/keyring-errors.ts";
import { keyringIds, keyringTexts } from "../../src/seeds/keyring/keyring-list.ts";
import { childRunner } from "../../src/system/programs/own-child.ts";
import { temporaryFolder } from "../helpers/child.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";

function played(script: string, giveUpAfter = 10_000, env: Record<string, string> = {}) {
  const node = join(temporaryFolder(), "node");
  writeFileSync(node, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const runChild = childRunner(node, "child.cjs", { PATH: process.env.PATH, ...env });
  return testDeps({ runChild, keyring: { patience: { giveUpAfter } } });
}

const list = (...script: Parameters<typeof played>): Promise<string[]> => keyringIds(played(...script));

const answer = (json: string) => `cat > /dev/null; printf '%s' '${json}'`;

describe.skipIf(process.platform === "win32")("listing the keyring", () => {
  it("gives each name once, and only texts", async () => {
    expect(await list(answer('{"found":["a","b","a",5,null]}'))).toEqual(["a", "b"]);
  });
  it("asks for names, and hands over none of our secrets or NODE_OPTIONS", async () => {
    const script = `printf '{"found":["%s %s","%s"]}' "$*" "$(cat)" "$TWINSEED_KEY$TWINSEED_PASSPHRASE$NODE_OPTIONS$OTHER"`;
    const secrets = { TWINSEED_KEY: "k", TWINSEED_PASSPHRASE: "p", NODE_OPTIONS: "--x", OTHER: "other" };
    const [asked, rest] = await list(script, 10_000, secrets);
    expect(asked).toBe("child.cjs list-keyring names");
    expect(rest).toBe("other");
  });
  it("is given up and killed when it takes too long", async () => {
    // Its own end would come later than the test's time limit, and be another error.
    await expect(list("exec sleep 600", 300)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining("within 0.3 s"),
    });
  });
  it.each([
    ["zbus error: Failed to connect to address `unix:path=/x`: No such file", "no session bus", true],
    ["zbus error: org.freedesktop.DBus.Error.ServiceUnknown: The name …", "no Secret Service", true],
    ["zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret", "it is locked", false],
    ["Cannot find native binding.", "is not installed", true],
    ["something new", "something new", false],
  ])("says what %j means", async (fault, message, isAbsent) => {
    const error: unknown = await list(answer(JSON.stringify({ fault }))).catch((error: unknown) => error);
    expect(error).toMatchObject({ exitCode: 6, message: expect.stringContaining(message) });
    expect(error instanceof NoKeyring).toBe(isAbsent);
  });
  it.each(["exit 1", "kill -9 $$"])("%s is an error in words", async (script) => {
    await expect(list(script)).rejects.toMatchObject({ exitCode: 6, name: "UserError" });
  });
  it.each(["", "{", "[]"])("an answer of %j too", async (text) => {
    await expect(list(answer(text))).rejects.toMatchObject({ exitCode: 6, name: "UserError" });
  });
});

describe.skipIf(process.platform === "win32")("many seeds at once", () => {
  const texts = async (script: string) => Object.fromEntries(await keyringTexts(played(script)));

  it("are what is there once and is whole; the rest is left to the entry itself", async () => {
    const found = [
      ["a", "one"],
      ["b", "two"],
      ["b", "three"],
      ["c", "\ufffdx"],
      ["d"],
      "e",
      null,
      [1, "f"],
      ["g", ""],
    ];
    expect(await texts(answer(JSON.stringify({ found })))).toEqual({ a: "one" });
  });
  it.each([answer('{"fault":"IsLocked"}'), answer("{"), "exit 1"])(
    "are none after %j, and no error",
    async (script) => {
      expect(await texts(script)).toEqual({});
    },
  );
});
