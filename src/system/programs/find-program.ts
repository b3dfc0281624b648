/**
 * Where the programs are that we start: the one lookup along PATH. What is found is started by its full path.
 *
 * Only absolute entries count. An empty one, "." and every other relative one mean the current folder, and Windows looks there
 * first: it may be a clone, an unpacked archive or a shared folder, with a "git" in it that someone else wrote.
 */
import { accessSync, constants, statSync } from "node:fs";
import { posix, win32 } from "node:path";
import { ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { type Env, withoutOwnVariables } from "../tool-environment.ts";

/** A drive with a folder of it, or a server: "\tools" and "C:tools" depend on the current folder. */
const WINDOWS_ABSOLUTE = /^([a-z]:[\\/]|\\\\[^\\])/i;
/** What Windows can start without a shell; PATHEXT names scripts too, and says what comes first. */
const STARTED_BY_WINDOWS = [".com", ".exe"];

/** For cmd and libuv (NeedCurrentDirectoryForExePath): other programs start programs, too. */
const NOT_IN_CURRENT_FOLDER = { NoDefaultCurrentDirectoryInExePath: "1" };

/** What was found stays found: a run starts the same git each time. */
const known = new Map<string, string>();

/** The full path; undefined if there is no such program. */
export function programPath(command: string, env: Env): string | undefined {
  const key = `${command}\0${pathIn(env, process.platform)}`;
  const path = known.get(key) ?? lookUp(command, env, process.platform, isExecutable);
  if (path !== undefined) known.set(key, path);
  return path;
}

export function lookUp(
  command: string,
  env: Env,
  platform: NodeJS.Platform,
  isProgram: (path: string) => boolean,
): string | undefined {
  const isWindows = platform === "win32";
  const { isAbsolute, join } = isWindows ? win32 : posix;
  if (isAbsolute(command)) return isProgram(command) ? command : undefined;
  // A name with a folder in it would be looked for in the current folder.
  if (/[/\\]/.test(command)) return undefined;
  const names = isWindows ? withExtensions(command, env) : [command];
  for (const folder of foldersOf(env, platform)) {
    const found = names.map((name) => join(folder, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isInstalled(command: string, env: Env): boolean {
  return programPath(command, env) !== undefined;
}

/** The command with its program's full path. Throws UserError if there is none. */
export function withFullPath<Rest extends readonly string[]>(
  [command, ...args]: readonly [command: string, ...args: Rest],
  env: Env,
): [program: string, ...args: Rest] {
  const program = programPath(command, env);
  if (program !== undefined) return [program, ...args];
  throw new UserError(`"${printable(command)}" is not installed`, ExitCode.failed, [
    "it is looked for in the folders of PATH that are absolute",
  ]);
}

/**
 * The environment for other programs: without what is only for us, and with the same PATH that we use, because they start
 * programs, too: git starts ssh.
 */
export function toolEnvironment(env: Env, platform: NodeJS.Platform = process.platform): Env {
  const entries = Object.entries(withoutOwnVariables(env)).filter(([name]) => !isPathName(name, platform));
  const others = { ...Object.fromEntries(entries), ...(platform === "win32" ? NOT_IN_CURRENT_FOLDER : {}) };
  const folders = foldersOf(env, platform);
  // An empty PATH would mean the current folder.
  if (folders.length === 0) return others;
  return { ...others, PATH: folders.join(platform === "win32" ? ";" : ":") };
}

function foldersOf(env: Env, platform: NodeJS.Platform): string[] {
  const isWindows = platform === "win32";
  const entries = pathIn(env, platform).split(isWindows ? ";" : ":");
  if (!isWindows) return entries.filter((entry) => entry.startsWith("/"));
  return entries
    .map((entry) => entry.trim().replace(/^"(.*)"$/, "$1"))
    .filter((entry) => WINDOWS_ABSOLUTE.test(entry));
}

function pathIn(env: Env, platform: NodeJS.Platform): string {
  return Object.entries(env).find(([name]) => isPathName(name, platform))?.[1] ?? "";
}

/** Windows spells it "Path", and does not tell the two apart. */
function isPathName(name: string, platform: NodeJS.Platform): boolean {
  return platform === "win32" ? name.toUpperCase() === "PATH" : name === "PATH";
}

function withExtensions(command: string, env: Env): string[] {
  if (STARTED_BY_WINDOWS.some((extension) => command.toLowerCase().endsWith(extension))) return [command];
  const listed = (env.PATHEXT ?? "").toLowerCase().split(";");
  const inOrder = listed.filter((extension) => STARTED_BY_WINDOWS.includes(extension));
  return (inOrder.length > 0 ? inOrder : STARTED_BY_WINDOWS).map((extension) => `${command}${extension}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
