/** `help`, which replaces commander's own: that knows commands only, no subcommands and no topics. */
import type { Command } from "commander";
import { usageError } from "../base/errors.ts";
import { examples } from "../talk/examples.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { TOPICS } from "./help-topics.ts";

const COLUMNS = 80;

/** Call it once `program` has all its other commands. */
export function registerHelp(program: Command, needs: Needs<"stdout">): void {
  const topics = Object.keys(TOPICS);
  const commands = program.commands.filter((one) => !one.name().startsWith("__")).map((one) => one.name());
  program
    .command("help")
    .description(`show help for a command, or about: ${topics.join(", ")}`)
    .addArgument(
      program
        .createArgument("[topic]", `a command, or one of: ${topics.join(", ")}`)
        .choices([...commands, ...topics]) // for completion
        .argParser((word) => word), // the action answers other words
    )
    .argument("[subcommand...]", "a subcommand of it")
    .configureHelp({ argumentDescription: ({ description }) => description })
    .action((topic: string | undefined, subcommands: string[]) => help(topic, subcommands, program, needs));
  examples(program, "help", "twinseed help device replace", "twinseed help environment");
}

async function help(
  topic: string | undefined,
  subcommands: readonly string[],
  program: Command,
  needs: Needs<"stdout">,
): Promise<void> {
  if (topic === undefined) return program.help();
  const about = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  if (about !== undefined && subcommands.length === 0) {
    const width = program.configureOutput().getOutHelpWidth?.() ?? COLUMNS;
    needs.stdout.write(await about.text(width));
    return;
  }
  let command = program;
  for (const word of [topic, ...subcommands]) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) {
      const asked = [topic, ...subcommands].join(" ");
      throw usageError(`no help for ${quoted(asked)}`, "list commands and topics with: twinseed help");
    }
    command = next;
  }
  command.help();
}
