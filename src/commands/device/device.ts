/** `device`: the things that hold seeds. */

import type { Command } from "commander";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account, Copy, Device } from "../../ledger/account.ts";
import { copyOn } from "../../ledger/copies.ts";
import { isProof, lastProof, mayHold } from "../../ledger/copy-states.ts";
import { usualKind } from "../../ledger/device-names.ts";
import { deviceNamed, findDevice } from "../../ledger/find-device.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { examples } from "../../talk/examples.ts";
import { nameColumn } from "../../talk/name-column.ts";
import { count, note, pasteableName, quoted } from "../../talk/say.ts";
import { askedKind, makeDevice, parseKind, requireNoCode } from "../../vault/named-device.ts";
import type { Needs, World } from "../../world.ts";
import type { CheckOptions } from "./check-device.ts";
import type { LostOptions } from "./lost.ts";
import type { KeyPlace } from "./open-key.ts";
import { registerPush, withKey } from "./push-command.ts";
import { type RemoveOptions, removeDevice } from "./remove-device.ts";
import { type ReplaceOptions, replace } from "./replace.ts";
import { wiped } from "./wiped.ts";

type DeviceNeeds = Needs<"stderr" | "terminal" | "computer" | "clock" | "random" | "ledger">;

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
    .action((name: string | undefined, { kind }: { kind?: string }) => add(name, kind, world));
  command
    .command("list", { isDefault: true })
    .alias("ls")
    .description("list the devices and what each holds")
    .option("--json", "print as JSON")
    .action((options: { json?: boolean }) => list(options, world));
  command
    .command("rename")
    .description("rename a device")
    .argument("<device>")
    .argument("<name>")
    .action((device: string, name: string) => rename(device, name, world));
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

async function add(
  text: string | undefined,
  kindText: string | undefined,
  needs: DeviceNeeds,
): Promise<void> {
  const terminal = needs.terminal();
  const given = kindText === undefined ? undefined : parseKind(kindText);
  const name = cleanText(text ?? (await terminal?.ask("Name of the device: ")) ?? "");
  if (name === "") throw usageError("a device needs a name");
  requireNoCode(name);
  const known = deviceNamed(needs.ledger.devices(), name);
  if (known?.state === "active") {
    throw new UserError(`there is a device ${quoted(known.name)} already`, ExitCode.failed, [
      "choose another name",
    ]);
  }
  const usual = given ?? known?.kind ?? usualKind(name);
  if (usual === undefined && terminal === undefined)
    throw usageError("this name does not say what kind of device it is", "say it: --kind phone");
  const kind = usual ?? (await askedKind(name, terminal && ((question) => terminal.ask(question))));
  const device = await makeDevice(name, kind, needs);
  note(
    needs,
    known
      ? `brought back device ${quoted(device.name)} (${kind})`
      : `added device ${quoted(device.name)} (${kind})`,
  );
}

const GAP = "  ";

interface Row {
  readonly device: Device;
  readonly isHere: boolean;
  readonly copies: number;
  readonly unconfirmed: number;
  readonly confirmedAt: string | undefined;
}

async function list(
  { json }: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "terminal" | "ledger" | "stateFolder">,
): Promise<void> {
  const accounts = needs.ledger.accounts();
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  const rows = devices.map((device) => row(device, accounts, here));
  if (json) {
    const answer = rows.map(({ device, isHere, confirmedAt = null, ...counts }) => {
      const {
        name,
        kind,
        state,
        stateSince = null,
        wipedAt = null,
        place = null,
        addedAt,
        member = null,
      } = device;
      const what = { name, kind, state, stateSince, wipedAt, place, addedAt, ...counts, confirmedAt };
      return { ...what, thisComputer: isHere, member };
    });
    needs.stdout.write(`${printableJson(answer)}\n`);
    return;
  }
  if (rows.length === 0)
    note(needs, "no devices yet; enroll an account, or add one with: twinseed device add NAME --kind phone");
  const described = rows.map(describe);
  const rest = Math.max(0, ...described.map((text) => GAP.length + text.length));
  const names = nameColumn(
    rows.map(({ device }) => printable(device.name)),
    rest,
    needs,
  );
  for (const [i, text] of described.entries()) needs.stdout.write(`${names[i]}${GAP}${text}\n`);
}

