/** Generates the man page from the commands themselves, for build.mjs. Not part of the program. */
import type { Command } from "commander";
import { BUGS } from "../base/version.ts";
import { VARIABLES } from "../settings/environment.ts";
import { examplesOf } from "../talk/examples.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { shownCommands } from "./shown-commands.ts";

export function manPage(program: Command, version: string): string {
  return lines(
    ".\\\" Generated from the program's own help.",
    `.TH TWINSEED 1 "" "twinseed ${roff(version)}" "User Commands"`,
    ".SH NAME",
    "twinseed \\- TOTP codes, and the QR code again for your next device",
    ".SH SYNOPSIS",
    ".B twinseed",
    ".I command",
    "[options] [arguments]",
    ".SH DESCRIPTION",
    roff(`${program.description()}. stdout is the answer and nothing else; messages go to stderr.`),
    ".SH COMMANDS",
    ...shownCommands(program).flatMap(commandSection),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(({ code, what, more }) =>
      tagged(String(code), more === undefined ? what : `${what}, ${more}`),
    ),
    ".SH ENVIRONMENT",
    ...VARIABLES.flatMap(({ name, what, readBy }) => tagged(name, `${what} (read by ${readBy})`)),
    ".SH FILES",
    ...tagged("~/.local/share/twinseed", "accounts, devices and, with the file store, the encrypted seeds"),
    ".SH BUGS",
    roff(`Report them here: ${BUGS}`),
  );
}

function commandSection(command: Command): string[] {
  const help = command.createHelp();
  const examples = examplesOf(command);
  return [
    `.SS ${quoted(help.commandUsage(command))}`,
    roff(help.commandDescription(command)),
    ...help
      .visibleArguments(command)
      .flatMap((one) => tagged(help.argumentTerm(one), help.argumentDescription(one))),
    ...help
      .visibleOptions(command)
      .flatMap((one) => tagged(help.optionTerm(one), help.optionDescription(one))),
    ...(examples.length > 0
      ? [".PP", "Examples:", ".PP", ".RS", ".nf", ...examples.map(roff), ".fi", ".RE"]
      : []),
  ];
}

function tagged(term: string, text: string): string[] {
  return [".TP", `.B ${quoted(term)}`, roff(text)];
}

function quoted(text: string): string {
  return `"${roff(text).replaceAll('"', "\\(dq")}"`;
}

/** Escapes what has a meaning in roff: "-", quotes, backslashes, and a dot at the start of a line. */
function roff(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
  };
  const literal = text.replace(/[\\\-'`^~]/g, (sign) => signs[sign] ?? sign);
  const ascii = literal.replace(/[^ -~]/gu, (sign) => `\\[u${hex(sign)}]`);
  return ascii.startsWith(".") ? `\\&${ascii}` : ascii;
}

function hex(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
