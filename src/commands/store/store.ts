/** `store`: its subcommands and their options; what each does is in a file of its own. */

import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { RestartOptions } from "./restart-members.ts";
import type { LogOptions } from "./store-log.ts";
import type { AddOptions as MemberOptions } from "./store-members.ts";
import { move } from "./store-move.ts";
import { show } from "./store-show.ts";

export function registerStore(program: Command, world: World): void {
  const command = program
    .command("store")
    .description("show or change where the seeds are kept, and who can open them");
  command
    .command("show", { isDefault: true })
    .description("show which seed store is in use, and why")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => show(options, world));
  command
    .command("move")
    .description("move all seeds to the other store, each one verified")
    .argument("<store>", "keyring or file")
    .action((kind: string) => move(kind, world));
  command
    .command("key")
    .description("make a raw key that opens the file store, for TWINSEED_KEY in scripts")
    .action(() => keys().then(({ newKey }) => newKey(world)));
  command
    .command("passphrase")
    .description("change the passphrase of the file store; everything else that opens it stays")
    .option("--passphrase-file <file>", 'read the new one from a file ("-": stdin)')
    .action((options: { passphraseFile?: string }) =>
      import("./store-passphrase.ts").then(({ changePassphrase }) => changePassphrase(options, world)),
    );
  command
    .command("unlock-with")
    .description("have this computer's keyring open the file store, with one entry for all seeds")
    .argument("<what>", "keyring")
    .action((what: string) => import("./unlock-with.ts").then(({ unlockWith }) => unlockWith(what, world)));
  command
    .command("rekey")
    .description("make a new data key, and seal every seed with it")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((options: { dropKeys?: boolean }) => keys().then(({ rekey }) => rekey(options, world)));
  command
    .command("follow")
    .description("say which list of members counts, by its eight words")
    .argument("<words...>", "as another member's twinseed store shows them")
    .action((words: string[]) =>
      import("./store-follow.ts").then(({ followWords }) => followWords(words, world)),
    );
  command
    .command("log")
    .description("show who changed what and when in a shared store")
    .option("--limit <number>", "how many changes", "50")
    .option("--json", "print as JSON")
    .action((options: LogOptions) => import("./store-log.ts").then(({ log }) => log(options, world)));
  registerMembers(command, world);
  examples(command, "show", "twinseed store", "twinseed store --json | jq -r .store");
  examples(command, "passphrase", "twinseed store passphrase");
  examples(command, "move", "twinseed store move file");
  examples(command, "key", "twinseed store key | gh secret set TWINSEED_KEY");
  examples(command, "unlock-with", "twinseed store unlock-with keyring");
  examples(command, "rekey", "twinseed store rekey");
  examples(command, "log", "twinseed store log", "twinseed store log --limit 5 --json");
  examples(command, "follow", "twinseed store follow gravity-webcam-lilac-cards-ruin-fatal-skunk-acid");
}

/** Loaded when needed. */
const keys = () => import("./store-keys.ts");
const members = () => import("./store-members.ts");

function registerMembers(store: Command, world: World): void {
  const command = store
    .command("members")
    .description("list or change who can open and write the shared file store");
  command
    .command("list", { isDefault: true })
    .description("list the members; needs no key")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => members().then(({ list }) => list(options, world)));
  command
    .command("add")
    .description("let a computer open the seeds, and write if it has a signing key")
    .argument("<line>", "what twinseed sync --join printed, in quotes; or age1…, which can only read")
    .option("--name <name>", "name of the member: NAME, or NAME/COMPUTER")
    .option("--yes", "skip the confirmation prompt")
    .action((line: string, options: MemberOptions) => members().then(({ add }) => add(line, options, world)));
  command
    .command("remove")
    .description("remove a member: makes a new data key and seals every seed with it")
    .argument("<member>", "a computer (NAME/COMPUTER), or NAME for all of its computers")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((query: string, options: { dropKeys?: boolean }) =>
      members().then(({ remove }) => remove(query, options, world)),
    );
  command
    .command("restart")
    .description("begin a new list of members, where every signing key is lost")
    .option("--name <name>", "this computer's name in the new list")
    .option("--yes", "skip the confirmation prompt")
    .option("--drop-keys", "also drop passphrases and raw keys that are not available")
    .action((options: RestartOptions) =>
      import("./restart-members.ts").then(({ restart }) => restart(options, world)),
    );
  examples(command, "list", "twinseed store members");
  examples(
    command,
    "add",
    "twinseed store members add 'twinseed-member 1 bob/laptop ... 0f3c9a12'",
    "twinseed store members add age1... --name ci",
  );
  examples(command, "remove", "twinseed store members remove bob");
  examples(command, "restart", "twinseed store members restart");
}
