/**
 * Programs that npm does not install: a test that needs one is skipped, with its name, if it is missing,
 *
 *     describe.skipIf(!needs("xterm", "Xvfb"))("a real terminal (needs xterm, Xvfb)", …)
 *
 * and fails in CI, where all of them are installed, so nothing is silently skipped there.
 */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether all of them are on the PATH. With CI=true, throws instead of returning false. */
export function needs(...commands: string[]): boolean {
  const missing = commands.filter((command) => whereIs(command) === undefined);
  if (missing.length > 0 && process.env.CI === "true")
    throw new Error(`CI must have ${missing.join(", ")} installed: no test is skipped there`);
  return missing.length === 0;
}

/** The file that would be run; undefined if there is none. */
export function whereIs(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
