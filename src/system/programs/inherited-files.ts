/**
 * What outlives the command that started it must not keep the shell's files open: a lock (`exec 200>FILE; flock 200`) would be held,
 * and who reads a pipe to its end would wait. Node keeps those with small numbers from what it starts, and no others.
 */
import { closeSync, readdirSync, readFileSync } from "node:fs";

const OPEN_FILES = "/proc/self/fd";
/** O_CLOEXEC of Linux: all that Node opens has it. */
const OWN = 0o2000000;

/** Does nothing but on Linux: on macOS Node starts programs without them, and so does Bun anywhere. Call it before all else. */
export function closeInheritedFiles(): void {
  for (const file of openFiles()) if (file > 2 && isInherited(file)) closeSync(file);
}

function openFiles(): number[] {
  try {
    return readdirSync(OPEN_FILES).map(Number);
  } catch {
    return [];
  }
}

function isInherited(file: number): boolean {
  try {
    const [, flags] = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, "latin1")) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & OWN) === 0;
  } catch {
    return false; // the listing's own, closed by now
  }
}
