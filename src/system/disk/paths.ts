/** Where the data folder is. */
import { isAbsolute, resolve } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { howToSetFolder } from "../../base/platform-hints.ts";
import { quotable } from "./disk-error.ts";

/** TWINSEED_HOME if set, otherwise the platform's default. Always absolute. */
export async function dataFolderPath(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<string> {
  if (env.TWINSEED_HOME) return resolve(cwd, env.TWINSEED_HOME);
  // Loaded only here, because on load it looks up the home directory and throws if there is none.
  const { data } = await import("env-paths").then(
    ({ default: envPaths }) => envPaths("twinseed", { suffix: "" }),
    () => {
      throw new UserError("this user has no home directory", ExitCode.failed, [
        howToSetFolder(process.platform, "TWINSEED_HOME", "the data"),
      ]);
    },
  );
  // With a relative path, the seeds would seem to come and go with the working directory.
  if (!isAbsolute(data)) {
    throw new UserError(`the data folder "${quotable(data)}" is not an absolute path`, ExitCode.failed, [
      "check XDG_DATA_HOME and HOME, or set TWINSEED_HOME",
    ]);
  }
  return data;
}
