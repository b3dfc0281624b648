/** An account's QR code on the alternate screen, and afterwards, on stderr, which devices proved that they took it. */

import type { Account } from "../ledger/account.ts";
import type { Terminal } from "../ports/terminal.ts";
import { note, pasteable, pasteableName, quoted, warn } from "../talk/say.ts";
import { openAccount } from "../vault/open-account.ts";
import type { World } from "../world.ts";

export async function showQr(
  account: Account,
  devices: readonly string[],
  terminal: Terminal,
  ctx: World,
): Promise<void> {
  const { enrolDevices } = await import("./enrol-devices.ts");
  const enrolment = await openAccount(account, ctx);
  const { confirmed, unconfirmed, warnings } = await enrolDevices(
    { account, enrolment, devices },
    terminal,
    ctx,
  );
  for (const device of confirmed)
    note(ctx, `${quoted(device.name)} is confirmed: it holds ${quoted(account.name)}`);
  for (const device of unconfirmed) {
    note(
      ctx,
      `${quoted(device.name)} is not confirmed yet: twinseed verify ${pasteable(account)} --device ${pasteableName(device.name)}`,
    );
  }
  for (const warning of warnings) warn(ctx, warning);
}
