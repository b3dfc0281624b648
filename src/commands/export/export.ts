/** `export`: accounts to other apps. The work is in files of its own, as few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { ExportOptions } from "./export-accounts.ts";

export function registerExport(program: Command, world: World): void {
  program
    .command("export")
    .description("give accounts to another app: a file, or QR codes for Google Authenticator")
    .argument("<format>", "uris, aegis, 2fas, bitwarden, keepassxc-csv, google or json")
    .option("--accounts <account...>", "these only (default: all)")
    .option("--output <file>", "the file to write; for google also .png or .svg")
    .option("--plaintext", "to stdout, in the clear")
    .option("--password", "lock it with a password (aegis, 2fas)")
    .option("--passphrase-file <file>", 'likewise; the password is in a file, or "-" (stdin)')
    .option("--device <name>", "the device that gets it, which holds these accounts then")
    .option("--per-code <number>", "google: accounts in one QR code (default: 10, or what fits the window)")
    .option("--force", "write over an existing file")
    .action(async (format: string, options: ExportOptions) => {
      const { exportAccounts } = await import("./export-accounts.ts");
      return exportAccounts(format, options, world);
    });
  examples(
    program,
    "export",
    "twinseed export aegis --password --output vault.json",
    "twinseed export google  # QR codes, on the screen",
    "twinseed export uris --plaintext | age -r age1... > uris.age",
  );
}
