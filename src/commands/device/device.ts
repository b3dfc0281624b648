/** `device`: the things that hold seeds. Its subcommands and their options; what each does is in a file of its own. */

import type { Command } from "commander";
import { deviceNamed } from "../../ledger/find-device.ts";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import { addDevice } from "./add-device.ts";
import type { CheckOptions } from "./check-device.ts";
import { listDevices } from "./list-devices.ts";
import type { LostOptions } from "./lost.ts";
import type { KeyPlace } from "./open-key.ts";
import { registerPush, withKey } from "./push-command.ts";
import { type RemoveOptions, removeDevice } from "./remove-device.ts";
import { renameDevice } from "./rename-device.ts";
import { type ReplaceOptions, replace } from "./replace.ts";
import { retire } from "./retire.ts";
import { wiped } from "./wiped.ts";

export function registerDevice(program: Command, world: World): void {
  const command = program
    .command("device")
    .description("manage the things that hold seeds: phones, tablets, computers, paper");
  command
    .command("add")
    .description("add a device, or bring back a lost or retired one")
    .argument("[name]")
    .option(
      "--kind <kind>",
      "phone, tablet, computer, hardware, paper or backup (default: what its name says)",
    )
    .action((name: string | undefined, { kind }: { kind?: string }) => addDevice(name, kind, world));
  command
    .command("list", { isDefault: true })
    .alias("ls")
    .description("list the devices and what each holds")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => listDevices(options, world));
  command
    .command("rename")
    .description("rename a device")
    .argument("<device>")
    .argument("<name>")
    .action((device: string, name: string) => renameDevice(device, name, world));
  command
    .command("replace")
    .description(
      "move everything from an old device to a new one, account by account; run it again to resume where you left off",
    )
    .argument("<old>")
    .argument("<new>")
    .option("--kind <kind>", "kind of the new device, if it is not known yet")
    .option("--google", "use QR codes of several accounts each, for Google Authenticator's import")
    .option("--per-code <n>", "with --google: at most this many accounts per QR code (default: 10)")
    .action((from: string, to: string, options: ReplaceOptions) => replace(from, to, options, world));
  command
    .command("lost")
    .description("mark a device as lost; print what it held and what to do, the most important first")
    .argument("<device>", "its name; or, in a shared store, the name of the member")
    .option(
      "--drop-keys",
      "with a member's computer: also drop passphrases and raw keys that are not available",
    )
    .option("--json", "print as JSON")
    .action((name: string, options: LostOptions) =>
      import("./lost.ts").then(({ lost }) => lost(name, options, world)),
    );
  command
    .command("retire")
    .description("mark a device as no longer used; what it holds does not count any more")
    .argument("<device>")
    .action((name: string) => retire(name, world));
  command
    .command("wiped")
    .description("note that a device was wiped (or a sheet destroyed), so that it holds no seed any more")
    .argument("<device>")
    .action((name: string) => wiped(name, world));
  command
    .command("remove")
    .alias("rm")
    .description("take a mistake back: forget a device, or only its copies of some accounts")
    .argument("<device>")
    .argument("[account...]", "forget only these copies, and keep the device")
    .option("--mistake", "it never had these seeds: what the ledger says was typed by mistake")
    .action((name: string, queries: string[], options: RemoveOptions) =>
      removeDevice(name, queries, options, world),
    );
  withKey(command.command("check"))
    .description(
      "compare what a device really has, by its app's export or by asking a hardware key, with the accounts here; exits 8 if they differ",
    )
    .argument("<device>")
    .argument(
      "[export...]",
      "files that import reads, or the QR pictures of a Google export; none for a hardware key",
    )
    .option("--format <format>", "the format, if detection is wrong")
    .option("--passphrase-file <file>", 'read the password of a locked export from a file ("-": stdin)')
    .option("--json", "print as JSON")
    .action(async (name: string, sources: string[], options: CheckOptions & KeyPlace) => {
      if (sources.length === 0 && deviceNamed(world.ledger.devices(), name)?.kind === "hardware") {
        const { checkKey } = await import("./check-key.ts");
        return checkKey(name, options, world);
      }
      const { checkDevice } = await import("./check-device.ts");
      return checkDevice(name, sources, options, world);
    });
  registerPush(command, world);
  examples(
    command,
    "remove",
    "twinseed device remove 330675 --mistake",
    "twinseed device remove phone github --mistake",
  );
  examples(
    command,
    "check",
    "twinseed device check phone aegis-export.json",
    "twinseed device check pixel google-1.png google-2.png",
    "twinseed device check yubikey",
  );
  examples(command, "add", "twinseed device add phone --kind phone");
  examples(command, "list", "twinseed device list");
  examples(command, "rename", "twinseed device rename phone old-phone");
  examples(command, "replace", "twinseed device replace old-phone new-phone --kind phone");
  examples(command, "lost", "twinseed device lost phone");
  examples(command, "retire", "twinseed device retire tablet");
  examples(command, "wiped", "twinseed device wiped old-phone");
}
