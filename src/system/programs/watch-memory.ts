/**
 * How much memory git takes: a server can make it keep all that it sends, and git itself knows no bound. Linux only;
 * elsewhere time is the only one. What git starts for passwords and for ssh is the user's own, and may be of any size.
 */
import { readFileSync } from "node:fs";

/** Milliseconds. A look takes a fraction of one; a server on this computer sends a few megabytes meanwhile. */
const BETWEEN_LOOKS = 20;

/** As the kernel has them: the first 15 characters. */
const GIT = /^Name:\s+git(-remote-http|-upload-pack|-receive-pac)?$/m;

/** Calls `tooMuch` once, when git or a git that it has started holds more. Returns a function that calls this off. */
export function watchMemory(pid: number, bytes: number, tooMuch: () => void): () => void {
  const watch = setInterval(() => {
    if (!withDescendants(pid).some((one) => memoryOfGit(one) > bytes)) return;
    clearInterval(watch);
    tooMuch();
  }, BETWEEN_LOOKS);
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

/** "" where there is none: it has ended, or this is no Linux. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
