/** What `add` did, in a sentence an account, and what follows from it. */

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
  if (wasMissing) return `${name} was enrolled already, but its seed was gone from here: it is back`;
  if (status === "exists") return `${name} is enrolled already with this seed; nothing changed`;
  const verb = status === "replaced" ? "replaced" : "added";
  if (dryRun) return `would have ${verb} ${name}; nothing was written`;
  if (replaced === undefined) return `added ${name}`;
  return `replaced ${name}; the old seed is kept: twinseed restore ${replaced.id} --name NAME`;
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
      `${quoted(other.name)} has the same issuer and label and another seed: if the service re-issued it, that one is dead; remove it (twinseed remove ${pasteable(other)})`,
  );
}

/** A new backup makes up for all of them. */
function renewedBackups(devices: readonly Device[]): string[] {
  const names = devices.filter(({ kind }) => kind === "backup").map(({ name }) => quoted(name));
  if (names.length === 0) return [];
  const hold = names.length === 1 ? "holds" : "hold";
  return [
    `${names.join(", ")} ${hold} the old seed, which is dead; make a new backup: twinseed backup create FILE`,
  ];
}

function renewed(device: Device, account: Account): string[] {
  if (device.kind === "backup") return [];
  const to = `${pasteable(account)} --device ${pasteableName(device.name)}`;
  const again =
    device.kind === "paper"
      ? `print it anew: twinseed sheet ${to} --print`
      : `enroll it again: twinseed qr ${to}`;
  return [`${quoted(device.name)} holds the old seed, which is dead; ${again}`];
}
