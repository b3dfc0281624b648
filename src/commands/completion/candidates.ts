/** What may come next on a command line: subcommands and options as commander knows them, arguments by their names. */
import type { Argument, Command, Option } from "commander";
import { DEVICE_KINDS } from "../../ledger/account.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The existing names, read when needed. */
export interface Names {
  account(): readonly Candidate[];
  removed(): readonly Candidate[];
  device(): readonly Candidate[];
}

export interface Offer {
  readonly candidates: readonly Candidate[];
  /** "--option=" if the user types an option and its value in one word. */
  readonly prefix: string;
}

/** The values, by the name of an argument, of an option, or of an option's value. Anything not listed here is free text. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  kind: DEVICE_KINDS,
  type: ["totp", "hotp", "steam"],
  algorithm: ["SHA1", "SHA256", "SHA512"],
  area: ["region", "full"],
  store: ["keyring", "file"],
  "--paper": ["a4", "letter"],
  "export format": [
    "uris",
    "aegis",
    "2fas",
    "apple",
    "bitwarden",
    "google",
    "kdbx",
    "keepassxc-csv",
    "pass",
    "json",
  ],
};
export const FILES: readonly string[] = ["file", "source", "folder"];
export const DEVICES: readonly string[] = ["--device", "device", "old", "new"];

/** Undefined means files. `words` are the words before the one that is being typed. */
export function candidatesFor(
  program: Command,
  words: readonly string[],
  current: string,
  names: Names,
): Offer | undefined {
  const { command, option, argument, place } = walk(program, words);
  if (option !== undefined) return valuesOf(option, command, names);
  if (argument !== "only" && current.startsWith("-")) {
    const [, name = ""] = /^(--[\w-]+)=/.exec(current) ?? [];
    if (name === "") return { candidates: optionsOf(command), prefix: "" };
    const named = optionNamed(command, name);
    const found = named === undefined ? { candidates: [], prefix: "" } : valuesOf(named, command, names);
    return found && { ...found, prefix: `${name}=` };
  }
  if (place === 0 && command.commands.length > 0) return { candidates: subcommandsOf(command), prefix: "" };
  const known = command.registeredArguments;
  const wanted = known[place] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  return wanted === undefined ? { candidates: [], prefix: "" } : valuesOf(wanted, command, names);
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** "only": after "--" nothing is an option. */
  readonly argument: "only" | "also";
  /** How many arguments come before the current word. */
  readonly place: number;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let argument: Place["argument"] = "also";
  let place = 0;
  for (const word of words) {
    const isOption = argument === "also" && word.startsWith("-") && word !== "-";
    if (option !== undefined && !(isOption && !option.required)) {
      if (!option.variadic) option = undefined;
      continue;
    }
    option = undefined;
    if (argument === "also" && word === "--") argument = "only";
    else if (isOption) option = word.includes("=") ? undefined : takingValue(optionNamed(command, word));
    else {
      const next = place === 0 ? subcommand(command, word) : undefined;
      if (next === undefined) place += 1;
      else command = next;
    }
  }
  return { command, option, argument, place };
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}

function optionNamed(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => word === long || word === short);
}

function takingValue(option: Option | undefined): Option | undefined {
  return option?.required ? option : undefined;
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
}

function subcommandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
}

function valuesOf(one: Option | Argument, command: Command, names: Names): Offer | undefined {
  const placeholder = "flags" in one ? (/[<[]([\w-]+)/.exec(one.flags)?.[1] ?? "") : one.name();
  const keys = ["flags" in one ? (one.long ?? "") : `${command.name()} ${placeholder}`, placeholder];
  const candidates = (list: readonly Candidate[]): Offer => ({ candidates: list, prefix: "" });
  const words = (list: readonly string[]): Offer =>
    candidates(list.map((value) => ({ value, description: "" })));
  if (one.argChoices !== undefined) return words(one.argChoices);
  if (placeholder === "account") {
    const isRestore = command.name() === "restore" && command.parent?.parent === null;
    return candidates(isRestore ? names.removed() : names.account());
  }
  if (keys.some((key) => DEVICES.includes(key))) return candidates(names.device());
  if (keys.some((key) => FILES.includes(key))) return undefined;
  return words(keys.flatMap((key) => VALUES[key] ?? []).slice());
}
