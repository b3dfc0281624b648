/** `export`: accounts to other apps. The work is in separate files, because few runs need it. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { ExportOptions } from "./export-accounts.ts";

export function registerExport(program: Command, world: World): void {
  program
    .command("export")
    .description("export accounts to another app: a file, or QR codes for Google Authenticator")
    .argument("<format>", "uris, aegis, 2fas, apple, bitwarden, google, kdbx, keepassxc-csv, pass or json")
    .option("--accounts <account...>", "export only these (default: all)")
    .option(
      "--output <file>",
      "write this file (for google, also .png and .svg; for pass, the folder of the store)",
    )
    .option("--plaintext", "print to stdout, in the clear")
    .option("--password", "lock it with a password (aegis, 2fas, kdbx)")
    .option("--passphrase-file <file>", 'the same, with the password in a file ("-": stdin)')
    .option("--device <name>", "the device that imports it, which then holds these accounts")
    .option("--per-code <number>", "google: accounts per QR code (default: 10, or what fits the window)")
    .option("--notes", "take recovery codes and notes along, where the format can hold them")
    .option("--force", "overwrite an existing file")
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
