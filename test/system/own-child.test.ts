/** Tasks of ours in another process: bounded, without our secrets, and gone with us. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { childRunner } from "../../src/system/programs/own-child.ts";
import { ROOT } from "../helpers/binary.ts";
import { bundle, temporaryFolder } from "../helpers/child.ts";

const limits = { patience: 20_000, bytes: 1000 };

/** Runs `script` as the file of the tasks. */
function played(script: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(temporaryFolder(), "tasks.cjs");
  writeFileSync(file, script);
  return childRunner(process.execPath, file, { PATH: process.env.PATH, ...env });
}

const textOf = (end: { answer: Uint8Array } | { fault: string }) =>
  "answer" in end ? Buffer.from(end.answer).toString("utf8") : end.fault;

describe("a task", () => {
  it("gets its name and its input, and its output is the answer", async () => {
    const run = played(`process.stdout.write(process.argv[2] + require("fs").readFileSync(0, "utf8"))`);
    expect(textOf(await run("list-keyring", " in", limits))).toBe("list-keyring in");
    expect(textOf(await run("read-picture", Promise.resolve(Buffer.from(" later")), limits))).toBe(
      "read-picture later",
    );
  });

  it("gets options of Node, and none of our secrets", async () => {
    const secrets = {
      TWINSEED_KEY: "k",
      NODE_OPTIONS: "--no-deprecation",
      NODE_EXTRA_CA_CERTS: "/x",
      OTHER: "o",
    };
    const run = played(
      `console.log(process.execArgv.join(), Object.keys(process.env).sort().join())`,
      secrets,
    );
    const end = await run("read-picture", "", { ...limits, nodeOptions: ["--liftoff-only"] });
    expect(textOf(end)).toMatch(/^--liftoff-only OTHER,PATH(,\w+)*\n$/);
    expect(textOf(end)).not.toMatch(/TWINSEED|NODE_/);
  });

  it.each([
    ["process.exit(1)", "failed"],
    ["process.kill(process.pid, 'SIGKILL')", "failed"],
    ["process.stdout.write('x'.repeat(2000))", "failed"],
  ])("%s: %s", async (script, fault) => {
    expect(textOf(await played(script)("read-picture", "", limits))).toBe(fault);
  });

  it("that takes too long is killed", async () => {
    const run = played("setTimeout(() => {}, 600_000)");
    expect(textOf(await run("read-picture", "", { ...limits, patience: 300 }))).toBe("too slow");
  });

  it("that could not be started has failed", async () => {
    const run = childRunner("/nowhere/node", "x.cjs", {});
    expect(textOf(await run("read-picture", "", limits))).toBe("failed");
  });
});

it.skipIf(process.platform !== "linux")(
  "a process that waits for its input neither holds us up nor stays",
  async () => {
    const folder = temporaryFolder();
    const child = join(folder, "child.cjs");
    const started = join(folder, "pid");
    writeFileSync(
      child,
      `const fs = require("fs");
     fs.writeFileSync("${started}.new", String(process.pid));
     fs.renameSync("${started}.new", ${JSON.stringify(started)});
     fs.readFileSync(0);`,
    );
    const file = bundle(
      `import { childRunner } from "./src/system/programs/own-child.ts";
     import { existsSync } from "node:fs";
     void childRunner(process.execPath, ${JSON.stringify(child)}, process.env)("read-picture", new Promise(() => {}), ${JSON.stringify(limits)});
     const wait = setInterval(() => existsSync(${JSON.stringify(started)}) && clearInterval(wait), 5);`,
      folder,
    );
    expect(spawnSync(process.execPath, [file], { timeout: 20_000, cwd: ROOT }).status).toBe(0);
    const stat = `/proc/${readFileSync(started, "utf8")}/stat`;
    const state = () => (existsSync(stat) ? /\) (\w)/.exec(readFileSync(stat, "utf8"))?.[1] : "gone");
    await vi.waitFor(() => expect(["gone", "Z"]).toContain(state()), 5000);
  },
);

it.runIf(process.platform === "linux")("what outlives us keeps no file of the shell's open", () => {
  const folder = temporaryFolder();
  const file = bundle(
    `import { existsSync, openSync } from "node:fs";
     import { closeInheritedFiles } from "./src/system/programs/inherited-files.ts";
     const own = openSync("/dev/null");
     const isThere = (one) => existsSync("/proc/self/fd/" + one);
     const before = isThere(200);
     closeInheritedFiles();
     console.log(before, isThere(200), isThere(own), isThere(1));`,
    folder,
  );
  const lock = openSync(join(folder, "lock"), "w");
  const stdio = ["ignore", "pipe", "inherit", ...Array<"ignore">(197).fill("ignore"), lock] as const;
  const { stdout } = spawnSync(process.execPath, [file], { stdio: [...stdio], encoding: "utf8" });
  closeSync(lock);
  expect(stdout).toBe("true false true true\n");
});
