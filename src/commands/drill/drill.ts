/**
 * `drill`: the emergency, played while there is none. Opens a backup with what the user has now, and compares a code from it with
 * another device. It never opens the seed store here, which would be gone, and writes nothing but dates.
 */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { DrillOptions } from "./run-drill.ts";

export function registerDrill(program: Command, world: World): void {
  program
    .command("drill")
    .description("try the way back before you need it: open a backup and compare a code from it")
    .argument("[file]", "the backup or recovery page (default: prompts, and says which one is the newest)")
    .option(
      "--account <account>",
      "compare the code of this account (default: AWS's root user, or one not tried yet)",
    )
    .option("--code <code>", "the code that another device shows now (default: prompts)")
    .option("--passphrase-file <file>", 'read the passphrase from a file ("-": stdin)')
    .option("-i, --identity <file>", "read age identities from a file; repeatable", gather)
    .option("--shares <file>", 'read the shares from a file, one per line ("-": stdin)')
    .option("--json", "print the result as JSON")
    .action(async (file: string | undefined, options: DrillOptions) => {
      const { drill } = await import("./run-drill.ts");
      return drill(file, options, world);
    });
  examples(
    program,
    "drill",
    "twinseed drill",
    "twinseed drill seeds.age",
    "twinseed drill seeds.age --account aws-root --shares shares.txt",
  );
}

function gather(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
