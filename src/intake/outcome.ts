/** What `add` did, in one sentence per account, and what the user should do about it. */

import type { Account, Device } from "../ledger/account.ts";
import { deviceOf } from "../ledger/copy-states.ts";
import { note, pasteable, pasteableName, quoted } from "../talk/say.ts";
import { sameLogin } from "../vault/conflicts.ts";
import type { Enrolled } from "../vault/enrolled.ts";
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

function sentence(one: Enrolled, dryRun: boolean): string {
  const { status, account, replaced, wasMissing } = one;
  const name = quoted(account.name);
  if (status === "restored") return restoredSentence(one, dryRun);
  if (wasMissing && dryRun) return `would have put the missing seed of ${name} back; nothing was written`;
  if (wasMissing) return `put back the missing seed of ${name}, which was already enrolled`;
  if (status === "exists") return `${name} is already enrolled with this seed; nothing changed`;
  const verb = status === "replaced" ? "replaced" : "added";
  if (dryRun) return `would have ${verb} ${name}; nothing was written`;
  if (replaced === undefined) return `added ${name}`;
  return `replaced ${name}; to bring the old seed back: twinseed restore ${replaced.id} --name NAME`;
}

/** What `restore` would do; a seed that was enrolled before is not a new account. */
function restoredSentence({ account, removedAt = "", replaced }: Enrolled, dryRun: boolean): string {
  const kept = account.otp.type === "hotp" ? "its counter, its copies" : "its copies";
  const verb = dryRun ? "would have restored it" : "restored it";
  const instead = replaced === undefined ? "" : ` in place of the newer seed (id ${replaced.id})`;
  const rest = dryRun ? "; nothing was written" : `, with ${kept} and what was spent of it`;
  return `${quoted(account.name)} was removed on ${removedAt.slice(0, 10)}: ${verb}${instead}${rest}`;
}

/** What a new seed means for the devices that hold an older one. */
function consequences(
  { status, account, replaced, newer }: Enrolled,
  { devices, accounts }: { devices: readonly Device[]; accounts: readonly Account[] },
): string[] {
  const isOld = status === "restored" && newer !== undefined;
  const warning = "it was replaced before, so its codes work only if the service uses the old seed again";
  if (status === "replaced" || (isOld && replaced !== undefined)) {
    const held = account.copies.flatMap((copy) =>
      copy.deadSince === undefined ? [] : (deviceOf(copy, devices) ?? []),
    );
    return [
      ...(isOld ? [warning] : []),
      ...renewedBackups(held),
      ...held.flatMap((device) => renewed(device, account)),
    ];
  }
  if (isOld) return [warning];
  if (status !== "added") return [];
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
