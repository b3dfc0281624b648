/** `note --edit` in a real terminal: the editor gets a private file in memory, and nothing of it is left, however it ends. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BIN, computerIn } from "../helpers/binary.ts";
import { needs } from "../helpers/system-packages.ts";
import { good } from "../helpers/team.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";

const LONG = 120_000;
const root = mkdtempSync(join(tmpdir(), "twinseed-editor-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = computerIn(join(root, "home"), {
  TWINSEED_STORE: "file",
  TWINSEED_KEY: Buffer.alloc(32, 9).toString("base64"),
});
const left = () => readdirSync("/dev/shm").filter((name) => name.startsWith("twinseed-note-"));

/** What runs instead of an editor; $1 is an argument of $EDITOR's own, $2 the file. */
function editor(script: string): string {
  const path = join(root, "editor.sh");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return `${path} --wait`;
}

async function edit(script: string) {
  const own = { ...home.env, XDG_RUNTIME_DIR: "", EDITOR: editor(script) };
  const settings = Object.entries(own).map(([name, value]) => `${name}="${value}"`);
  const command = `env -i TERM="$TERM" ${settings.join(" ")} ${process.execPath} ${BIN} note me --edit`;
  return startTmux(`${command}; echo "exit $?"`, { columns: 120 });
}

const note = async () => (await home.run(["note", "me"])).stdout;

describe.skipIf(!needs(...TMUX_NEEDS) || !existsSync("/dev/shm"))("the editor", { timeout: LONG }, () => {
  beforeAll(async () => {
    await good(
      home,
      ["add", "-", "--name", "me"],
      "otpauth://totp/T:me?issuer=T&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    );
    await good(home, ["note", "me", "--edit"], "before");
  });

  it("gets its arguments and a file of the user alone, in memory, without our variables", async () => {
    const seen = join(root, "seen");
    const tmux = await edit(
      `{ echo "$1"; dirname "$2"; stat -c %a "$2" "$(dirname "$2")"; cat "$2"; env | grep -c TWINSEED_KEY; tty; } > ${seen}; echo after >> "$2"`,
    );
    await tmux.waitFor("exit 0");
    await tmux.stop();
    const lines = readFileSync(seen, "utf8").split("\n");
    expect(lines).toEqual([
      "--wait",
      expect.stringMatching(/^\/dev\/shm\/twinseed-note-/),
      ...["600", "700", "before", "0"],
      expect.stringMatching(/^\/dev\//),
      "",
    ]);
    expect(await note()).toBe("before\nafter\n");
    expect(left()).toEqual([]);
  });

  it.each([
    ["fails", "echo x > $2; exit 3", "ended with exit code 3", 1],
    ["leaves no file", "rm $2", "the editor left no file", 1],
    ["leaves a link", "rm $2; ln -s /etc/passwd $2", "the editor left no file", 1],
    ["leaves too much", "head -c 20000 /dev/zero > $2", "more than 16384 bytes", 5],
    ["leaves something binary", "head -c 200 /dev/urandom > $2", "nothing was changed", 5],
    ["leaves an empty file", ": > $2", "the note is empty", 5],
    ["changes nothing", "exit 0", "nothing was changed", 0],
  ])("that %s changes nothing, and leaves nothing", async (_, script, message, exitCode) => {
    const before = await note();
    const tmux = await edit(script);
    const screen = await tmux.waitFor(`exit ${exitCode}`);
    await tmux.stop();
    expect(screen.replace(/\s+/g, " ")).toContain(message);
    expect(await note()).toBe(before);
    expect(left()).toEqual([]);
  });

  it.each(["TERM", "HUP", "KILL"])(
    "and SIG%s while it is open changes nothing, and leaves nothing for long",
    async (signal) => {
      const before = await note();
      const tmux = await edit(`echo secret > $2; kill -${signal} $PPID; sleep 0.2`);
      await tmux.waitFor(/exit \d+/);
      await tmux.stop();
      expect(await note()).toBe(before);
      if (signal === "KILL") await (await edit("exit 0")).waitFor("exit 0"); // the next run deletes what a kill left
      expect(left()).toEqual([]);
    },
  );
});
