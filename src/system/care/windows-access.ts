/** Who may use a file on Windows, which keeps access lists instead of modes: asks Windows' own whoami and icacls. */
import { readFileSync } from "node:fs";
import { join, win32 } from "node:path";
import { attempt, UserError } from "../../base/errors.ts";
import { shellWord } from "../../base/shell-words.ts";
import type { Access } from "../../ports/folder-care.ts";
import { temporaryFolder } from "../disk/temporary-folder.ts";
import { runTool } from "../programs/run-tool.ts";
import type { Env } from "../tool-environment.ts";
import { otherReaders, type Reader } from "./access-lists.ts";

const PATIENCE = 20_000;
const OUTPUT = 1_000_000;
const USER = /"(S-1-[\d-]+)"\s*$/;

/** Runs one of Windows' own programs; undefined if it fails, or is not there. */
export type RunWindows = (name: string, ...args: readonly string[]) => Promise<string | undefined>;

/** Folders with all that is in them. */
export async function windowsAccess(paths: readonly string[], env: Env): Promise<Access[]> {
  const run: RunWindows = async (name, ...args) => {
    const program = env.SystemRoot ? win32.join(env.SystemRoot, "System32", name) : name;
    try {
      const { ok, output } = await runTool([program, ...args], { env, patience: PATIENCE, limit: OUTPUT });
      return ok ? Buffer.from(output).toString("latin1") : undefined;
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
  const temporary = attempt(() => temporaryFolder(env, "access"));
  if (temporary instanceof UserError) return paths.map((path) => ({ path }));
  try {
    return await accessOf(paths, temporary.folder, run);
  } finally {
    temporary.remove();
  }
}

/** `folder`: for the lists. */
export async function accessOf(paths: readonly string[], folder: string, run: RunWindows): Promise<Access[]> {
  const [, own] = USER.exec((await run("whoami.exe", "/user", "/fo", "csv", "/nh")) ?? "") ?? [];
  const found: Access[] = [];
  for (const [i, path] of paths.entries()) {
    const saved = join(folder, `list-${i}`);
    const ran = own === undefined ? undefined : await run("icacls.exe", path, "/save", saved, "/t", "/q");
    const readers = own === undefined || ran === undefined ? undefined : otherReaders(textOf(saved), own);
    if (readers === undefined) found.push({ path });
    else found.push({ path, others: readers.map(({ name }) => name), fix: fixFor(path, readers) });
  }
  return found;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf16le");
  } catch {
    return ""; // icacls has written nothing
  }
}

/** Keeps the entries of the user, of Windows and of administrators, also those that came from the folder above. */
function fixFor(path: string, readers: readonly Reader[]): string {
  const word = shellWord(path) ?? "PATH";
  const sids = readers.flatMap(({ sid }) => sid ?? []);
  if (sids.length < readers.length) return "take the rights away in its properties, under Security";
  return `icacls ${word} /inheritance:d /remove:g ${sids.map((sid) => `"*${sid}"`).join(" ")} /t`;
}
