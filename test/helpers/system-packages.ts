/**
 * Programs that npm does not bring: a test that needs one is skipped by name where it is missing,
 *
 *     describe.skipIf(!needs("xterm", "Xvfb"))("a real terminal (needs xterm, Xvfb)", …)
 *
 * and fails in CI, where all of them are installed: nothing is skipped there without anybody noticing.
 */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether all of them are on the PATH. Throws instead of saying no where CI=true. */
export function needs(...commands: string[]): boolean {
  const missing = commands.filter((command) => whereIs(command) === undefined);
  if (missing.length > 0 && process.env.CI === "true")
    throw new Error(`CI must have ${missing.join(", ")} installed: no test is skipped there`);
  return missing.length === 0;
}

/** The file that is run; undefined where there is none. */
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
