/** The device that a new backup is: its own, or that of an earlier backup whose place it takes. */
import { basename } from "node:path";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import type { Device } from "../../ledger/account.ts";
import { deviceNamed, findDevice, isSameName } from "../../ledger/find-device.ts";
import { newId } from "../../ledger/id.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface NameOptions {
  device?: string;
  follows?: string;
  account?: string[];
}

/** As it will be once the backup exists; not in the ledger yet. */
export async function backupDevice(
  file: string,
  { device, follows, account }: NameOptions,
  needs: Needs<"terminal" | "clock" | "random" | "ledger">,
): Promise<Device> {
  const name = cleanText(device ?? nameFrom(file));
  if (name === "") throw usageError("a backup needs a name", "--device NAME");
  const devices = needs.ledger.devices();
  const known = deviceNamed(devices, name);
  if (known !== undefined) requireBackup(known);
  // With a few accounts, it is not expected to take the place of one with all of them.
  const asks = follows === undefined && account === undefined;
  const asked = asks ? await askedFor(name, known, devices, needs) : undefined;
  const earlier = follows === undefined ? asked : findDevice(devices, follows);
  if (earlier === undefined || earlier.id === known?.id) return known ?? newBackup(name, needs);
  requireBackup(earlier);
  if (known !== undefined) {
    throw new UserError(`there is a backup ${quoted(known.name)} already`, ExitCode.failed, [
      "choose another name for the new one: --device NAME",
    ]);
  }
  return { ...earlier, name };
}

/** A new file name usually means a new generation of the same backup, not a second backup. */
async function askedFor(
  name: string,
  known: Device | undefined,
  devices: readonly Device[],
  needs: Needs<"terminal">,
): Promise<Device | undefined> {
  const earlier = devices.filter(({ kind, state }) => kind === "backup" && state === "active");
  const terminal = needs.terminal();
  const [only, ...others] = earlier;
  if (known !== undefined || only === undefined || terminal === undefined) return undefined;
  if (others.length === 0) {
    const question = `Does ${quoted(name)} take the place of the backup ${quoted(only.name)}?`;
    return (await terminal.confirm(question, true)) ? only : undefined;
  }
  const names = earlier.map((one) => quoted(one.name)).join(", ");
  for (;;) {
    const answer = (
      await terminal.ask(`Which backup does it take the place of: ${names} (Enter: none)? `)
    ).trim();
    const chosen = earlier.find((one) => isSameName(one.name, answer));
    if (answer === "" || chosen !== undefined) return chosen;
  }
}

function nameFrom(file: string): string {
  return basename(file).replace(/(?<=.)\.[^.]*$/, "");
}

function newBackup(name: string, needs: Needs<"clock" | "random">): Device {
  const addedAt = new Date(needs.clock.now()).toISOString();
  return { id: newId(needs.random), name, kind: "backup", addedAt, state: "active" };
}

function requireBackup({ name, kind, state }: Device): void {
  if (kind === "backup" && state === "active") return;
  const is = kind === "backup" ? state : `another kind of device (${kind})`;
  throw new UserError(`${quoted(name)} is ${is}`, ExitCode.failed, [
    "choose another name for the backup: --device NAME",
  ]);
}
