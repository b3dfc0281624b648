/** `sheet`: accounts on paper, to be scanned or typed in again when every device is gone. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { SheetOptions } from "./make.ts";

export function registerSheet(program: Command, world: World): void {
  program
    .command("sheet")
    .description("make a page to print, with QR code, key and check value of each account")
    .argument("[account...]", "names, ids, or parts of a name, issuer or label (default: all)")
    .option("--output <file>", "write an HTML page (it holds the seeds)")
    .option("--force", "overwrite an existing file")
    .option("--print", "send it to the printer")
    .option("--printer <name>", "the printer to use (default: the system's default)")
    .option("--paper <size>", "a4 or letter")
    .option("--language <language>", "en or ja (default: the language of your locale)")
    .option("--notes", "with recovery codes and notes, too")
    .option("--device <name>", "count the paper as a copy of these accounts, under this name")
    .option(
      "--shares <file>",
      'instead, make a page for each share of a split backup in a file, one per line ("-": stdin)',
    )
    .action(async (queries: string[], options: SheetOptions) => {
      const { sheet } = await import("./make.ts");
      await sheet(queries, options, world);
    });
  examples(
    program,
    "sheet",
    "twinseed sheet --print --device safe",
    "twinseed sheet aws-root --output sheet.html",
    "twinseed sheet --language ja --output sheet.html",
    "twinseed sheet --shares shares.txt --output shares.html",
  );
}
