/**
 * `device lost NAME`: what the device held and what to do, the most important first. Each run prints the list again, with what
 * has been done since. Copies of one seed can't be revoked one by one: each account needs a new seed.
 */

import { asUserError, Exit, type UserError, usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { deviceNamed, findDevice } from "../../ledger/find-device.ts";
import { type AffectedAccount, isAwsRoot, type Loss, lossOf } from "../../ledger/losses.ts";
import { devicesOf, type LeftMember, loseMembers } from "../../ledger/lost-members.ts";
import { deviceHere } from "../../ledger/this-computer.ts";
import type { Member } from "../../members/entry.ts";
import { wordsOf } from "../../members/words.ts";
import { isAws } from "../../otp/enrollment.ts";
import type { View } from "../../seeds/file/list-view.ts";
import type { Changed } from "../../sync/change-list.ts";
import { keysOf } from "../../sync/left-members.ts";
import type { RemoveNeeds } from "../../sync/remove-members.ts";
import { accountJson } from "../../talk/json.ts";
import { count, pasteable, pasteableName, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

type LostNeeds = RemoveNeeds & Needs<"stdout" | "stateFolder">;

export interface LostOptions {
  dropKeys?: boolean;
  json?: boolean;
}

export async function lost(
  query: string,
  { dropKeys: drop = false, json }: LostOptions,
  needs: LostNeeds,
): Promise<void> {
  const view = await listOfMembers(needs);
  const found = deviceOrMember(query, needs.ledger.devices(), view?.newest?.entry.members);
  const { member } = found;
  const here = await deviceHere(needs.ledger.devices(), needs);
  if (found.device !== undefined && found.device.id === here?.id) throw thisOne(found.device);
  if (member !== undefined && member.name === view?.me) throw thisOne(found.device);
  const device = await markLost(found, needs);
  // The loss is noted first: it is true even if the key can't be removed now.
  const key = member === undefined ? undefined : await removeKey(member, drop, needs);
  const [accounts, devices] = [needs.ledger.accounts(), needs.ledger.devices()];
  const loss = lossOf(device, accounts, needs.ledger.removed(), devices, here);
  if (json) needs.stdout.write(`${printableJson(lossJson(device, loss, key))}\n`);
  else for (const line of report(device, loss, key)) needs.stdout.write(`${line}\n`);
  if (key?.error !== undefined) throw new Exit(key.error.exitCode);
  if (key?.changed !== undefined) await sayRemoved(key.changed, needs);
}

/** undefined for a store that is not shared, or where the list can't be read now: the loss is noted all the same. */
async function listOfMembers(needs: LostNeeds): Promise<View | undefined> {
  try {
    return await needs.sharedKeys.view();
  } catch (error) {
    warn(needs, `the list of members can't be read: ${asUserError(error).message}`);
    return undefined;
  }
}

interface Found {
  readonly device: Device | undefined;
  /** The computer is in the list of members. */
  readonly member: Member | undefined;
}

/** `list`: of a shared store. Throws UserError (exit 3) for a name that neither has. */
function deviceOrMember(
  query: string,
  devices: readonly Device[],
  list: readonly Member[] | undefined,
): Found {
  const members = list ?? [];
  const named = members.find(({ name }) => name.toLowerCase() === query.toLowerCase());
  const device = deviceNamed(devices, query) ?? (named && devicesOf(leftMember(named, ""), devices)[0]);
  const member =
    members.find((one) => device !== undefined && isOf(device, one)) ?? (device ? undefined : named);
  if (device !== undefined || member !== undefined) return { device, member };
  const elsewhere = "if another member has added it: twinseed sync, and run this again";
  return { device: findDevice(devices, query, list === undefined ? [] : [elsewhere]), member };
}

function isOf(device: Device, member: Member): boolean {
  return devicesOf(leftMember(member, ""), [device]).length > 0;
}

function leftMember(member: Member, at: string): LeftMember {
  return { name: member.name, keys: keysOf(member), at };
}

function thisOne(device: Device | undefined): UserError {
  if (device?.state !== "lost") return usageError("this is the computer that you are working on");
  return usageError(
    "this is the computer that you are working on, and it is marked as lost",
    `if it is back: twinseed device add ${pasteableName(device.name)} --kind ${device.kind}`,
  );
}

/** A member's computer may have everything that it could read, whatever it has proved. */
async function markLost({ device, member }: Found, needs: LostNeeds): Promise<Device> {
  if (member === undefined && device?.state === "lost") return device;
  const at = new Date(needs.clock.now()).toISOString();
  return needs.ledger.edit(async (edit) => {
    if (member !== undefined) {
      const [lost] = loseMembers([leftMember(member, at)], edit, needs);
      if (lost !== undefined) return lost;
    }
    if (device === undefined) throw new Error("there is neither a device nor a member");
    const marked: Device = { ...device, state: "lost", stateSince: at };
    edit.saveDevices(needs.ledger.devices().map((one) => (one.id === device.id ? marked : one)));
    return marked;
  });
}

async function sayRemoved(changed: Changed, needs: LostNeeds): Promise<void> {
  const { sayChange, sayRemoval } = await import("../../sync/say-change.ts");
  sayRemoval(changed, needs);
  await sayChange(changed, needs);
}

interface RemovedKey {
  readonly member: string;
  readonly changed?: Changed;
  /** Of the list without it. */
  readonly words?: string | undefined;
  /** Another member was first. */
  readonly wasGone?: true;
  /** Why it could not be removed. */
  readonly error?: UserError;
}

async function removeKey({ name }: Member, drop: boolean, needs: LostNeeds): Promise<RemovedKey> {
  try {
    const { removeMembers } = await import("../../sync/remove-members.ts");
    const changed = await removeMembers([name], { drop }, needs);
    const words = changed.entry && (await wordsOf(changed.entry.hash));
    return { member: name, changed, words };
  } catch (error) {
    // Removing begins with what is in the repository.
    const members = (await listOfMembers(needs))?.newest?.entry.members;
    const wasGone = members !== undefined && !members.some((one) => one.name === name);
    return wasGone ? { member: name, wasGone } : { member: name, error: asUserError(error) };
  }
}

function report(device: Device, loss: Loss, key: RemovedKey | undefined): string[] {
  return [...(key === undefined ? [] : [...keyLines(key), ""]), ...accountLines(device, loss)];
}

function keyLines({ member, error, words, wasGone }: RemovedKey): string[] {
  if (wasGone) return [`The key of ${quoted(member)} was removed already, by another member.`];
  if (error === undefined)
    return [
      `The key of ${quoted(member)} is removed: it can't open new seeds or changes.`,
      `Let every other member paste: twinseed store follow ${words}`,
    ];
  return [
    `The key of ${quoted(member)} could not be removed: ${printable(error.message, 300)}`,
    ...error.hints.map((hint) => `  ${printable(hint, 300)}`),
    `Until it is, that computer gets every change: twinseed device lost ${pasteableName(member)}`,
  ];
}

function accountLines(device: Device, { open, rotated }: Loss): string[] {
  const name = quoted(device.name);
  const total = open.length + rotated.length;
  const done = `It has ${count(total, "account")}; ${rotated.length} enrolled again since`;
  const head = `${name} is marked as lost since ${(device.stateSince ?? "").slice(0, 10)}.`;
  if (total === 0) return [`${head} It has no account: nothing to do.`];
  if (open.length === 0) return [`${head} ${done}: nothing is left to do.`];
  return [
    `${head} ${done}.`,
    `Anyone who has ${name} can make codes for ${open.length === 1 ? "this account until you enroll it" : "these accounts until you enroll them"} again, the most important first:`,
    ...open.flatMap((held, i) => ["", ...steps(held, i + 1)]),
    "",
    `To see your progress: twinseed device lost ${pasteableName(device.name)}`,
  ];
}

function steps({ account, here, confirmedOn }: AffectedAccount, number: number): string[] {
  const others = confirmedOn.map((one) => printable(one.name)).join(", ");
  const elsewhere =
    others === "" ? "no other device is confirmed to hold it" : `also on ${others}, confirmed`;
  const code = here
    ? `sign in now: twinseed code ${pasteable(account)}`
    : others === ""
      ? "no codes are left: sign in with the service's account recovery"
      : `sign in now with the code that ${others} shows`;
  return [
    `${number}. ${printable(account.name)}  (codes here: ${here ? "yes" : "no"}; ${elsewhere})`,
    `   ${code}`,
    ...atTheService(account).map((line) => `   ${line}`),
    `   then: twinseed add SCREENSHOT --replace --name ${pasteable(account)}`,
  ];
}

/** AWS IAM user guide: up to 8 MFA devices of any kind may be registered for the root user and for each IAM user. */
function atTheService(account: Account): string[] {
  if (isAwsRoot(account)) {
    return [
      "at AWS, as root: Security credentials, Multi-factor authentication: assign a new virtual device",
      "(up to 8 may be registered), sign in with it once, then remove the old one",
    ];
  }
  if (isAws(account.issuer)) {
    return [
      "at AWS: IAM, your user, Security credentials: assign a new virtual MFA device (up to 8 may be registered),",
      "sign in with it once, then deactivate and delete the old one",
    ];
  }
  return ["at the service: set up two-factor authentication again, so that it issues a new QR code"];
}

function lossJson({ name, stateSince }: Device, { open, rotated }: Loss, key: RemovedKey | undefined) {
  return {
    version: 1,
    device: name,
    lostSince: stateSince,
    member: key === undefined ? null : keyJson(key),
    open: open.map(({ account, here, confirmedOn }) => ({
      account: accountJson(account),
      codesHere: here,
      confirmedOn: confirmedOn.map((device) => device.name),
    })),
    rotated: rotated.map(accountJson),
  };
}

function keyJson({ member, error, words }: RemovedKey) {
  return {
    name: member,
    isRemoved: error === undefined,
    words: words ?? null,
    error: error?.message ?? null,
  };
}
