/** The commands that talk to a hardware key: their options. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { PushOptions } from "./push.ts";

export function registerPush(command: Command, world: World): void {
  withKey(command.command("push"))
    .description("put accounts on a YubiKey with ykman; each is confirmed by a code from the key")
    .argument("<device>", "the key's name here; added if it is new")
    .argument("<account...>")
    .option("--touch", "the key makes their codes only when touched")
    .option("--replace", "overwrite what the key has under the same name with another seed")
    .action(async (name: string, queries: string[], options: PushOptions) => {
      const { push } = await import("./push.ts");
      return push(name, queries, options, world);
    });
  examples(
    command,
    "push",
    "twinseed device push yubikey aws-root GitHub:me",
    'twinseed device push spare-key aws-root --touch --reader "HID Global"',
  );
}

export function withKey(command: Command): Command {
  return command
    .option("--reader <reader>", "the key is on this card reader, or is no YubiKey (ykman list --readers)")
    .option(
      "--password-file <file>",
      'read the password of the key from a file ("-": stdin; default: prompts)',
    );
}
