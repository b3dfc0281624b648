/** Kills a process and everything that it has started: a helper that waits for a server would live on. */
import type { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const PATIENCE = 2000;

/** Stops each one before its children are looked for, so that it starts no more. Does its best: some may end meanwhile. */
export function killTree(root: number, run: typeof spawnSync): void {
  if (process.platform === "win32") return;
  const stopped = [root];
  signal(root, "SIGSTOP");
  for (let found = stopped; found.length > 0; ) {
    const parents = new Set(found);
    found = processes(run).flatMap(([pid, parent]) =>
      parents.has(parent) && !stopped.includes(pid) ? [pid] : [],
    );
    for (const pid of found) signal(pid, "SIGSTOP");
    stopped.push(...found);
  }
  for (const pid of stopped) signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or is another user's.
  }
}

/** All processes, each with its parent. */
function processes(run: typeof spawnSync): (readonly [pid: number, parent: number])[] {
  return process.platform === "linux" ? fromProc() : fromPs(run);
}

function fromProc(): (readonly [number, number])[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The name of the program may contain anything, so what follows is found from the end.
      const [, parent] = /\) \S (\d+)[^)]*$/.exec(readFileSync(`/proc/${name}/stat`, "latin1")) ?? [];
      return parent === undefined ? [] : [[Number(name), Number(parent)] as const];
    } catch {
      return [];
    }
  });
}

function fromPs(run: typeof spawnSync): (readonly [number, number])[] {
  const limits = { timeout: PATIENCE, encoding: "utf8" } as const;
  const { stdout } = run("/bin/ps", ["-A", "-o", "pid=,ppid="], limits);
  return (stdout ?? "").split("\n").flatMap((line) => {
    const [pid = "", parent = "", ...more] = line.trim().split(/\s+/);
    const isPair = /^\d+$/.test(pid) && /^\d+$/.test(parent) && more.length === 0;
    return isPair ? [[Number(pid), Number(parent)] as const] : [];
  });
}
