/** `device retire`: the user still has the device, but it does not count any more. */

import { ExitCode, UserError } from "../../base/errors.ts";
import type { Device } from "../../ledger/account.ts";
import { heldCopy } from "../../ledger/copies.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import { count, note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export async function retire(
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
    const held = needs.ledger.accounts().filter((account) => heldCopy(account, device) !== undefined);
    return { device, left: held.length };
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
