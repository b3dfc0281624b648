/** `import`: accounts from other apps' files. The work is in files of its own, as few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { ImportOptions } from "./import-accounts.ts";

export function registerImport(program: Command, world: World): void {
  program
    .command("import")
    .description("bring accounts in from another app's export file, QR pictures or a password store")
    .argument("<source...>", 'files, folders of pass or gopass, or "-" (stdin); what they are is detected')
    .option("--format <format>", "what it is, where detection is wrong")
    .option("--passphrase-file <file>", 'what opens a locked export: a file, or "-" (stdin)')
    .option("--device <name>", "the device that the export comes from, which holds these accounts too")
    .option(
      "--delete-file",
      "delete plain export files once their seeds are stored (a person is asked anyway)",
    )
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would come in, with the current codes; write nothing")
    .option("--json", "print what came in as JSON")
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
