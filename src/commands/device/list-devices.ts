/** `device list`: what each device holds, and when it last proved it. */

import { printable, printableJson } from "../../base/printable.ts";
import type { Account, Copy, Device } from "../../ledger/account.ts";
import { heldCopy } from "../../ledger/copies.ts";
import { isProof, lastProof } from "../../ledger/copy-states.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import { nameColumn } from "../../talk/name-column.ts";
import { count, note } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

const GAP = "  ";

interface Row {
  readonly device: Device;
  readonly isHere: boolean;
  readonly copies: number;
  readonly unconfirmed: number;
  readonly confirmedAt: string | undefined;
}

export async function listDevices(
  { json }: { json?: boolean },
  needs: Needs<"stdout" | "stderr" | "terminal" | "ledger" | "stateFolder">,
): Promise<void> {
  const accounts = needs.ledger.accounts();
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  const rows = devices.map((device) => row(device, accounts, here));
  if (json) {
    const answer = rows.map(({ device, isHere, confirmedAt = null, ...counts }) => {
      const {
        name,
        kind,
        state,
        stateSince = null,
        wipedAt = null,
        place = null,
        addedAt,
        member = null,
      } = device;
      const what = { name, kind, state, stateSince, wipedAt, place, addedAt, ...counts, confirmedAt };
      return { ...what, thisComputer: isHere, member };
    });
    needs.stdout.write(`${printableJson(answer)}\n`);
    return;
  }
  if (rows.length === 0)
    note(needs, "no devices yet; enroll an account, or add one with: twinseed device add NAME --kind phone");
  const described = rows.map(describe);
  const rest = Math.max(0, ...described.map((text) => GAP.length + text.length));
  const names = nameColumn(
    rows.map(({ device }) => printable(device.name)),
    rest,
    needs,
  );
  for (const [i, text] of described.entries()) needs.stdout.write(`${names[i]}${GAP}${text}\n`);
}

function row(device: Device, accounts: readonly Account[], here?: Device): Row {
  const copies = accounts.flatMap((account) => heldCopy(account, device) ?? []);
  // Of a device that is lost or retired, too: what it has proved is known even so.
  const isProved = (copy: Copy): boolean => copy.deadSince === undefined && isProof(copy, device);
  return {
    device,
    isHere: device.id === here?.id,
    copies: copies.length,
    unconfirmed: copies.filter((copy) => !isProved(copy)).length,
    confirmedAt: copies
      .flatMap((copy) => lastProof(copy, device) ?? copy.confirmedAt ?? [])
      .sort()
      .at(-1),
  };
}

function describe({ device, isHere, copies, unconfirmed, confirmedAt }: Row): string {
  const parts = [
    device.kind.padEnd(8),
    count(copies, "account"),
    ...(unconfirmed > 0 ? [`${unconfirmed} unconfirmed`] : []),
    ...(confirmedAt === undefined ? [] : [`last confirmed ${confirmedAt.slice(0, 10)}`]),
    ...(device.state === "active" ? [] : [`${device.state} since ${(device.stateSince ?? "").slice(0, 10)}`]),
    ...(device.wipedAt === undefined ? [] : [`wiped ${device.wipedAt.slice(0, 10)}`]),
    ...(device.computer === undefined ? [] : [isHere ? "this computer" : "stores seeds with twinseed"]),
    ...(device.place === undefined ? [] : [`kept in ${printable(device.place, 40)}`]),
  ];
  return `${parts[0]}  ${parts.slice(1).join(", ")}`;
}
