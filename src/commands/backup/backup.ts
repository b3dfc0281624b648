/** `backup`: everything in one encrypted file. The work is in separate files, because few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { CreateOptions } from "./create.ts";
import type { ViewerOptions } from "./recovery-page.ts";
import type { RestoreOptions } from "./restore-backup.ts";
import type { VerifyOptions } from "./verify-backup.ts";

export function registerBackup(program: Command, world: World): void {
  const command: Command = program
    .command("backup")
    .description("back up everything to one encrypted file, verify it, or restore it")
    .helpCommand(true)
    .action(() => command.help());
  command
    .command("create")
    .description("write an age file with all seeds, accounts and devices")
    .argument("<file>")
    .option("--passphrase-file <file>", 'lock it with the passphrase in a file ("-": stdin)')
    .option("-r, --recipient <recipient>", "lock it for an age recipient (age1…); repeatable", gather)
    .option(
      "-R, --recipients-file <file>",
      "lock it for the recipients in a file, one per line; repeatable",
      gather,
    )
    .option(
      "--split <k-of-n>",
      "lock it with a new key, and print n shares, any k of which open it (such as 2-of-3)",
    )
    .option("--armor", "write it as text")
    .option("--page", "write it as a page that opens it in any browser (FILE.html)")
    .option("--account <account...>", "only these accounts")
    .option("--device <name>", "name of the backup in the list of devices (default: the file's name)")
    .option("--follows <backup>", "it takes the place of an earlier backup in the list of devices")
    .option("--force", "overwrite an existing file")
    .option("--allow-missing", "leave out accounts whose seeds can't be read, instead of refusing")
    .action(async (file: string, options: CreateOptions) => {
      const { create } = await import("./create.ts");
      return create(file, options, world);
    });
  command
    .command("viewer")
    .description("write the page without a backup in it: it opens any backup in a browser")
    .argument("<file>")
    .option("--force", "overwrite an existing file")
    .action(async (file: string, options: ViewerOptions) => {
      const { writeViewer } = await import("./recovery-page.ts");
      return writeViewer(file, options, world);
    });
  withKeys(command.command("verify"))
    .description(
      "decrypt a backup in memory and compare it with this computer; exits 1 if it lacks something",
    )
    .argument("<file>")
    .option("--place <place>", "note where it is kept, away from this computer: from then on it counts")
    .option("--json", "print the result as JSON")
    .action(async (file: string, options: VerifyOptions) => {
      const { verify } = await import("./verify-backup.ts");
      return verify(file, options, world);
    });
  withKeys(command.command("restore"))
    .description("restore what is in a backup; never overwrites")
    .argument("<file>")
    .option(
      "--into <folder>",
      "restore into a separate data folder, which must be empty, missing, or left by an interrupted restore",
    )
    .option("--dry-run", "show what would be restored; write nothing")
    .option("--allow-missing", "go on even if the store opens none of the seeds enrolled so far")
    .option("--yes", "skip the confirmation prompt")
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
    "twinseed backup create 2027.age --follows 2026",
    "twinseed backup create seeds.html --page",
    "twinseed backup create travel.html --page --account aws-root GitHub:me",
  );
  examples(command, "viewer", "twinseed backup viewer viewer.html");
  examples(
    command,
    "verify",
    "twinseed backup verify seeds.age",
    "twinseed backup verify seeds.age --identity key.txt",
    'twinseed backup verify seeds.age --place "bank box"',
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
    .option("--passphrase-file <file>", 'read the passphrase from a file ("-": stdin)')
    .option("-i, --identity <file>", "read age identities from a file; repeatable", gather)
    .option("--shares <file>", 'read the shares from a file, one per line ("-": stdin)');
}

function gather(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
