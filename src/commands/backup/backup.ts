/** `backup`: everything in one encrypted file. The work is in files of its own, as few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { CreateOptions } from "./create.ts";
import type { RestoreOptions } from "./restore-backup.ts";
import type { VerifyOptions } from "./verify-backup.ts";

export function registerBackup(program: Command, world: World): void {
  const command = program.command("backup").description("everything in one encrypted file, and back");
  command
    .command("create")
    .description("write an age file with all seeds, accounts and devices")
    .argument("<file>")
    .option("--passphrase-file <file>", 'lock it with the passphrase in a file, or "-" (stdin)')
    .option("-r, --recipient <recipient>", "lock it for an age recipient (age1…); may be repeated", gather)
    .option("-R, --recipients-file <file>", "the same, one a line; may be repeated", gather)
    .option("--split <k-of-n>", "lock it with a new key, and print n shares of which any k open it (2-of-3)")
    .option("--armor", "as text")
    .option("--device <name>", "what the backup is called among the devices (default: as the file)")
    .option("--force", "overwrite the file")
    .action(async (file: string, options: CreateOptions) => {
      const { create } = await import("./create.ts");
      return create(file, options, world);
    });
  withKeys(command.command("verify"))
    .description(
      "decrypt a backup in memory and compare it with what is here; exit 1 where it lacks something",
    )
    .argument("<file>")
    .option("--json", "print the result as JSON")
    .action(async (file: string, options: VerifyOptions) => {
      const { verify } = await import("./verify-backup.ts");
      return verify(file, options, world);
    });
  withKeys(command.command("restore"))
    .description("bring back what is in a backup; never overwrites")
    .argument("<file>")
    .option(
      "--into <folder>",
      "into a data folder of its own, which must be empty, not there yet, or left by an interrupted restore",
    )
    .option("--dry-run", "say what would come back; write nothing")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .action(async (file: string, options: RestoreOptions) => {
      const { restore } = await import("./restore-backup.ts");
      return restore(file, options, world);
    });
  examples(
    command,
    "create",
    "twinseed backup create seeds.age",
    "twinseed backup create seeds.age --recipient age1...",
    "twinseed backup create seeds.age --split 2-of-3",
  );
  examples(
    command,
    "verify",
    "twinseed backup verify seeds.age",
    "twinseed backup verify seeds.age --identity key.txt",
  );
  examples(
    command,
    "restore",
    "twinseed backup restore seeds.age --dry-run",
    "twinseed backup restore seeds.age --into ./rehearsal",
  );
}

function withKeys(command: Command): Command {
  return command
    .option("--passphrase-file <file>", 'the passphrase is in a file, or "-" (stdin)')
    .option("-i, --identity <file>", "age identities are in a file; may be repeated", gather)
    .option("--shares <file>", 'the shares are in a file, one a line, or "-" (stdin)');
}

function gather(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
