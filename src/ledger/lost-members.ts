/**
 * Members who left a shared store. What they could read is tracked as what a lost device holds, until each account has a new seed:
 * nothing tells whether they kept it.
 */
import type { Ports } from "../ports/index.ts";
import type { Account, Device } from "./account.ts";
import { heldCopy, withCopy } from "./copies.ts";
import type { LedgerEdit } from "./edit-ledger.ts";
import { deviceNamed } from "./find-device.ts";
import { freeName } from "./free-name.ts";
import { newId } from "./id.ts";
import type { Ledger } from "./ledger.ts";

export interface LeftMember {
  readonly name: string;
  /** The public keys that the list of members had of it. */
  readonly keys: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

/** The devices of this member; one that a user added by hand has only its name. */
export function devicesOf({ name, keys }: LeftMember, devices: readonly Device[]): Device[] {
  const own = devices.filter(({ member }) => member !== undefined && keys.includes(member));
  if (own.length > 0) return own;
  return devices.filter((one) => one.kind === "computer" && one.member === undefined && one.name === name);
}

/**
 * Marks their devices as lost, with a copy of every account that they could read. One that has no device gets one. Call it under
 * the lock. Returns the devices.
 */
export function loseMembers(
  left: readonly LeftMember[],
  edit: LedgerEdit,
  needs: { readonly ledger: Ledger } & Pick<Ports, "random">,
  couldRead: (account: Account) => boolean = () => true,
): Device[] {
  const { ledger, random } = needs;
  let devices = ledger.devices();
  const lost: Device[] = [];
  for (const one of left) {
    const known = devicesOf(one, devices);
    const own = (known.length > 0 ? known : [newDevice(one, devices, random)]).map((device) =>
      markedAsLost(device, one),
    );
    const ids = new Set(own.map(({ id }) => id));
    devices = [...devices.filter(({ id }) => !ids.has(id)), ...own];
    lost.push(...own);
  }
  if (lost.length === 0) return lost;
  edit.saveDevices(devices);
  // The seeds of replaced accounts, too, are there until they come back.
  const readable = [...ledger.accounts(), ...ledger.removed()].filter(couldRead);
  for (const account of readable) {
    const held = lost.reduce((now, device) => withReadable(now, device), account);
    if (held !== account) edit.update(held);
  }
  return lost;
}

function newDevice(
  { name, keys, at }: LeftMember,
  devices: readonly Device[],
  random: (bytes: number) => Uint8Array,
): Device {
  const [member] = keys;
  return {
    id: newId(random),
    name: freeName(name, (one) => deviceNamed(devices, one) !== undefined),
    kind: "computer",
    addedAt: at,
    state: "active",
    ...(member === undefined ? {} : { member }),
  };
}

function markedAsLost(device: Device, { keys, at }: LeftMember): Device {
  const [member = device.member] = keys;
  const tied = member === undefined ? device : { ...device, member: device.member ?? member };
  return tied.state === "lost" ? tied : { ...tied, state: "lost", stateSince: at };
}

/** They had the seed's file, and the key to it. */
function withReadable(account: Account, device: Device): Account {
  if (heldCopy(account, device) !== undefined) return account;
  return withCopy(account, device, device.stateSince ?? device.addedAt);
}
