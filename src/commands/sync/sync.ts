/** `sync`: the file store, shared over git. docs/sync.md says what is shared and how two sides are merged. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { SyncOptions } from "./run-sync.ts";

export function registerSync(program: Command, world: World): void {
  program
    .command("sync")
    .description("share the file store over git: commit, pull, merge entry by entry, push")
    .option("--init [url]", "begin sharing the store, through this git repository")
    .option("--join [url]", "join a shared store: fetch it, and print a line for a member")
    .option("--name <name>", "with --init or --join: this computer's name, NAME/COMPUTER")
    .option("--words <words>", "with --join: what the member sent back")
    .option("--replace", "put our state back where no member wrote the newest one")
    .option("--json", "print what was pulled and pushed as JSON")
    .action(async (options: SyncOptions) => {
      const { sync } = await import("./run-sync.ts");
      return sync(options, world);
    });
  examples(
    program,
    "sync",
    "twinseed sync --init git@git.example.org:team/seeds.git",
    "twinseed sync --join git@git.example.org:team/seeds.git",
    "twinseed sync",
  );
}
