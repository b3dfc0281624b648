/** The device that this computer is: found by its id in the state folder, and entered where a person works with it. */
import type { Ports } from "../ports/index.ts";
import type { Account, Device } from "./account.ts";
import { computerId, ownComputerId } from "./computer-id.ts";
import { withoutProof } from "./copies.ts";
import type { LedgerEdit } from "./edit-ledger.ts";
import { deviceNamed, isSameName } from "./find-device.ts";
import { freeName } from "./free-name.ts";
import { newId } from "./id.ts";
import type { Ledger } from "./ledger.ts";

export type HereNeeds = Pick<Ports, "computer" | "clock" | "random" | "env" | "terminal" | "stateFolder"> & {
  readonly ledger: Ledger;
};

/** This computer in the list of a shared store's members. */
export interface Membership {
  readonly name: string;
  /** The public key that the list has of it. */
  readonly key: string;
  /** The keys of all other members. */
  readonly others: readonly string[];
}

export interface ThisComputer {
  readonly device: Device;
  /** Computers that may be this one under an earlier id, if it was entered just now: what they proved does not count. */
  readonly doubted: readonly Device[];
  readonly isNew: boolean;
}

/** undefined if it is not among the devices, or can't tell which one it is. Never throws a UserError. */
export async function deviceHere(
  devices: readonly Device[],
  needs: Pick<Ports, "stateFolder">,
): Promise<Device | undefined> {
  const id = await computerId(needs);
  return id === undefined ? undefined : devices.find(({ computer }) => computer === id);
}

/**
 * The device for this computer's own seed store; entered if it is new. undefined where this computer is not to be a device: in CI,
 * without a place for its id, and where others keep a store and no person is there: that may be a container.
 */
export async function thisComputer(
  edit: LedgerEdit,
  needs: HereNeeds,
  member?: Membership,
): Promise<ThisComputer | undefined> {
  const devices = needs.ledger.devices();
  const known = await deviceHere(devices, needs);
  if (known !== undefined) {
    if (member === undefined || known.member === member.key)
      return { device: known, doubted: [], isNew: false };
    const device = { ...known, member: member.key };
    edit.saveDevices(devices.map((one) => (one.id === device.id ? device : one)));
    return { device, doubted: [], isNew: false };
  }
  const computer = await idToEnter(needs, member);
  return computer === undefined ? undefined : enter(computer, edit, needs, member);
}

async function idToEnter(needs: HereNeeds, member: Membership | undefined): Promise<string | undefined> {
  if (isContinuousIntegration(needs.env)) return undefined;
  const { ledger } = needs;
  const isFirst = ledger.accounts().length + ledger.removed().length === 0;
  const isMine = isFirst || member !== undefined || needs.terminal() !== undefined;
  return isMine ? ownComputerId(needs) : computerId(needs);
}

/** What GitHub, GitLab, CircleCI, Travis and others set. */
export function isContinuousIntegration({ CI = "" }: Ports["env"]): boolean {
  return !["", "0", "false"].includes(CI.toLowerCase());
}

function enter(
  computer: string,
  edit: LedgerEdit,
  needs: HereNeeds,
  member: Membership | undefined,
): ThisComputer {
  const { hostname } = needs.computer;
  const { name = hostname, key, others = [] } = member ?? {};
  const devices = needs.ledger.devices();
  const doubted = devices.filter(
    (one) => !(one.member !== undefined && others.includes(one.member)) && mayBe(one, [name, hostname]),
  );
  const device: Device = {
    id: newId(needs.random),
    name: freeName(name, (one) => deviceNamed(devices, one) !== undefined),
    kind: "computer",
    addedAt: new Date(needs.clock.now()).toISOString(),
    state: "active",
    computer,
    ...(key === undefined ? {} : { member: key }),
  };
  edit.saveDevices([...devices, device]);
  for (const account of [...needs.ledger.accounts(), ...needs.ledger.removed()]) {
    const less = withDoubts(account, doubted, device.addedAt);
    if (less !== account) edit.update(less);
  }
  return { device, doubted, isNew: true };
}

/** The account itself if these devices have proved nothing of it. */
export function withDoubts(account: Account, doubted: readonly Device[], at: string): Account {
  return doubted.reduce((now, device) => withoutProof(now, device, at), account);
}

/** Whether it may be the computer with one of these names, under another id. */
export function mayBe({ kind, name }: Device, names: readonly string[]): boolean {
  return kind === "computer" && names.some((own) => isSameName(withoutNumber(name), own));
}

function withoutNumber(name: string): string {
  return name.replace(/ \(\d+\)$/, "");
}

const DAY = 86_400_000;

/** Whether the date on which this computer last opened its copies is to be written again: once a day is enough. */
export function isRenewalDue({ state, openedAt }: Device, now: number): boolean {
  return state === "active" && !(openedAt !== undefined && Math.abs(now - Date.parse(openedAt)) < DAY);
}

/** Notes that this computer's store has opened, if that is not known for today. */
export function renewed(
  device: Device,
  edit: LedgerEdit,
  { ledger, clock }: Pick<HereNeeds, "ledger" | "clock">,
): Device {
  if (!isRenewalDue(device, clock.now())) return device;
  const fresh = { ...device, openedAt: new Date(clock.now()).toISOString() };
  edit.saveDevices(ledger.devices().map((one) => (one.id === device.id ? fresh : one)));
  return fresh;
}
