/** The user's own GnuPG. What it decrypts comes through a pipe; passphrases are between its agent and the person. */
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Gpg } from "../../ports/gpg.ts";
import { isInstalled } from "./installed.ts";
import { type Env, runTool } from "./run-tool.ts";

/** A person may have to look for a smart card. */
const PATIENCE = 120_000;

export function userGpg(env: Env): Gpg {
  return { decrypt: (path, limit) => decrypt(path, limit, env) };
}

async function decrypt(path: string, limit: number, env: Env): Promise<Uint8Array> {
  if (!isInstalled("gpg", env)) {
    throw new UserError("gpg is needed to decrypt it, and is not installed", ExitCode.failed, [
      "install GnuPG (package gnupg)",
    ]);
  }
  const limits = { env, patience: PATIENCE, limit };
  const { ok, output, complaint } = await runTool(["gpg", "--quiet", "--decrypt", "--", path], limits);
  if (ok) return output;
  throw new UserError(complaint || "gpg did not decrypt it", ExitCode.unreadable);
}
