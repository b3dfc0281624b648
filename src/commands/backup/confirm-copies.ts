/** A backup that was opened proves its copies of the accounts whose seeds it has, and the user can say where it is kept. */
import type { BackupContent } from "../../backup/backup-content.ts";
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { copyOn, withCopy, withProof } from "../../ledger/copies.ts";
import { deviceNamed } from "../../ledger/find-device.ts";
import { progressOf } from "../../talk/progress.ts";
import { quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface Confirmation {
  /** How many copies were confirmed. */
  readonly confirmed: number;
  /** As the ledger has it now. */
  readonly device?: Device;
  /** Why no copy could be confirmed; the comparison is valid even so. */
  readonly obstacle?: string;
}

export async function confirmCopies(
  ids: readonly string[],
  content: BackupContent,
  place: string | undefined,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<Confirmation> {
  const not = (obstacle: string): Confirmation => ({ confirmed: 0, obstacle });
  return needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const known = attempt(() => deviceOf(content, devices));
    if (known instanceof UserError) return not(known.message);
    const at = new Date(needs.clock.now()).toISOString();
    const device = place === undefined ? known : { ...known, place, placedAt: at };
    const isListed = devices.includes(known);
    if (known.state !== "active") {
      if (!isListed) edit.saveDevices([...devices, known]);
      return not(`${quoted(known.name)} is ${known.state} in the ledger`);
    }
    const all = needs.ledger.accounts();
    const current = new Map(all.map((account) => [account.id, account]));
    const accounts = ids.flatMap((id) => current.get(id) ?? []);
    // Whatever the later file has, this one says nothing about it: not even where it is.
    if ([...all, ...needs.ledger.removed()].some((account) => isLater(account, device, content)))
      return not(`a later backup is also called ${quoted(device.name)}`);
    if (!isListed) edit.saveDevices([...devices, device]);
    else if (device !== known) edit.saveDevices(devices.map((one) => (one === known ? device : one)));
    const progress = progressOf("confirming copy", needs);
    for (const [i, account] of accounts.entries()) {
      progress.at(i, accounts.length);
      edit.update(withProof(withCopy(account, device, content.createdAt), device, at));
    }
    progress.end();
    return { confirmed: accounts.length, device };
  });
}

/** The backup as a device: from the ledger, or else from the backup itself. Throws UserError if neither will do. */
function deviceOf({ device: id, devices: inside }: BackupContent, devices: readonly Device[]): Device {
  const known = devices.find((one) => one.id === id);
  if (known !== undefined) return known;
  const own = inside.find((one) => one.id === id && one.kind === "backup");
  if (own === undefined) throw new UserError("the backup does not have a name in it", ExitCode.failed);
  const named = deviceNamed(devices, own.name);
  if (named === undefined) return own;
  if (named.kind === "backup") return named;
  throw new UserError(`${quoted(own.name)} is a ${named.kind} here, not a backup`, ExitCode.failed);
}

function isLater(account: Account, device: Device, { createdAt }: BackupContent): boolean {
  const copy = copyOn(account, device);
  return copy !== undefined && Date.parse(copy.addedAt) > Date.parse(createdAt);
}
