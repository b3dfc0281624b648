/** Where the platform's place can't be the data folder, and what to say of it: loaded only then. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToSetFolder } from "../platform-hints.ts";
import { quotable } from "./disk-error.ts";

/**
 * `path` is relative, or empty if there is no home directory. Ignores what xdg-folder.ts would, as env-paths does not; then HOME itself
 * is relative, and with that the seeds would seem to come and go with the working directory. Throws UserError (exit 1).
 */
export function insteadOf(path: string, home = homedir): string {
  if (path === "")
    throw new UserError("this user has no home directory", ExitCode.failed, [
      howToSetFolder(process.platform, "TWINSEED_HOME", "the data"),
    ]);
  const usual = join(home(), ".local/share/twinseed");
  if (process.platform !== "win32" && isAbsolute(usual)) return usual;
  throw new UserError(`the data folder "${quotable(path)}" is not an absolute path`, ExitCode.failed, [
    `check ${process.platform === "win32" ? "LOCALAPPDATA" : "HOME"}, or set TWINSEED_HOME`,
  ]);
}
