import { ExitCode, UserError } from "../base/errors.ts";
import { readConfig } from "../settings/config-file.ts";
import type { Needs } from "../world.ts";

/** Throws UserError (exit 1). Where nothing is stored yet, a file store can still be made. */
export function requireShareable(needs: Needs<"folder">): void {
  if (readConfig(needs.folder)?.store !== "keyring") return;
  throw new UserError("the seeds are in the keyring, which can't be shared", ExitCode.failed, [
    "move them to encrypted files: twinseed store move file",
  ]);
}
