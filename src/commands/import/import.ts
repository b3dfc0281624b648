/** `import`: accounts from other apps' files. The work is in separate files, because few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { ImportOptions } from "./import-accounts.ts";

export function registerImport(program: Command, world: World): void {
  program
    .command("import")
    .description("import accounts from another app's export file, QR pictures or a password store")
    .argument("<source...>", 'files, pass or gopass folders, or "-" (stdin); the format is detected')
    .option("--format <format>", "the format, if detection is wrong")
    .option("--passphrase-file <file>", 'read the password of a locked export from a file ("-": stdin)')
    .option("--key-file <file>", "the key file of a KeePass database")
    .option("--device <name>", "the device that the export comes from, which also holds these accounts")
    .option(
      "--delete-file",
      "delete plain export files once their seeds are stored (on a terminal, it asks anyway)",
    )
    .option("--force-old", "import seeds that were replaced before, too: the service uses the old one again")
    .option("--allow-missing", "go on even if the store opens none of the seeds enrolled so far")
    .option("--notes", "also take in recovery codes and notes, where the file has them")
    .option("--yes", "skip the confirmation prompt")
    .option("--dry-run", "show what would be imported, with the current codes; write nothing")
    .option("--json", "print what was imported as JSON")
    .action(async (sources: string[], options: ImportOptions) => {
      const { importAccounts } = await import("./import-accounts.ts");
      return importAccounts(sources, options, world);
    });
  examples(
    program,
    "import",
    "twinseed import aegis-export.json --dry-run",
    "twinseed import vault.json --device phone",
    "twinseed import ~/.password-store",
  );
}
