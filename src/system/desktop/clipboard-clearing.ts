/**
 * A small process that outlives us and clears the clipboard if it still holds what we put there. It gets a salted hash, not the
 * text, and gets it through a pipe: its arguments, which every user can see, are always the same.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { withFullPath } from "../programs/find-program.ts";
import type { Env } from "../programs/tool-environment.ts";
import type { ClipboardTool } from "./clipboard-tool.ts";

/** Matches only from the first line break of a run: otherwise each one in a long run would be tried. */
const LAST_LINE_ENDS = /(?<![\r\n])[\r\n]+$/;

// Runs in a bare Node, also from our bundle, so it is a string and imports nothing of ours. Trailing line breaks are ignored:
// some tools add one.
const SCRIPT = `
const { createHash } = require("crypto");
const { spawnSync } = require("child_process");
const { salt, hash, delay, paste, clear } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = ([program, ...args]) =>
  spawnSync(program, args, { input: "", stdio: ["pipe", "pipe", "ignore"], timeout: 10000, windowsHide: true });
setTimeout(() => {
  const text = String(run(paste).stdout ?? "").replace(${LAST_LINE_ENDS}, "");
  if (createHash("sha256").update(salt + text).digest("hex") === hash) {
    const [program, ...args] = clear;
    spawnSync(program, args, { input: "", stdio: ["pipe", "ignore", "ignore"], timeout: 10000, windowsHide: true });
  }
}, delay);
`;

export async function clearLater(
  tool: ClipboardTool,
  text: string,
  seconds: number,
  env: Env,
): Promise<void> {
  const { createHash, randomBytes } = await import("node:crypto");
  const { spawn } = await import("node:child_process");
  const salt = randomBytes(16).toString("hex");
  const held = text.replace(LAST_LINE_ENDS, "");
  const hash = createHash("sha256")
    .update(salt + held)
    .digest("hex");
  const [paste, clear] = [tool.paste, tool.clear].map((command) => withFullPath(command, env));
  const order = { salt, hash, delay: seconds * 1000, paste, clear };
  const child = spawn(process.execPath, ["-e", SCRIPT], {
    env,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  const told = await new Promise<boolean>((resolve) => {
    child.on("error", () => resolve(false));
    child.stdin.on("error", () => resolve(false));
    child.stdin.end(JSON.stringify(order), () => resolve(true));
  });
  child.unref();
  if (!told) {
    throw new UserError(
      "copied, but the clipboard will not be cleared automatically: could not start a process for that",
      ExitCode.failed,
      ["copy something else when you are done"],
    );
  }
}
