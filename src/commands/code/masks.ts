/**
 * `code --mask`: lines after which GitHub's runner hides the codes in the job's log. They go to stderr, where it looks for
 * them too: `$(...)` takes what stdout has. Pure.
 */
import type { Answer, CodeOptions } from "./answer.ts";

/** Of all codes that will be printed. */
export function masks({ codes, json }: Answer, options: CodeOptions): string {
  const next = options.json ? json().next : undefined;
  const all = new Set([...codes, ...(next === undefined ? [] : [next])]);
  return [...all].map((code) => `::add-mask::${code}\n`).join("");
}
