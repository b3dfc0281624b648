/** What `add` did, in one sentence per account, and what the user should do about it. */

import type { Account, Device } from "../ledger/account.ts";
import { deviceOf } from "../ledger/copies.ts";
import { note, pasteable, pasteableName, quoted } from "../talk/say.ts";
import { sameLogin } from "../vault/conflicts.ts";
import type { Enrolled } from "../vault/enroll-accounts.ts";
import type { Needs } from "../world.ts";

export function sayOutcome(
  enrolled: readonly Enrolled[],
  dryRun: boolean,
  needs: Needs<"stderr" | "ledger">,
): void {
  const said = new Set<string>();
  const known = { devices: needs.ledger.devices(), accounts: needs.ledger.accounts() };
  for (const one of enrolled) {
    note(needs, sentence(one, dryRun));
    for (const text of consequences(one, known)) {
      if (!said.has(text)) note(needs, `hint: ${text}`);
      said.add(text);
    }
  }
}

function sentence({ status, account, replaced, wasMissing }: Enrolled, dryRun: boolean): string {
  const name = quoted(account.name);
  if (wasMissing && dryRun) return `would have put the missing seed of ${name} back; nothing was written`;
  if (wasMissing) return `put back the missing seed of ${name}, which was already enrolled`;
  if (status === "exists") return `${name} is already enrolled with this seed; nothing changed`;
  const verb = status === "replaced" ? "replaced" : "added";
  if (dryRun) return `would have ${verb} ${name}; nothing was written`;
  if (replaced === undefined) return `added ${name}`;
  return `replaced ${name}; to bring the old seed back: twinseed restore ${replaced.id} --name NAME`;
}

/** What a new seed means for the devices that hold an older one. */
function consequences(
  { status, account, replaced }: Enrolled,
  { devices, accounts }: { devices: readonly Device[]; accounts: readonly Account[] },
): string[] {
  if (status === "replaced") {
    const held = account.copies.flatMap((copy) =>
      copy.deadSince === undefined ? [] : (deviceOf(copy, devices) ?? []),
    );
    return [...renewedBackups(held), ...held.flatMap((device) => renewed(device, account))];
  }
  if (status === "exists" || replaced !== undefined) return [];
  return sameLogin(account, accounts).map(
    (other) =>
      `${quoted(other.name)} has the same issuer and label but another seed: if the service reissued it, the old one no longer works; remove it with: twinseed remove ${pasteable(other)}`,
  );
}

/** One hint for all backups, as one new backup replaces them all. */
function renewedBackups(devices: readonly Device[]): string[] {
  const names = devices.filter(({ kind }) => kind === "backup").map(({ name }) => quoted(name));
  if (names.length === 0) return [];
  const hold = names.length === 1 ? "holds" : "hold";
  return [
    `${names.join(", ")} ${hold} the old seed, which no longer works; make a new backup: twinseed backup create FILE`,
  ];
}

function renewed(device: Device, account: Account): string[] {
  if (device.kind === "backup") return [];
  const to = `${pasteable(account)} --device ${pasteableName(device.name)}`;
  const again =
    device.kind === "paper"
      ? `print it again: twinseed sheet ${to} --print`
      : `enroll it again: twinseed qr ${to}`;
  return [`${quoted(device.name)} holds the old seed, which no longer works; ${again}`];
}
