/**
 * Limits git's memory: git keeps everything that a server sends, without a limit of its own. Linux only; on other systems only
 * time is limited. The programs that git starts for passwords and for ssh are the user's own, and may use any amount.
 */
import { readFileSync } from "node:fs";

/** Milliseconds. A check takes a fraction of one; meanwhile a server on this computer sends a few megabytes. */
const CHECK_INTERVAL = 20;

/** The kernel reports the first 15 characters of a name. */
const GIT = /^Name:\s+git(-remote-http|-upload-pack|-receive-pac)?$/m;

/** Calls `tooMuch` once if git, or a git that it has started, uses more. Returns a function that stops watching. */
export function watchMemory(pid: number, bytes: number, tooMuch: () => void): () => void {
  const watch = setInterval(() => {
    if (!withDescendants(pid).some((one) => memoryOfGit(one) > bytes)) return;
    clearInterval(watch);
    tooMuch();
  }, CHECK_INTERVAL);
  return () => clearInterval(watch);
}

function withDescendants(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? [];
  return [pid, ...children.map(Number).flatMap(withDescendants)];
}

function memoryOfGit(pid: number): number {
  const status = textOf(`/proc/${pid}/status`);
  return GIT.test(status) ? 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) : 0;
}

/** "" if there is no such file: the process has ended, or this is not Linux. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
