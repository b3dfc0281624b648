/**
 * `device lost NAME`: what the device held and what to do, the most important first. Each run prints the list again, with what
 * has been done since. Copies of one seed can't be revoked one by one: each account needs a new seed.
 */

import { usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import type { Account, Device } from "../../ledger/account.ts";
import { findDevice } from "../../ledger/find-device.ts";
import { type AffectedAccount, isAwsRoot, type Loss, lossOf } from "../../ledger/losses.ts";
import { isAws } from "../../otp/enrollment.ts";
import { accountJson } from "../../talk/json.ts";
import { count, pasteable, pasteableName } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

type LostNeeds = Needs<"stdout" | "computer" | "clock" | "ledger">;

export async function lost(query: string, { json }: { json?: boolean }, needs: LostNeeds): Promise<void> {
  const known = findDevice(needs.ledger.devices(), query);
  if (known.host === needs.computer.hostname)
    throw usageError("this is the computer that you are working on");
  const device = known.state === "lost" ? known : await markLost(known, needs);
  const loss = lossOf(device, needs.ledger.accounts(), needs.ledger.removed(), needs.ledger.devices());
  if (json) needs.stdout.write(`${printableJson(lossJson(device, loss))}\n`);
  else for (const line of report(device, loss)) needs.stdout.write(`${line}\n`);
}

async function markLost(device: Device, needs: Needs<"clock" | "ledger">): Promise<Device> {
  const marked: Device = { ...device, state: "lost", stateSince: new Date(needs.clock.now()).toISOString() };
  await needs.ledger.edit(async (edit) => {
    edit.saveDevices(needs.ledger.devices().map((one) => (one.id === device.id ? marked : one)));
  });
  return marked;
}

function report(device: Device, { open, rotated }: Loss): string[] {
  const name = printable(device.name);
  const total = open.length + rotated.length;
  const done = `It held ${count(total, "account")}; ${rotated.length} ${rotated.length === 1 ? "has" : "have"} received a new seed since`;
  const head = `${name} has been lost since ${(device.stateSince ?? "").slice(0, 10)}.`;
  if (total === 0) return [`${head} It held no account: nothing to do.`];
  if (open.length === 0) return [`${head} ${done}: nothing is left to do.`];
  return [
    `${head} ${done}.`,
    `Anyone who has ${name} can make codes for the others until each gets a new seed. The most important first:`,
    ...open.flatMap((held, i) => ["", ...steps(held, i + 1)]),
    "",
    `To see how far you are: twinseed device lost ${pasteableName(device.name)}`,
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

function lossJson({ name, stateSince }: Device, { open, rotated }: Loss) {
  return {
    version: 1,
    device: name,
    lostSince: stateSince,
    open: open.map(({ account, here, confirmedOn }) => ({
      account: accountJson(account),
      codesHere: here,
      confirmedOn: confirmedOn.map((device) => device.name),
    })),
    rotated: rotated.map(accountJson),
  };
}
