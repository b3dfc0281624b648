import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runTool } from "../../src/system/programs/run-tool.ts";
import { temporaryFolder } from "../helpers/child.ts";

const env = { PATH: process.env.PATH, TWINSEED_PASSPHRASE: "open sesame", NODE_OPTIONS: "--x", LANG: "C" };
const sh = (script: string, limits: { patience?: number; limit?: number } = {}) =>
  runTool(["sh", "-c", script], { env, patience: 20_000, limit: 1000, ...limits });
const listeners = () => ["exit", "SIGINT", "SIGTERM"].map((name) => process.listenerCount(name));

describe("a tool", () => {
  it("prints bytes, may fail, and may complain", async () => {
    const { ok, output, complaint } = await sh(
      "printf 'a\\000\\377'; printf 'x\\n\\033[31mno display\\n' >&2; exit 3",
    );
    expect([ok, [...output], complaint]).toEqual([false, [97, 0, 255], "[31mno display"]);
  });

  it("learns nothing of our passphrase, and reads nothing of our stdin", async () => {
    const { output } = await sh("cat; env");
    expect(Buffer.from(output).toString()).toContain("LANG=C");
    expect(Buffer.from(output).toString()).not.toMatch(/sesame|TWINSEED|NODE_OPTIONS/);
  });

  it("writes files for nobody else to read", async () => {
    const { output } = await sh("umask");
    expect(Buffer.from(output).toString().trim()).toMatch(/^0?077$/);
    expect(process.umask()).not.toBe(0o077);
  });

  it.each([
    ["does not end", "exec sleep 60", { patience: 300 }, 1, /"sh" did not answer within 0.3 seconds/],
    ["leaves somebody at its output", "sleep 5 & exit 0", { patience: 300 }, 1, /did not answer/],
    ["prints without an end", "exec yes", {}, 5, /"sh" printed more than 1000 bytes/],
  ] as const)("that %s is given up", async (_, script, limits, exitCode, message) => {
    const before = listeners();
    const began = performance.now();
    await expect(sh(script, limits)).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
    });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(listeners()).toEqual(before);
  });

  it.skipIf(process.platform === "win32")("is given up together with what it has started", async () => {
    const file = join(temporaryFolder(), "children");
    // One in the same session, one in a session of its own, one below another.
    const script = `echo $$ >${file}; (echo $BASHPID; sleep 60 & echo $!; wait) >>${file} & setsid sh -c 'echo $$; exec sleep 60' >>${file} & wait`;
    const ended = runTool(["sh", "-c", script.replace("$BASHPID", "$(exec sh -c 'echo $PPID')")], {
      env,
      patience: 1000,
      limit: 1000,
      withChildren: true,
    });
    await expect(ended).rejects.toMatchObject({ exitCode: 1 });
    const pids = fs.readFileSync(file, "utf8").trim().split("\n").map(Number);
    expect(pids).toHaveLength(4);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });

  it("that is not there is an error", async () => {
    const missing = runTool(["no-such-tool"], { env, patience: 1000, limit: 10 });
    await expect(missing).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/"no-such-tool" is not installed/),
    });
  });
});

/** A process that has ended and that its parent has not noticed yet does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
