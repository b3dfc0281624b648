/** Where the data folder is. */
import { isAbsolute, resolve } from "node:path";

/** TWINSEED_HOME if set, otherwise the platform's default. Always absolute. */
export async function dataFolderPath(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<string> {
  if (env.TWINSEED_HOME) return resolve(cwd, env.TWINSEED_HOME);
  // Loaded only here, because on load it looks up the home directory and throws if there is none.
  const data = await import("env-paths").then(
    ({ default: envPaths }) => envPaths("twinseed", { suffix: "" }).data,
    () => "",
  );
  return isAbsolute(data) ? data : (await import("./no-data-folder.ts")).insteadOf(data);
}
