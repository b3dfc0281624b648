import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { bundle, temporaryFolder } from "../helpers/child.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";

const run = promisify(execFile);
const IMPORT = `import { standardError, standardInput, standardOutput } from "./src/system/terminal/standard-streams.ts";`;

/** Runs `body` in a shell line in which $NODE stands for the command. */
async function shell(line: string, body: string) {
  const script = bundle(`${IMPORT} (async () => { ${body} })();`, temporaryFolder());
  const env = { ...process.env, NODE: `${process.execPath} ${script}` };
  return await run("sh", ["-c", line], { env, maxBuffer: 64 * 1024 * 1024 });
}

const TELL_INPUT = `
  const out = standardOutput(process.env);
  try { out.write((await standardInput().readAll(1000)).length + " bytes"); }
  catch (error) { out.write(error.name + " " + error.exitCode + " " + error.message); }`;

describe.skipIf(process.platform === "win32")("stdin", { timeout: 20_000 }, () => {
  it.each([
    ["a pipe", "printf hello | $NODE", "5 bytes"],
    ["a slow pipe", "(printf hel; printf lo) | $NODE", "5 bytes"],
    ["a file", "$NODE < /etc/hostname", /^\d+ bytes$/],
    ["nothing", "$NODE < /dev/null", "0 bytes"],
    ["not open", "$NODE <&-", "0 bytes"],
    ["a folder", "$NODE < /", "UserError 5 stdin is a folder"],
    ["too much", "head -c 1001 /dev/zero | $NODE", "UserError 5 stdin has more than 1000 bytes"],
    ["as much as there may be", "head -c 1000 /dev/zero | $NODE", "1000 bytes"],
    ["without an end", "$NODE < /dev/zero", "UserError 5 stdin has more than 1000 bytes"],
  ])("that is %s is read", async (_, line, expected) => {
    expect((await shell(line, TELL_INPUT)).stdout).toMatch(expected);
  });
});

const TELL_OUTPUT = `
  const out = standardOutput(process.env);
  standardError(process.env).write(out.isTTY + " " + out.color + "\\n");`;

describe.skipIf(process.platform === "win32")("stdout", { timeout: 20_000 }, () => {
  const LARGE = `standardOutput(process.env).write("x".repeat(4000000)); process.exit(0);`;

  it("loses nothing in a pipe, however slow its reader, though the process ends at once", async () => {
    const line = `$NODE | node -e 'setTimeout(() => process.stdin.pipe(process.stdout), 300)' | wc -c`;
    expect((await shell(line, LARGE)).stdout.trim()).toBe("4000000");
  });

  it("loses nothing in a pipe that does not block", async () => {
    // Node gives its children sockets, and this one reads late.
    const { stdout } = await shell("$NODE", LARGE);
    expect(stdout.length).toBe(4_000_000);
  });

  it("ends without a word when nobody reads, and the command goes on", async () => {
    const body = `
      const out = standardOutput(process.env);
      for (let i = 0; i < 100; i++) out.write("x".repeat(100000));
      standardError(process.env).write("went on\\n");`;
    const { stderr } = await shell("($NODE; echo $? >&2) | head -c 1 >/dev/null", body);
    expect(stderr).toBe("went on\n0\n");
  });

  it("says so when the disk is full", async () => {
    const body = `try { standardOutput(process.env).write("x"); } catch (error) { console.error(error.name, error.message); }`;
    const { stderr } = await shell(
      "if test -e /dev/full; then $NODE >/dev/full; else echo >&2 disk is full; fi",
      body,
    );
    expect(stderr).toContain("disk is full");
  });

  it("and stderr that are not open are no error", async () => {
    const body = `standardOutput(process.env).write("x"); standardError(process.env).write("x");`;
    await shell("$NODE >&- 2>&-", body);
  });

  it("is no terminal in a pipe", async () => {
    expect((await shell("$NODE | cat", TELL_OUTPUT)).stderr).toBe("false false\n");
    expect((await shell("$NODE > /dev/null", TELL_OUTPUT)).stderr).toBe("false false\n");
  });
});

describe.skipIf(!needs(...TMUX_NEEDS))("stdout at a terminal (needs tmux)", { timeout: 20_000 }, () => {
  it.each([
    ["has colors", "env -u NO_COLOR", "true true"],
    ["has none where NO_COLOR is set", "env NO_COLOR=1", "true false"],
    ["has colors where NO_COLOR is empty", "env NO_COLOR=", "true true"],
    ["has none where TERM is dumb", "env -u NO_COLOR TERM=dumb", "true false"],
  ])("%s", async (_, prefix, expected) => {
    const script = bundle(`${IMPORT} ${TELL_OUTPUT}`, temporaryFolder());
    const tmux = await startTmux(`${prefix} ${process.execPath} ${script}`);
    onTestFinished(() => tmux.stop());
    await tmux.waitFor(expected);
  });
});
