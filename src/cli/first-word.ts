/**
 * What people type first: an account's name alone, or a word that they bring from gh, age, pass, ykman or totp-cli. Commands and
 * these words come before names of accounts.
 */
import { usageError } from "../base/errors.ts";
import { shellOption } from "../base/shell-words.ts";
import { COMMANDS } from "../commands/index.ts";
import { accountsMatching, isNamed } from "../ledger/find.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { quotedAccount } from "./excess-arguments.ts";

/** Other words for commands. */
export const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  show: ["code"],
  get: ["code"],
  otp: ["code"],
  totp: ["code"],
  scan: ["add"],
  enroll: ["add"],
  insert: ["add"],
  new: ["add"],
  ls: ["list"],
  rm: ["remove"],
  delete: ["remove"],
  mv: ["rename"],
  status: ["audit"],
  version: ["--version"],
};

/** Words that may mean something else, or that need more: said, not done. Capitals stand for what the user has to fill in. */
const HINTS: Readonly<Record<string, readonly string[]>> = {
  init: ["add"],
  setup: ["add"],
  edit: ["rename", "NAME", "NEW-NAME"],
  passwd: ["store", "passphrase"],
  password: ["store", "passphrase"],
  qrcode: ["qr", "NAME"],
  copy: ["code", "--copy", "NAME"],
  check: ["audit"],
  find: ["list", "NAME"],
  search: ["list", "NAME"],
  accounts: ["list"],
  oath: ["code"],
  append: ["add"],
  clip: ["code", "--copy", "NAME"],
  man: ["help"],
  lost: ["device", "lost", "NAME"],
  replace: ["device", "replace", "OLD", "NEW"],
  log: ["store", "log"],
  members: ["store", "members"],
  exec: ["aws", "session", "NAME"],
  login: ["aws", "session", "NAME"],
  push: ["sync"],
  pull: ["sync"],
};

const PICTURE = /\.(?:png|jpe?g|webp|gif|bmp|heic|avif)$/i;
const BACKUP = /\.age$/i;
/** Letters that may differ between a command and what was typed for it. */
const FARTHEST = 2;

/** The arguments with a command in front. Throws UserError (exit 2) with hints for a word that is neither command nor account. */
export async function understood(
  args: readonly string[],
  needs: Needs<"ledger">,
): Promise<readonly string[]> {
  const [word, ...rest] = args;
  if (word === undefined || word.startsWith("-") || word.startsWith("__") || isCommand(word)) return args;
  if (Object.hasOwn(SYNONYMS, word)) return [...(SYNONYMS[word] ?? []), ...rest];
  const near = await nearest(word, [...Object.keys(COMMANDS), "help"]);
  const isAlone = rest.every((other, i) => i > 0 || other.startsWith("-"));
  const accounts = isAlone ? accountsMatching(needs.ledger.accounts(), word) : [];
  const [account] = accounts;
  if (account !== undefined && accounts.length === 1 && (near === undefined || isNamed(account, word)))
    return ["code", ...args];
  const meant = near === undefined ? SYNONYMS[(await nearest(word, Object.keys(SYNONYMS))) ?? ""] : [near];
  const together = isAlone ? undefined : quotedAccount(args, needs);
  throw usageError(
    `unknown command ${quoted(word)}`,
    ...(together === undefined
      ? hintsFor(word, rest, meant, accounts.length)
      : [`for the account's code: twinseed code ${together}`]),
  );
}

function isCommand(word: string): boolean {
  return Object.hasOwn(COMMANDS, word) || word === "help";
}

function hintsFor(
  word: string,
  rest: readonly string[],
  near: readonly string[] | undefined,
  matches: number,
): string[] {
  const hints: string[] = [];
  const meant = Object.hasOwn(HINTS, word) ? HINTS[word] : undefined;
  const isKey = mayBeKey(rest);
  if (meant !== undefined) hints.push(`did you mean: ${pasted(...filled(meant, isKey ? [] : rest))}`);
  else if (near !== undefined) hints.push(`did you mean: ${pasted(...near, ...(isKey ? ["…"] : rest))}`);
  if (PICTURE.test(word)) hints.push(`to enroll it: ${pasted("add", word)}`);
  if (BACKUP.test(word)) hints.push(`to restore it: ${pasted("backup", "restore", word)}`);
  if (matches > 1) hints.push(`several accounts match; see: ${pasted("code", word)}`);
  else if (matches === 1) hints.push(`for the account's code: ${pasted("code", word)}`);
  return hints.length > 0
    ? hints
    : ["list commands with: twinseed help", "list accounts with: twinseed list"];
}

/** Letters of the shortest key that services issue. */
const SHORTEST_KEY = 16;

/** Words, or parts with dashes between them, may be the groups of a key that was typed in the wrong place: they are not repeated. */
function mayBeKey(words: readonly string[]): boolean {
  const groups = words.filter((word) => !word.startsWith("-")).flatMap((word) => word.split(/[^a-z0-9]+/i));
  return groups.length > 1 && groups.join("").length >= SHORTEST_KEY;
}

/** The capitals, replaced by what the user typed. */
function filled(words: readonly string[], given: readonly string[]): string[] {
  const left = [...given];
  return words.map((word) => (/^[A-Z]/.test(word) ? (left.shift() ?? word) : word));
}

/** A command line. What can't be quoted in every shell is left to the user. */
function pasted(...words: readonly string[]): string {
  return ["twinseed", ...words.map((word) => shellOption(word) ?? "…")].join(" ");
}

/** The nearest of these words, if at most two letters differ and something remains. */
export async function nearest(word: string, words: readonly string[]): Promise<string | undefined> {
  const { distance } = await import("fastest-levenshtein");
  const typed = word.toLowerCase().slice(0, 50);
  const near = words
    .map((one) => ({ one, off: distance(typed, one) }))
    .filter(({ one, off }) => off <= FARTHEST && off < Math.min(one.length, typed.length) - 1)
    .toSorted((a, b) => a.off - b.off);
  return near[0]?.one;
}
