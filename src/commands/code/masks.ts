/**
 * `code --mask`: lines that make GitHub's runner hide the codes in the job's log. They go to stderr, which the runner reads
 * too, because `$(...)` captures stdout. Pure.
 */
import type { Answer, CodeOptions } from "./answer.ts";

/** The lines for all codes that will be printed. */
export function masks({ codes, json }: Answer, options: CodeOptions): string {
  const next = options.json ? json().next : undefined;
  const all = new Set([...codes, ...(next === undefined ? [] : [next])]);
  return [...all].map((code) => `::add-mask::${code}\n`).join("");
}
