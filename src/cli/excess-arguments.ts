/** More arguments than a command takes: usually a name with spaces that has no quotation marks. */
import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import { shellWord } from "../base/shell-words.ts";
import { accountsMatching } from "../ledger/find.ts";
import { count } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/** Arguments that can be a name of the user's choice. */
const NAMES: readonly string[] = ["account", "device", "name", "filter", "old", "new"];

/** Throws UserError (exit 2). The arguments are not repeated, because one may be a passphrase; names that exist here are. */
export function requireNoMoreArguments(command: Command, needs: Needs<"ledger">): void {
  const { args, registeredArguments: taken } = command;
  if (args.length <= taken.length || taken.at(-1)?.variadic === true) return;
  const words = ["twinseed", ...pathOf(command)].join(" ");
  const isAccount = taken.length === 1 && taken[0]?.name() === "account";
  const quotedName = isAccount ? quotedAccount(args, needs) : undefined;
  const name = quotedName === undefined ? "" : `: ${words} ${quotedName}`;
  const most = taken.length === 0 ? "no arguments" : `${count(taken.length, "argument")}, not ${args.length}`;
  throw usageError(
    `"${words}" takes ${most}`,
    ...(!taken.some((one) => NAMES.includes(one.name()))
      ? []
      : [`a name with spaces needs quotation marks${name}`]),
    `how to use it: ${words} --help`,
  );
}

/** These words as one name, ready to paste, if an account matches it. */
export function quotedAccount(words: readonly string[], { ledger }: Needs<"ledger">): string | undefined {
  const name = words.join(" ");
  return accountsMatching(ledger.accounts(), name).length > 0 ? shellWord(name) : undefined;
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