function row(device: Device, accounts: readonly Account[], here?: Device): Row {
  const copies = accounts.flatMap((account) => copyOn(account, device) ?? []).filter(mayHold);
  // Of a device that is lost or retired, too: what it has proved is known even so.
  const isProved = (copy: Copy): boolean => copy.deadSince === undefined && isProof(copy, device);
  return {
    device,
    isHere: device.id === here?.id,
    copies: copies.length,
    unconfirmed: copies.filter((copy) => !isProved(copy)).length,
    confirmedAt: copies
      .flatMap((copy) => lastProof(copy, device) ?? copy.confirmedAt ?? [])
      .sort()
      .at(-1),
  };
}

function describe({ device, isHere, copies, unconfirmed, confirmedAt }: Row): string {
  const parts = [
    device.kind.padEnd(8),
    count(copies, "account"),
    ...(unconfirmed > 0 ? [`${unconfirmed} unconfirmed`] : []),
    ...(confirmedAt === undefined ? [] : [`last confirmed ${confirmedAt.slice(0, 10)}`]),
    ...(device.state === "active" ? [] : [`${device.state} since ${(device.stateSince ?? "").slice(0, 10)}`]),
    ...(device.wipedAt === undefined ? [] : [`wiped ${device.wipedAt.slice(0, 10)}`]),
    ...(device.computer === undefined ? [] : [isHere ? "this computer" : "stores seeds with twinseed"]),
    ...(device.place === undefined ? [] : [`kept in ${printable(device.place, 40)}`]),
  ];
  return `${parts[0]}  ${parts.slice(1).join(", ")}`;
}

async function rename(query: string, text: string, needs: Needs<"stderr" | "ledger">): Promise<void> {
  const name = cleanText(text);
  if (name === "") throw usageError("a device needs a name");
  requireNoCode(name);
  const before = await needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const device = findDevice(devices, query);
    const taken = deviceNamed(devices, name);
    if (taken !== undefined && taken.id !== device.id) {
      throw new UserError(
        `there is a device ${quoted(taken.name)} already; nothing was changed`,
        ExitCode.failed,
      );
    }
    edit.saveDevices(devices.map((one) => (one.id === device.id ? { ...one, name } : one)));
    return device;
  });
  note(needs, `renamed ${quoted(before.name)} to ${quoted(name)}`);
}

async function retire(
  query: string,
  needs: Needs<"stderr" | "clock" | "ledger" | "stateFolder">,
): Promise<void> {
  const { device, left } = await needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const device = findDevice(devices, query);
    if (device.state === "lost") throw isLost(device);
    const stateSince = new Date(needs.clock.now()).toISOString();
    edit.saveDevices(
      devices.map((one) => (one.id === device.id ? { ...one, state: "retired", stateSince } : one)),
    );
    return { device, left: row(device, needs.ledger.accounts()).copies };
  });
  note(needs, `${quoted(device.name)} is retired`);
  const name = pasteableName(device.name);
  if (device.id === (await deviceHere(needs.ledger.devices(), needs))?.id) {
    note(
      needs,
      `hint: it is the computer that you are working on; if it stays in use: twinseed device add ${name} --kind ${device.kind}`,
    );
  } else if (left > 0) {
    note(
      needs,
      `hint: it still holds ${count(left, "account")}; move them with: twinseed device replace ${name} NAME`,
    );
    if (device.kind !== "backup")
      note(needs, `hint: once it is wiped, say so: twinseed device wiped ${name}`);
  }
}

/** "Retired" would say that its owner has it. */
function isLost({ name, kind }: Device): UserError {
  return new UserError(`${quoted(name)} is lost; nothing was changed`, ExitCode.failed, [
    `what to do about it: twinseed device lost ${pasteableName(name)}`,
    `if it is back: twinseed device add ${pasteableName(name)} --kind ${kind}`,
  ]);
}
