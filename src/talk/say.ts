/** Messages on stderr: each line begins with "twinseed:". */

import { printable } from "../base/printable.ts";
import { shellWord } from "../base/shell-words.ts";
import type { Ports } from "../ports/index.ts";

export function note(needs: Pick<Ports, "stderr">, message: string): void {
  needs.stderr.write(`twinseed: ${message}\n`);
}

export function warn(needs: Pick<Ports, "stderr">, message: string): void {
  note(needs, `warning: ${message}`);
}

/** A name for display: harmless, in quotes. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}

/** An account's name for pasting into any shell. If the name could run as a command there, it is the id instead. */
export function pasteable({ id, name }: { readonly id: string; readonly name: string }): string {
  return pasteableName(name, id);
}

/** The same for a device, which has no id that users know. */
export function pasteableName(name: string, otherwise = "NAME"): string {
  return shellWord(name) ?? otherwise;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Whether a user is at the terminal. Only then may we prompt and show things; otherwise we just answer. */
export function isInteractive(needs: Pick<Ports, "stdout" | "terminal">): boolean {
  return needs.stdout.isTTY && needs.terminal() !== undefined;
}
