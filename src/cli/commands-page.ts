/** Generates docs/commands.md from the commands themselves, for `npm run docs`. Not part of the program. */
import type { Command } from "commander";
import { VARIABLES } from "../settings/environment.ts";
import { examplesOf } from "../talk/examples.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { pathOf, shownCommands } from "./shown-commands.ts";

const INTRODUCTION = `# Commands

Every command with its arguments, options and examples, as \`twinseed COMMAND --help\` prints them. This page is generated: change
the command in \`src/commands/\` and run \`npm run docs\`.

\`<account>\` is a name, an id, or part of a name, issuer or label, in any case. An exact name wins; if several accounts match, twinseed
lists them and exits with code 4. The [environment variables](#environment-variables) and the [exit codes](#exit-codes) are below.`;

export function commandsPage(program: Command): string {
  const sections = [
    INTRODUCTION,
    tableOfContents(program),
    ...shownCommands(program).map(section),
    environment(),
    exitCodes(),
  ];
  return `${sections.join("\n\n")}\n`;
}

function tableOfContents(program: Command): string {
  const rows = shownCommands(program)
    .filter(({ parent }) => parent === program)
    .map((command) => `| ${link(command)} | ${cell(command.description())} |`);
  return ["| command | what it does |", "|---|---|", ...rows].join("\n");
}

function section(command: Command): string {
  const help = command.createHelp();
  const described = [
    ...help
      .visibleArguments(command)
      .map((one) => `- \`${help.argumentTerm(one)}\`: ${prose(help.argumentDescription(one))}`),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== "--help")
      .map((one) => `- \`${help.optionTerm(one)}\`: ${prose(help.optionDescription(one))}`),
  ];
  const below = shownCommands(command).filter(({ parent }) => parent === command);
  const examples = examplesOf(command);
  return [
    `${"#".repeat(depthOf(command) + 1)} ${pathOf(command)}`,
    `\`${help.commandUsage(command)}\``,
    `${sentence(prose(help.commandDescription(command)))}`,
    described.join("\n"),
    below.map((one) => `- ${link(one)}: ${prose(one.description())}`).join("\n"),
    examples.length > 0 ? ["```sh", ...examples, "```"].join("\n") : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function environment(): string {
  const rows = VARIABLES.map(({ name, what, readBy }) => `| \`${name}\` | ${cell(what)} | ${cell(readBy)} |`);
  return [
    "## Environment variables",
    "",
    "An empty variable counts as not set. `twinseed help environment` prints this list, too.",
    "",
    "| variable | what it does | read by |",
    "|---|---|---|",
    ...rows,
  ].join("\n");
}

function exitCodes(): string {
  const rows = EXIT_CODES.map(
    ({ code, what, more }) => `| ${code} | ${cell(more === undefined ? what : `${what}, ${more}`)} |`,
  );
  return [
    "## Exit codes",
    "",
    "The numbers never change meaning.",
    "",
    "| exit code | meaning |",
    "|---|---|",
    ...rows,
  ].join("\n");
}

function depthOf(command: Command): number {
  return command.parent === null ? 0 : 1 + depthOf(command.parent);
}

function link(command: Command): string {
  const path = pathOf(command);
  return `[\`${path}\`](#${path.replaceAll(" ", "-")})`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function cell(text: string): string {
  return prose(text).replaceAll("|", "\\|");
}

/** Escapes the characters that have a meaning in Markdown. */
function prose(text: string): string {
  return text.replace(/[\\`*<[\]]/g, "\\$&");
}
