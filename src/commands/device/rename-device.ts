/** `device rename`: another name for the same device; its copies stay. */

import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { deviceNamed, findDevice } from "../../ledger/find-device.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { note, quoted } from "../../talk/say.ts";
import { requireNoCode } from "../../vault/named-device.ts";
import type { Needs } from "../../world.ts";

export async function renameDevice(
  query: string,
  text: string,
  needs: Needs<"stderr" | "ledger">,
): Promise<void> {
  const name = cleanText(text);
  if (name === "") throw usageError("a device needs a name");
  requireNoCode(name, "nothing was changed");
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
