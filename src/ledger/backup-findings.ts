/** What can be wrong with backups as a whole. Pure. */
import type { Account, Copy, Device } from "./account.ts";
import { stateOf } from "./copy-states.ts";
import type { Finding } from "./finding.ts";

/** A backup is a device too: it has the accounts that existed when it was created, and `backup verify` confirms its copies. */
export function backupFindings(accounts: readonly Account[], devices: readonly Device[]): Finding[] {
  return devices.flatMap((device): Finding[] => {
    if (device.kind !== "backup" || device.state !== "active") return [];
    const held = accounts.flatMap(({ copies }) =>
      copies.filter((copy) => copy.device === device.id && isInBackup(copy, device)),
    );
    const missing = accounts.filter(
      ({ copies }) => !copies.some((copy) => copy.device === device.id && isInBackup(copy, device)),
    );
    const behind: Finding = {
      kind: "backup-behind",
      message: `the backup ${device.name} is older than ${missing.length} of ${accounts.length} accounts`,
      fix: ["backup", "create", "FILE", "--follows", device.name],
    };
    const unverified: Finding = {
      kind: "backup-unverified",
      message: `the backup ${device.name} was never verified`,
      fix: ["backup", "verify", "FILE"],
    };
    return [
      ...(missing.length > 0 && device.part === undefined ? [behind] : []),
      ...(held.length > 0 && held.every(({ confirmedAt }) => confirmedAt === undefined) ? [unverified] : []),
    ];
  });
}

function isInBackup(copy: Copy, device: Device): boolean {
  const state = stateOf(copy, device);
  return state === "shown" || state === "proved" || state === "near";
}
