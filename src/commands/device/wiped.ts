/** `device wiped NAME`: the user says that the device has no seed any more. twinseed can't see that, so it only notes it. */

import { usageError } from "../../base/errors.ts";
import type { Device } from "../../ledger/account.ts";
import { heldCopy, withWipe } from "../../ledger/copies.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import { count, note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export async function wiped(
  query: string,
  needs: Needs<"stderr" | "clock" | "ledger" | "stateFolder">,
): Promise<void> {
  const known = findDevice(needs.ledger.devices(), query);
  if (known.id === (await deviceHere(needs.ledger.devices(), needs))?.id)
    throw usageError("this is the computer that you are working on, and it has the seeds");
  const { device, held } = await needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const at = new Date(needs.clock.now()).toISOString();
    const device: Device = { ...findDevice(devices, known.name), wipedAt: at };
    let held = 0;
    // Removed accounts too: they can come back, with their copies.
    for (const account of [...needs.ledger.accounts(), ...needs.ledger.removed()]) {
      const wiped = withWipe(account, device, at);
      if (account.removedAt === undefined && heldCopy(account, device) !== undefined) held += 1;
      if (wiped !== account) edit.update(wiped);
    }
    edit.saveDevices(devices.map((one) => (one.id === device.id ? device : one)));
    return { device, held };
  });
  const outcome = held === 0 ? "it held no account" : `it no longer holds ${count(held, "account")}`;
  note(needs, `noted that ${quoted(device.name)} was wiped: ${outcome}`);
  if (device.state === "active")
    note(needs, `hint: to enroll it again: twinseed qr ACCOUNT --device ${pasteableName(device.name)}`);
  if (device.state === "lost" && held > 0)
    note(
      needs,
      "hint: someone may have copied the seeds before: only a new seed of each account rules that out",
    );
}
