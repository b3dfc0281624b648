/** stderr is us: each line begins "twinseed:". */

import { printable } from "../base/printable.ts";
import { shellWord } from "../base/shell-words.ts";
import type { Ports } from "../ports/index.ts";

export function note(needs: Pick<Ports, "stderr">, message: string): void {
  needs.stderr.write(`twinseed: ${message}\n`);
}

export function warn(needs: Pick<Ports, "stderr">, message: string): void {
  note(needs, `warning: ${message}`);
}

/** A name as people see it: harmless, in quotes. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}

/** An account as it can be pasted into any shell. Where its name can't be, as it could run as a command, the id stands in. */
export function pasteable({ id, name }: { readonly id: string; readonly name: string }): string {
  return pasteableName(name, id);
}

/** The same for a device, which has no id that people know. */
export function pasteableName(name: string, otherwise = "NAME"): string {
  return shellWord(name) ?? otherwise;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Whether somebody sits in front of this: then we may ask and show, otherwise only answer. */
export function isInteractive(needs: Pick<Ports, "stdout" | "terminal">): boolean {
  return needs.stdout.isTTY && needs.terminal() !== undefined;
}
