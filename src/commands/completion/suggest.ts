/**
 * What a completion script sends and receives. It sends, separated by NUL:
 *
 *   zsh, fish, powershell   the words after "twinseed" without their quotes, the one that is being typed last
 *   bash                    what readline would replace, and the line up to the cursor: bash can take quotes off a word
 *                           only by evaluating it
 *
 * and receives a line "words" or "files" (the shell is better at completing files), then one line for each candidate, with a
 * tab before its description; bash receives the text to insert instead, quoted. No name here can hold a line end or a tab.
 */
import type { Command } from "commander";
import type { Ledger } from "../../ledger/ledger.ts";
import { insertion, readLine } from "./bash-line.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { accountsOf, devicesOf } from "./names.ts";
import type { Shell } from "./shells.ts";

export function answer(shell: Shell, asked: string, program: Command, ledger: Ledger): string {
  if (shell === "bash") return bashAnswer(asked, program, ledger);
  const words = asked.replace(shell === "powershell" ? /\r?\n$/ : "", "").split("\0"); // PowerShell adds a line end
  const current = words.pop() ?? "";
  const found = offer(words, current, program, ledger);
  if (found === undefined) return "files\n";
  // zsh has already cut off the "--option=" of "--option=value"; zsh and fish are better at matching.
  const completed = shell === "zsh" ? found.candidates : prefixed(found.prefix, found.candidates);
  const shown = shell === "powershell" ? matching(completed, current) : completed;
  return listed(shown.map(({ value, description }) => `${value}\t${description}`));
}

function bashAnswer(asked: string, program: Command, ledger: Ledger): string {
  const [replaced = "", line = ""] = asked.split("\0");
  const { words, current, isRedirection } = readLine(line);
  const found = isRedirection ? undefined : offer(words.slice(1), current.value, program, ledger);
  if (found === undefined) return "files\n";
  const completed = matching(prefixed(found.prefix, found.candidates), current.value);
  return listed(completed.flatMap(({ value }) => insertion(value, current.raw, replaced) ?? []));
}

function offer(words: readonly string[], current: string, program: Command, ledger: Ledger) {
  return candidatesFor(program, words, current, {
    account: () => accountsOf(ledger.accounts()),
    removed: () => accountsOf(ledger.removed()),
    device: () => devicesOf(ledger.devices()),
  });
}

function prefixed(prefix: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return prefix === "" ? candidates : candidates.map((one) => ({ ...one, value: prefix + one.value }));
}

/** What begins with the text, else what does whatever its case, else (as fish does) what has it anywhere. */
function matching(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
  const exact = candidates.filter(({ value }) => value.startsWith(typed));
  if (exact.length > 0) return exact;
  const lower = typed.toLowerCase();
  const begins = candidates.filter(({ value }) => value.toLowerCase().startsWith(lower));
  if (begins.length > 0 || typed.startsWith("-")) return begins;
  return candidates.filter(({ value }) => value.toLowerCase().includes(lower));
}

function listed(lines: readonly string[]): string {
  return `${["words", ...lines].join("\n")}\n`;
}
