/**
 * The user's own YubiKey Manager (ykman 4 or 5). It reads what it would prompt for from stdin if that is no terminal, so a seed and a
 * password go there. It runs in a session without a terminal: otherwise Python would ask for the password on that.
 */
import { ExitCode, UserError } from "../../base/errors.ts";
import { OUTPUT_LIMITS } from "../../base/limits.ts";
import { printable } from "../../base/printable.ts";
import type { Ykman } from "../../ports/ykman.ts";
import { howToInstall } from "../platform-hints.ts";
import type { Env } from "../tool-environment.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";

/** A key waits 15 seconds for a touch, and ykman some more for a key that was just plugged in. */
const PATIENCE = 60_000;

export function userYkman(given: Env): Ykman {
  const env = { ...given, PYTHONIOENCODING: "utf-8" };
  return {
    async run(args, lines = []) {
      if (!isInstalled("ykman", env))
        throw new UserError("YubiKey Manager (ykman) is not installed", ExitCode.failed, [
          howToInstall(process.platform, "ykman"),
        ]);
      const input = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const limits = { env, patience: PATIENCE, limit: OUTPUT_LIMITS.ykmanBytes, input, unattended: true };
      const { ok, output, stderr } = await runTool(["ykman", ...args], limits);
      input.fill(0);
      return { ok, stdout: Buffer.from(output).toString(), complaint: complaintIn(stderr) };
    },
  };
}

/** Only its own sentences: a traceback of Python could quote what it was given. */
function complaintIn(stderr: string): string {
  const errors = Array.from(stderr.matchAll(/^Error: (.+)$/gm), ([, text = ""]) => text);
  return printable(errors.at(-1) ?? "", 200);
}
