/** Why there is no data folder: loaded only then. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToSetFolder } from "../platform-hints.ts";
import { quotable } from "./disk-error.ts";

export function noHome(): UserError {
  return new UserError("this user has no home directory", ExitCode.failed, [
    howToSetFolder(process.platform, "TWINSEED_HOME", "the data"),
  ]);
}

/** With such a path, the seeds would seem to come and go with the working directory. */
export function relativeHome(path: string): UserError {
  return new UserError(`the data folder "${quotable(path)}" is not an absolute path`, ExitCode.failed, [
    "check XDG_DATA_HOME and HOME, or set TWINSEED_HOME",
  ]);
}
