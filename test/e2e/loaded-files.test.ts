/** What runs often loads little: the files of dist/ that a command takes with it (packaging/layers.mjs). */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { github } from "../helpers/accounts.ts";
import { BIN, ROOT } from "../helpers/binary.ts";

const PRELOADED = join(ROOT, "test/helpers/loaded-files.cjs");
const PASSPHRASE = { TWINSEED_PASSPHRASE: "correct horse" };
const uri = formatOtpauthUri(github);
const home = mkdtempSync(join(tmpdir(), "twinseed-loaded-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(store: string, line: string, more: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    TWINSEED_HOME: join(home, store),
    TWINSEED_STATE: join(home, `${store}-state`),
    TWINSEED_STORE: store,
    TWINSEED_URI: uri,
    FAKE_KEYRING: join(home, `${store}.json`),
    ...more,
  };
  const args = ["-r", PRELOADED, BIN, ...line.split(" ")];
  const { status, stderr } = spawnSync(process.execPath, args, {
    env,
    input: uri,
    encoding: "utf8",
    cwd: home,
  });
  return { status, loaded: /^loaded: (.*)$/m.exec(stderr)?.[1]?.split(" ") };
}

it.each<[file: string, line: string]>([
  ["list.cjs", "list"],
  ["options.cjs", "code github --json"],
  ["audit.cjs", "audit"],
  ["program.cjs", "device list"],
])("%s of another build, after an update, is not taken: %s", (file, line) => {
  const copy = mkdtempSync(join(home, "copy-"));
  for (const folder of ["bin", "dist"]) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  const start = () =>
    spawnSync(process.execPath, [join(copy, "bin/twinseed.js"), ...line.split(" ")], {
      env: { HOME: home, TWINSEED_HOME: join(home, "none"), XDG_RUNTIME_DIR: home },
      encoding: "utf8",
    });
  const replaced =
    "twinseed: error: twinseed was replaced by another version while it ran\ntwinseed: hint: run this again\n";
  expect(start().stderr).not.toContain("replaced");
  const text = readFileSync(join(copy, "dist", file), "utf8");
  const other = text.replace(/(\.build!==")[0-9a-f]{16}"/, '$10000000000000000"');
  expect(other).not.toBe(text);
  writeFileSync(join(copy, "dist", file), other);
  expect(start()).toMatchObject({ status: 1, stdout: "", stderr: replaced });
});

describe.skipIf(process.platform !== "linux")("the files that are loaded", () => {
  beforeAll(() => {
    expect(run("keyring", "add - --name github")).toMatchObject({ status: 0 });
    expect(run("file", "add - --name github", PASSPHRASE)).toMatchObject({ status: 0 });
  });

  it.each<[line: string, more: string[]]>([
    ["code github", []],
    ["code", []],
    ["list", ["list.cjs"]],
    ["list git", ["list.cjs"]],
    ["code github --json", ["options.cjs", "list.cjs"]],
    ["code github --once", ["options.cjs", "list.cjs"]],
    ["code github --next", ["options.cjs", "list.cjs"]],
    ["code github --at 2020-01-01", ["options.cjs", "list.cjs"]],
    ["code --env --mask", ["options.cjs", "list.cjs"]],
    ["audit", ["options.cjs", "list.cjs", "audit.cjs"]],
    ["device list", ["options.cjs", "list.cjs", "program.cjs"]],
  ])("by %s", (line, more) => {
    const { status, loaded } = run("keyring", line);
    expect(loaded).toEqual(["twinseed.cjs", ...more]);
    expect(status).toBe(line === "audit" ? 8 : 0);
  });

  it("by a file store, and by one that the keyring opens", () => {
    const alone = { status: 0, loaded: ["twinseed.cjs"] };
    expect(run("file", "code github", PASSPHRASE)).toEqual(alone);
    expect(run("file", "store unlock-with keyring", PASSPHRASE)).toMatchObject({ status: 0 });
    expect(run("file", "code github")).toEqual(alone);
  });
});
