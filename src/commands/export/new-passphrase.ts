/** A new password for an exported file: from --passphrase-file, or else typed twice. */

import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { isShort } from "../../base/short-passphrase.ts";
import { passphraseFor } from "../../intake/file-passphrase.ts";
import { warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export type NewPassphraseNeeds = Needs<"stdin" | "stderr" | "terminal" | "files">;

/** Throws UserError: exit 2 if there is neither a terminal nor a file, exit 1 if the two passwords differ. */
export async function newPassphrase(
  { passphraseFile }: { readonly passphraseFile?: string },
  needs: NewPassphraseNeeds,
): Promise<string> {
  const passphrase = await given(passphraseFile, needs);
  if (isShort(passphrase))
    warn(needs, "this password is short: anyone who gets the file can try millions per second");
  return passphrase;
}

async function given(passphraseFile: string | undefined, needs: NewPassphraseNeeds): Promise<string> {
  if (passphraseFile !== undefined) return passphraseFor("the export", { passphraseFile }, needs).ask();
  const terminal = needs.terminal();
  if (terminal === undefined)
    throw usageError("no terminal to ask for a password on", "use --passphrase-file FILE");
  const passphrase = await terminal.askHidden("Password for the export (not shown): ");
  if (passphrase === "") throw usageError("the password is empty");
  if ((await terminal.askHidden("Confirm password: ")) !== passphrase)
    throw new UserError("the two passwords differ; nothing was written", ExitCode.failed);
  return passphrase;
}
