import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { systemClipboard } from "../../src/system/desktop/clipboard.ts";
import { clipboardTool } from "../../src/system/desktop/clipboard-tools.ts";
import { CHILD } from "../helpers/binary.ts";
import { bundle, temporaryFolder } from "../helpers/child.ts";
import { pathOf } from "../helpers/desktop.ts";
import { needs } from "../helpers/system-packages.ts";

function pathWith(...commands: string[]): string {
  const folder = temporaryFolder();
  for (const command of commands) {
    writeFileSync(join(folder, command), "");
    chmodSync(join(folder, command), 0o755);
  }
  return folder;
}

function environmentOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, "utf8")}\0`;
  } catch {
    return "";
  }
}

describe("the clipboard's tool", () => {
  const all = ["wl-copy", "wl-paste", "xclip", "xsel", "pbcopy", "pbpaste", "clip.exe", "powershell.exe"];
  it.each([
    ["wl-copy", { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" }, "linux"],
    ["xclip", { DISPLAY: ":0" }, "linux"],
    ["clip.exe", { WSL_DISTRO_NAME: "Debian", DISPLAY: ":0" }, "linux"],
    ["pbcopy", {}, "darwin"],
    ["clip.exe", {}, "win32"],
  ] as const)("is %s with %j on %s", (command, env, platform) => {
    expect(clipboardTool({ ...env, PATH: pathWith(...all) }, platform).copy[0]).toBe(command);
  });

  it("is the next one that is installed", () => {
    const env = { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0", PATH: pathWith("xsel") };
    expect(clipboardTool(env, "linux").copy[0]).toBe("xsel");
  });

  it("knows pictures, but for xsel", () => {
    const tool = (...commands: string[]) =>
      clipboardTool({ DISPLAY: ":0", PATH: pathWith(...commands) }, "linux");
    expect(tool("xsel", "xclip").pictures).toBeDefined();
    expect(tool("xsel").pictures).toBeUndefined();
  });

  it("is named where it is missing", () => {
    const PATH = pathWith();
    const missing = (env: Record<string, string>) => () => clipboardTool({ ...env, PATH }, "linux");
    expect(missing({ WAYLAND_DISPLAY: "w" })).toThrow(
      expect.objectContaining({ exitCode: 1, hints: ['install the package "wl-clipboard"'] }),
    );
    expect(missing({ DISPLAY: ":0" })).toThrow(
      expect.objectContaining({ exitCode: 1, hints: ['install the package "xclip"'] }),
    );
    expect(missing({})).toThrow("no clipboard: this is not a graphical session");
  });
});

describe.skipIf(process.platform === "win32")("a code on macOS's clipboard", () => {
  async function copied(osascript: string): Promise<{ [name: string]: string }> {
    const folder = temporaryFolder();
    const to = (name: string): string => `cat > ${join(folder, name)}`;
    const PATH = `${pathOf({ osascript: osascript || `echo "$*" > ${join(folder, "args")}; ${to("marked")}`, pbcopy: to("plain"), pbpaste: "" })}:/bin:/usr/bin`;
    await systemClipboard({ PATH }, CHILD, "darwin").copy("123456", 0);
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
  }

  it("is marked as a secret, and no argument", async () => {
    const { args = "", ...rest } = await copied("");
    expect(args).toContain("org.nspasteboard.ConcealedType");
    expect(args).not.toContain("123456");
    expect(rest).toEqual({ marked: "123456" });
  });

  it("is there where it can't be marked", async () => {
    expect(await copied("exit 1")).toEqual({ plain: "123456" });
  });
});

describe.skipIf(!needs("Xvfb", "xclip", "ps"))(
  "the clipboard (needs Xvfb, xclip, ps)",
  { timeout: 60_000 },
  () => {
    let server: ChildProcess | undefined;
    let env: Record<string, string> = {};
    const held = (): string =>
      execFileSync("xclip", ["-selection", "clipboard", "-out"], {
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });

    /** The processes on our display whose command line matches. */
    const running = (pattern: RegExp): string[] =>
      execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
        .split("\n")
        .filter((line) => pattern.test(line))
        .map((line) => line.trim().split(" ")[0] ?? "")
        .filter((pid) => environmentOf(pid).includes(`DISPLAY=${env.DISPLAY}\0`));

    beforeAll(async () => {
      server = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp"], {
        stdio: ["ignore", "ignore", "ignore", "pipe"],
      });
      const [display] = await once(server.stdio[3] as NodeJS.ReadableStream, "data");
      env = { PATH: process.env.PATH ?? "", DISPLAY: `:${String(display).trim()}` };
    });
    afterAll(() => void server?.kill());

    it("holds the text and is cleared later", async () => {
      await systemClipboard(env, CHILD).copy("492039", 3);
      expect(held()).toBe("492039");
      await vi.waitUntil(() => held() === "", { timeout: 30_000 });
    });

    it("is left alone when it holds something else by then", async () => {
      await systemClipboard(env, CHILD).copy("492039", 2);
      await systemClipboard(env, CHILD).copy("something else", 0);
      await vi.waitUntil(() => running(/clear-clipboard/).length === 0, { timeout: 30_000 });
      expect(held()).toBe("something else");
    });

    it("is cleared by a process that outlives ours, holds no secret in sight, and keeps nobody waiting", async () => {
      const script = bundle(
        `import { systemClipboard } from "./src/system/desktop/clipboard.ts";
       systemClipboard(process.env, ${JSON.stringify(CHILD)}).copy("771204", 8).then(() => console.log("copied"));`,
        temporaryFolder(),
      );
      const secret = { TWINSEED_PASSPHRASE: "open sesame" };
      expect(execFileSync(process.execPath, [script], { env: { ...env, ...secret }, encoding: "utf8" })).toBe(
        "copied\n",
      );
      expect(held()).toBe("771204"); // so it ended before the clearing
      expect(running(/771204/)).toEqual([]);
      await vi.waitUntil(() => running(/xclip -selection|clear-clipboard/).length === 2, { timeout: 30_000 });
      const left = running(/xclip -selection|clear-clipboard/);
      for (const pid of left) expect(environmentOf(pid)).not.toContain("open sesame");
      await vi.waitUntil(() => held() === "", { timeout: 30_000 });
    });

    it("that can't be reached is an error", async () => {
      await expect(systemClipboard({ ...env, DISPLAY: ":9999" }, CHILD).copy("1", 0)).rejects.toMatchObject({
        name: "UserError",
        exitCode: 1,
      });
    });
  },
);
