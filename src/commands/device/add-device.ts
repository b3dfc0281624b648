/** `device add`: a new device, or one that was lost or retired and is back. */

import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { usualKind } from "../../ledger/device-names.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { cleanText } from "../../otp/enrollment.ts";
import { note, quoted } from "../../talk/say.ts";
import { askedKind, makeDevice, parseKind, requireNoCode } from "../../vault/named-device.ts";
import type { Needs } from "../../world.ts";

export async function addDevice(
  text: string | undefined,
  kindText: string | undefined,
  needs: Needs<"stderr" | "terminal" | "computer" | "clock" | "random" | "ledger">,
): Promise<void> {
  const terminal = needs.terminal();
  const given = kindText === undefined ? undefined : parseKind(kindText);
  const name = cleanText(text ?? (await terminal?.ask("Name of the device: ")) ?? "");
  if (name === "") throw usageError("a device needs a name");
  requireNoCode(name, "nothing was added");
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
