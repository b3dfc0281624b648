/** Finds devices by the names that users give them, or creates them. */

import { ExitCode, UserError, usageError } from "../base/errors.ts";
import { DEVICE_KINDS, type Device, type DeviceKind } from "../ledger/account.ts";
import { looksLikeCode, usualKind } from "../ledger/device-names.ts";
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { deviceNamed, isSameName } from "../ledger/find-device.ts";
import { newId } from "../ledger/id.ts";
import { cleanText } from "../otp/enrollment.ts";
import { pasteableName, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";

const KINDS = DEVICE_KINDS.join(", ");

/** Asks the user on a terminal. `short` is for where the whole question does not fit: the choices are said apart from it. */
export type AskKind = (
  question: string,
  short: { readonly choices: string; readonly question: string },
) => Promise<string>;

export function parseKind(text: string): DeviceKind {
  const kind = DEVICE_KINDS.find((one) => one === text.trim().toLowerCase());
  if (kind !== undefined) return kind;
  throw usageError(`--kind takes one of: ${KINDS}`);
}

/** Returns the device with this name, and creates it if there is none. Refuses lost and retired devices (exit 1). */
export async function namedDevice(
  text: string,
  kind: DeviceKind | undefined,
  ask: AskKind | undefined,
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Promise<Device> {
  const name = cleanText(text);
  if (name === "") throw usageError("a device needs a name");
  const known = deviceNamed(needs.ledger.devices(), name);
  if (known === undefined) {
    requireNoCode(
      name,
      "nothing was added",
      "first the name of the device, such as phone, then the code that it shows",
    );
    return makeDevice(name, kind ?? usualKind(name) ?? (await askedKind(name, ask)), needs);
  }
  if (known.state === "active") return known;
  throw new UserError(`${quoted(known.name)} is ${known.state}`, ExitCode.failed, [
    "for another device, use another name",
    `if it is back: twinseed device add ${pasteableName(known.name)} --kind ${known.kind}`,
  ]);
}

/** Such a device would seem to prove itself with the very code that it is called by. */
export function requireNoCode(name: string, unchanged: string, hint = "choose a name such as phone"): void {
  if (!looksLikeCode(name)) return;
  throw usageError(`${quoted(name)} looks like a code, not like the name of a device; ${unchanged}`, hint);
}

/** Asks until the answer is a kind. */
export async function askedKind(name: string, ask: AskKind | undefined): Promise<DeviceKind> {
  if (ask === undefined) return "phone";
  const what = `What is ${quoted(name)}?`;
  const question = `${what} [phone]: `;
  let [prefix, choices] = ["", `A device is one of: ${KINDS}`];
  for (;;) {
    const given = await ask(`${prefix}${what} (${KINDS}) [phone]: `, { choices, question });
    const answer = given.trim().toLowerCase();
    const kind = answer === "" ? "phone" : DEVICE_KINDS.find((one) => one.startsWith(answer));
    if (kind !== undefined) return kind;
    prefix = `${quoted(answer)} is none of them. `;
    choices = `${quoted(answer)} is none of: ${KINDS}`;
  }
}

/** Creates a device, or brings back the lost or retired one with this name. */
export async function makeDevice(
  name: string,
  kind: DeviceKind,
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Promise<Device> {
  return needs.ledger.edit(async (edit) => putDevice(name, kind, edit, needs));
}

function putDevice(
  name: string,
  kind: DeviceKind,
  edit: LedgerEdit,
  needs: Needs<"computer" | "clock" | "random" | "ledger">,
): Device {
  const devices = needs.ledger.devices();
  const known = deviceNamed(devices, name);
  const fresh = { id: newId(needs.random), name, addedAt: new Date(needs.clock.now()).toISOString() };
  if (known === undefined && isSameName(name, needs.computer.hostname)) throw isThisComputer(name);
  // The date says which of two statements is the later one, if another computer or a backup knows of the loss alone.
  const back = known === undefined ? {} : { stateSince: fresh.addedAt };
  const device: Device = { ...fresh, ...known, kind, state: "active", ...back };
  edit.saveDevices([...devices.filter(({ id }) => id !== device.id), device]);
  return device;
}

/** Two devices of that name could not be told apart, and this computer's own code would prove the other one. */
function isThisComputer(name: string): UserError {
  return new UserError(`${quoted(name)} is the name of this computer; nothing was added`, ExitCode.failed, [
    "choose another name; this computer itself is added with its first account",
  ]);
}
