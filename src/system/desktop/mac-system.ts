/** Asks macOS about itself, with its own tools. */
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Mac, Signature } from "../../ports/mac.ts";
import { programPath } from "../programs/find-program.ts";
import { type Command, runTool, type ToolEnd } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { mayRecord } from "./screen-permission.ts";

const PATIENCE = 5000;
const LIMIT = 64 * 1024;

/** `node` and `script`: the absolute paths of what runs. In an executable that has both, there is no file of the script's. */
export function macSystem(env: Env, node: string, script: string | undefined): Mac {
  return {
    async defaultKeychain() {
      const end = await ask(["security", "default-keychain"], env);
      return end?.ok ? /"(.*)"/.exec(Buffer.from(end.output).toString("utf8"))?.[1] : undefined;
    },
    nodeSignature: async () =>
      signatureIn((await ask(["codesign", "-dvv", realpathSync(node)], env))?.stderr ?? ""),
    consents: async () => ({ screen: await mayRecord(env), allFiles: canRead(CONSENTS) }),
    startWords: async () =>
      [node, script].flatMap((path) => (path && existsSync(path) ? stablePath(path, env) : [])),
  };
}

/** Only who has Full Disk Access can read this file, and trying to opens no window. */
const CONSENTS = join(homedir(), "Library/Application Support/com.apple.TCC/TCC.db");

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function signatureIn(report: string): Signature | undefined {
  if (/^Signature=adhoc$/m.test(report) || /not signed at all/.test(report)) return { kind: "own" };
  const name = /^Authority=(.*)$/m.exec(report)?.[1];
  return name === undefined ? undefined : { kind: "developer", name: printable(name) };
}

/**
 * Homebrew and others have each version in a folder of its own, and a link to the current one on PATH. The link is still right
 * after an upgrade.
 */
function stablePath(path: string, env: Env): string {
  const linked = programPath(basename(path), env) ?? programPath("twinseed", env);
  const isSame = linked !== undefined && isAbsolute(linked) && realpathSync(linked) === realpathSync(path);
  return isSame ? linked : path;
}

async function ask(command: Command, env: Env): Promise<ToolEnd | undefined> {
  try {
    return await runTool(command, { env, patience: PATIENCE, limit: LIMIT });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
