/** A device shows a code, and the ledger records that it holds the seed. Also explains why a code may be wrong. */

import { UserError } from "../base/errors.ts";
import type { Account, Device } from "../ledger/account.ts";
import { withCopy, withoutCopy, withProof, withSheet } from "../ledger/copies.ts";
import { goneMeanwhile } from "../ledger/not-found.ts";
import { type Proof, prove } from "../ledger/proof.ts";
import { type Enrollment, isAws, sameParameters } from "../otp/enrollment.ts";
import { quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { newerThan } from "./remembered-seeds.ts";

export type Check =
  | { readonly right: true; readonly proof: RightProof }
  /** The most likely one first. */
  | { readonly right: false; readonly reasons: readonly [string, ...string[]] };

type RightProof = Extract<Proof, { right: true }>;

/** Checks whether the code belongs to this account. Changes nothing. */
export async function checkCode(
  account: Account,
  enrollment: Enrollment,
  code: string,
  deviceName: string,
  needs: Needs<"clock" | "ledger" | "seeds">,
): Promise<Check> {
  const proof = prove(enrollment, code, needs.clock.now());
  if (proof.right) return { right: true, proof };
  return {
    right: false,
    reasons: await explain(proof.why, account, enrollment, code, quoted(deviceName), needs),
  };
}

export async function recordProof(
  account: Account,
  device: Device,
  proof: RightProof,
  needs: Needs<"clock" | "ledger">,
): Promise<void> {
  await change(account, needs, (current) =>
    withProof(counted(current, proof), device, new Date(needs.clock.now()).toISOString()),
  );
}

/** Records a device that was shown the seed and has not proved anything yet. */
export async function recordCopy(
  account: Account,
  device: Device,
  needs: Needs<"clock" | "ledger">,
): Promise<void> {
  await change(account, needs, (current) =>
    withCopy(current, device, new Date(needs.clock.now()).toISOString()),
  );
}

/** Forgets a device that, by its own word, did not take the seed. */
export async function forgetCopy(account: Account, device: Device, needs: Needs<"ledger">): Promise<void> {
  await change(account, needs, (current) => withoutCopy(current, device));
}

/** Records paper that a sheet was just printed for. */
export async function recordSheet(
  account: Account,
  device: Device,
  needs: Needs<"clock" | "ledger">,
): Promise<void> {
  await change(account, needs, (current) =>
    withSheet(current, device, new Date(needs.clock.now()).toISOString()),
  );
}

/** `recordCopy` for each account, in one edit. */
export async function recordCopies(
  accounts: readonly Account[],
  device: Device,
  needs: Needs<"clock" | "ledger">,
): Promise<void> {
  const at = new Date(needs.clock.now()).toISOString();
  await needs.ledger.edit(async ({ update }) => {
    const current = new Map(needs.ledger.accounts().map((account) => [account.id, account]));
    for (const account of accounts) {
      const known = current.get(account.id);
      if (known === undefined) throw goneMeanwhile(account);
      update(withCopy(known, device, at));
    }
  });
}

async function change(
  account: Account,
  needs: Needs<"ledger">,
  edit: (account: Account) => Account,
): Promise<void> {
  await needs.ledger.edit(async ({ update }) => {
    const current = needs.ledger.accounts().find(({ id }) => id === account.id);
    if (current === undefined) throw goneMeanwhile(account);
    const changed = edit(current);
    if (changed !== current) update(changed);
  });
}

/** The code that the device showed is used up on both sides, so the counter moves past it. */
function counted(account: Account, proof: RightProof): Account {
  if (account.otp.type !== "hotp" || !("nextCounter" in proof)) return account;
  const counter = Math.max(account.otp.counter, proof.nextCounter);
  return { ...account, otp: { ...account.otp, counter } };
}

/** How far the device's clock is ahead (negative: behind), in seconds; 0 if too little to mention. */
export function driftOf(proof: RightProof): number {
  return "driftSeconds" in proof ? proof.driftSeconds : 0;
}

export function driftSentence(device: Device, driftSeconds: number, { issuer }: Account): string | undefined {
  if (driftSeconds === 0) return undefined;
  const direction = driftSeconds < 0 ? "behind" : "ahead";
  const who = isAws(issuer) ? "AWS" : "services";
  return `${quoted(device.name)}'s clock is ${Math.abs(driftSeconds)} s ${direction}: correct it, or ${who} will reject its codes`;
}

async function explain(
  why: "digits" | "characters" | "no-match",
  account: Account,
  enrollment: Enrollment,
  code: string,
  device: string,
  needs: Needs<"clock" | "ledger" | "seeds">,
): Promise<readonly [string, ...string[]]> {
  const { digits, type } = enrollment.otp;
  if (why === "characters") return ["the codes of this account have digits only"];
  if (why === "digits")
    return [`the codes of this account have ${digits} ${type === "steam" ? "characters" : "digits"}`];
  const other = await otherOwner(account, enrollment, code, needs);
  if (other !== undefined) return [other];
  return [
    type === "hotp"
      ? "press the button on the device once and type the new code"
      : "the code may have just changed: type the next one",
    `${device} may be showing another account with the same label: check issuer and label there`,
    `${device} may hold an older seed of this account: delete it there and scan the QR code again`,
    `if it shows anything but ${digits} digits, it has set the account up as another type`,
  ];
}

/** Says whose code it is, if it belongs to an account that is easily mistaken for this one. */
async function otherOwner(
  account: Account,
  enrollment: Enrollment,
  code: string,
  needs: Needs<"clock" | "ledger" | "seeds">,
): Promise<string | undefined> {
  const alike = (one: Account) =>
    one.id !== account.id &&
    sameParameters(one.otp, enrollment.otp) &&
    (one.issuer === account.issuer || one.label === account.label);
  const accounts = needs.ledger.accounts();
  const older = needs.ledger.removed().filter(alike);
  for (const one of [...older, ...accounts.filter(alike)].slice(0, 20)) {
    if (!(await shows(one, code, needs))) continue;
    if (!older.includes(one))
      return `that code belongs to ${quoted(one.name)}: look for the right account on the device`;
    const day = (one.removedAt ?? "").slice(0, 10);
    return newerThan(one, accounts) === undefined
      ? `that code belongs to ${quoted(one.name)}, which was removed on ${day}; to bring it back: twinseed restore ${one.id}`
      : `that code belongs to the old seed, which was replaced on ${day}: delete the account on the device and scan the QR code again`;
  }
  return undefined;
}

async function shows({ id }: Account, code: string, needs: Needs<"clock" | "seeds">): Promise<boolean> {
  try {
    return prove(await (await needs.seeds()).get(id), code, needs.clock.now()).right;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
