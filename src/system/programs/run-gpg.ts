/** The user's own GnuPG. What it decrypts comes through a pipe; its agent asks the user for passphrases, and we never see them. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToInstall } from "../../base/platform-hints.ts";
import type { Gpg } from "../../ports/gpg.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";
import type { Env } from "./tool-environment.ts";

/** Long enough for the user to find a smart card. */
const PATIENCE = 120_000;

export function userGpg(env: Env): Gpg {
  return { decrypt: (path, limit) => decrypt(path, limit, env) };
}

async function decrypt(path: string, limit: number, env: Env): Promise<Uint8Array> {
  if (!isInstalled("gpg", env)) {
    throw new UserError("decrypting it requires gpg, which is not installed", ExitCode.failed, [
      howToInstall(process.platform, "gpg"),
    ]);
  }
  const limits = { env, patience: PATIENCE, limit };
  const { ok, output, complaint } = await runTool(["gpg", "--quiet", "--decrypt", "--", path], limits);
  if (ok) return output;
  throw new UserError(complaint || "gpg did not decrypt it", ExitCode.unreadable);
}
