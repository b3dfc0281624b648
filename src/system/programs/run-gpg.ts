/** The user's own GnuPG. What it decrypts and encrypts goes through pipes; its agent asks the user for passphrases, and we never see them. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { TEXT_LIMITS } from "../../base/limits.ts";
import type { Gpg } from "../../ports/gpg.ts";
import { howToInstall } from "../platform-hints.ts";
import type { Env } from "../tool-environment.ts";
import { isInstalled } from "./find-program.ts";
import { runTool } from "./run-tool.ts";

/** Long enough for the user to find a smart card. */
const PATIENCE = 120_000;

export function userGpg(env: Env): Gpg {
  return {
    decrypt: (path, limit) => decrypt(path, limit, env),
    encrypt: (content, recipients) => encrypt(content, recipients, env),
  };
}

async function decrypt(path: string, limit: number, env: Env): Promise<Uint8Array> {
  requireGpg("decrypting", env);
  const limits = { env, patience: PATIENCE, limit };
  const { ok, output, complaint } = await runTool(["gpg", "--quiet", "--decrypt", "--", path], limits);
  if (ok) return output;
  throw new UserError(complaint || "gpg did not decrypt it", ExitCode.unreadable);
}

/** The options are those of pass. `--batch` and `--no-tty`: a key that is not trusted is an error, not a question. */
async function encrypt(content: Uint8Array, recipients: readonly string[], env: Env): Promise<Uint8Array> {
  requireGpg("encrypting", env);
  const to = recipients.flatMap((recipient) => ["--recipient", recipient]);
  const { ok, output, complaint } = await runTool(
    ["gpg", "--quiet", "--batch", "--no-tty", "--compress-algo=none", "--no-encrypt-to", ...to, "--encrypt"],
    { env, patience: PATIENCE, limit: TEXT_LIMITS.bytes, input: content },
  );
  if (ok && output.length > 0) return output;
  throw new UserError(complaint || "gpg did not encrypt it", ExitCode.failed, [
    "nothing was written; gpg must know and trust the keys in .gpg-id",
  ]);
}

function requireGpg(what: string, env: Env): void {
  if (isInstalled("gpg", env)) return;
  throw new UserError(`${what} it requires gpg, which is not installed`, ExitCode.failed, [
    howToInstall(process.platform, "gpg"),
  ]);
}
