/**
 * `device remove`: takes a mistake back. A device that may have a seed is never forgotten just like that: what is lost or given
 * away would be harmless on paper. So the user must say that it never had them.
 */
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { unknownDevices } from "../../ledger/checkup.ts";
import { copyOn, heldCopy, withoutCopy } from "../../ledger/copies.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { findAccounts } from "../../ledger/find-several.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import { count, note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface RemoveOptions {
  mistake?: boolean;
}

type Known = Pick<Device, "id" | "name">;

export async function removeDevice(
  query: string,
  queries: readonly string[],
  { mistake = false }: RemoveOptions,
  needs: Needs<"stderr" | "stateFolder" | "ledger">,
): Promise<void> {
  const known = find(query, needs);
  if (known.id === (await deviceHere(needs.ledger.devices(), needs))?.id)
    throw usageError("this is the computer that you are working on, and it has the seeds");
  const accounts = await findAccounts(needs.ledger.accounts(), queries, needs.ledger);
  const chosen = accounts.map(({ id }) => id);
  const isWhole = queries.length === 0;
  const forgotten = await needs.ledger.edit(async (edit) => {
    // Removed accounts too: they can come back, with their copies.
    const all = [...needs.ledger.accounts(), ...needs.ledger.removed()];
    const affected = all.filter(
      (account) => copyOn(account, known) !== undefined && (isWhole || chosen.includes(account.id)),
    );
    if (affected.length === 0 && !isWhole)
      throw new UserError(`${quoted(known.name)} has no such copy; nothing was changed`, ExitCode.notFound);
    const held = affected.filter((account) => isHeld(account, known)).length;
    if (held > 0 && !mistake) throw stillHolds(known, held, queries);
    for (const account of affected) edit.update(withoutCopy(account, known));
    if (isWhole) edit.saveDevices(needs.ledger.devices().filter(({ id }) => id !== known.id));
    return affected.length;
  });
  const copies = count(forgotten, "copy", "copies");
  if (!isWhole) note(needs, `forgot ${copies} on ${quoted(known.name)}`);
  else note(needs, `removed device ${quoted(known.name)}${forgotten > 0 ? `, with ${copies}` : ""}`);
}

/** By name or, if copies refer to a device that is not in the list, by its id. */
function find(query: string, { ledger }: Needs<"ledger">): Known {
  const devices = ledger.devices();
  const accounts = [...ledger.accounts(), ...ledger.removed()];
  const isUnknown = unknownDevices(accounts, devices).includes(query);
  return isUnknown ? { id: query, name: query } : findDevice(devices, query);
}

function isHeld(account: Account, device: Known): boolean {
  return heldCopy(account, device) !== undefined;
}

function stillHolds({ name }: Known, held: number, queries: readonly string[]): UserError {
  const device = pasteableName(name);
  const command = ["twinseed device remove", device, ...queries.map((one) => pasteableName(one, "ACCOUNT"))];
  const message = `${quoted(name)} may have ${count(held, "seed")}; nothing was changed`;
  return new UserError(message, ExitCode.failed, [
    `if it was wiped, say so: twinseed device wiped ${device}`,
    `if it is no longer used: twinseed device retire ${device}; if it is gone: twinseed device lost ${device}`,
    `only if it never had ${held === 1 ? "it" : "them"}, and that was a mistake: ${command.join(" ")} --mistake`,
  ]);
}
