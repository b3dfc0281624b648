/** The command line as commander sees it. Created for each run, because commander keeps state. */
import { Command, CommanderError, type OptionValues } from "commander";
import { Exit, ExitCode } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { VERSION } from "../base/version.ts";
import { COMMANDS } from "../commands/index.ts";
import { secondsIn } from "../seeds/keyring/waiting.ts";
import { groupExamples } from "../talk/examples.ts";
import type { World } from "../world.ts";
import { requireNoMoreArguments } from "./excess-arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import { understood } from "./first-word.ts";
import { registerHelp } from "./help-command.ts";
import { type Typed, withoutSeeds } from "./hidden-seeds.ts";
import { nameFinder } from "./known-names.ts";
import { requireKnownSubcommand } from "./subcommands.ts";

/** Columns that a description in the help must have to be wrapped; commander's own 40 leave those of `aws` unwrapped. */
const LEAST_HELP_WIDTH = 20;

/** Throws Exit after help, version and usage errors; UserError from commands. */
export async function parse(typed: readonly string[], world: World): Promise<void> {
  const args = await understood(typed, world);
  const isKnown = nameFinder(world);
  const isName = (text: string) => Object.hasOwn(COMMANDS, text) || isKnown(text);
  const program = await commandLine(world, args[0], { args, isName });
  await requireKnownSubcommand(program, args);
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new Exit(error.exitCode === 0 ? ExitCode.done : ExitCode.usage);
  }
}

/**
 * Every command with its options; `world` is for their actions. If `name` is a command's name, only that command, because
 * creating them all takes a fifth of the time that a short command takes.
 */
export async function commandLine(world: World, name = "", typed?: Typed): Promise<Command> {
  const program = new Command("twinseed")
    .description("One seed, every device: TOTP codes, and the QR code again for your next device")
    .version(VERSION)
    .option(
      "--keyring-wait <seconds>",
      "how long to wait for a locked keyring (default: 120 on a terminal, else 14)",
    )
    .allowExcessArguments() // checked here, in our words
    .hook("preAction", (_, command) => requireNoMoreArguments(command, world))
    .hook("preAction", (own) => setKeyringWait(own.opts(), world))
    .exitOverride()
    .configureHelp({ minWidthToWrap: LEAST_HELP_WIDTH })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(ourStyle(text, typed)),
    })
    .addHelpText("afterAll", ({ command }) => groupExamples(command))
    .addHelpText("after", "\nWhere no command has that name, twinseed ACCOUNT is twinseed code ACCOUNT.")
    .addHelpText(
      "after",
      `\nExit codes: ${exitCodes(0, 4)},\n${exitCodes(4, 7)},\n${exitCodes(7, 10)},\n${exitCodes(10)}.`,
    );
  const isOne = Object.hasOwn(COMMANDS, name);
  for (const load of isOne ? [COMMANDS[name]] : Object.values(COMMANDS)) (await load?.())?.(program, world);
  if (!isOne) registerHelp(program, world);
  return program;
}

function setKeyringWait({ keyringWait }: OptionValues, world: World): void {
  if (typeof keyringWait === "string") world.waitForKeyring(secondsIn(keyringWait, "--keyring-wait"));
}

/** commander quotes the arguments, which are untrusted. */
function ourStyle(text: string, typed: Typed | undefined): string {
  const lines = withoutValue(text)
    .split("\n")
    .map((line) => withoutSeeds(printable(line, 300), typed))
    .filter((line) => line !== "");
  return lines
    .map((line) => `twinseed: ${line}\n`)
    .join("")
    .replace(
      /\(Did you mean (?:one of )?([^(\n]*)\?\)/,
      (_, names: string) => `hint: did you mean ${choice(names)}?`,
    );
}

/** `--password=…`: what follows the sign may be one. */
function withoutValue(text: string): string {
  const start = text.indexOf("unknown option '");
  const [sign, end] = [text.indexOf("=", start), text.lastIndexOf("'")];
  return start < 0 || sign < 0 || end < sign ? text : `${text.slice(0, sign)}=…${text.slice(end)}`;
}

function choice(names: string): string {
  return names
    .split(", ")
    .map((name) => `"${name}"`)
    .join(" or ");
}
