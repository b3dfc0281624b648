/** An account's QR code on the alternate screen, and afterwards, on stderr, which devices proved that they took it. */

import type { Account } from "../ledger/account.ts";
import type { Terminal } from "../ports/terminal.ts";
import { note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import { openAccount } from "../vault/open-account.ts";
import type { Needs } from "../world.ts";
import type { EnrolDevicesNeeds } from "./enrol-devices.ts";

export type ShowQrNeeds = Needs<"stderr" | "computer"> & EnrolDevicesNeeds;

export async function showQr(
  account: Account,
  devices: readonly string[],
  terminal: Terminal,
  needs: ShowQrNeeds,
): Promise<void> {
  const { enrolDevices } = await import("./enrol-devices.ts");
  const enrolment = await openAccount(account, needs);
  const { confirmed, unconfirmed, warnings } = await enrolDevices(
    { account, enrolment, devices },
    terminal,
    needs,
  );
  for (const device of confirmed)
    note(needs, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  for (const device of unconfirmed) {
    note(
      needs,
      `${quoted(device.name)} is not confirmed yet: twinseed verify ${pasteable(account)} --device ${pasteableName(device.name)}`,
    );
  }
  for (const warning of warnings) warn(needs, warning);
}
