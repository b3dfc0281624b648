/** If a seed is missing here: which devices still have it, and how to get it back. */

import { ExitCode, UserError } from "../base/errors.ts";
import type { Account, Device } from "../ledger/account.ts";
import { copiesNear, deviceOf, liveCopies, stateOf } from "../ledger/copy-states.ts";
import { deviceHere } from "../ledger/this-computer.ts";
import type { StoreKind } from "../settings/config-file.ts";
import { pasteable, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";

const WAY_BACK: Record<Device["kind"], string> = {
  phone: "its authenticator app may export it (transfer accounts, as a QR code or file)",
  tablet: "its authenticator app may export it (transfer accounts, as a QR code or file)",
  computer: "run twinseed qr there, and add the picture here",
  hardware: "a hardware key only shows codes: sign in with one and enroll again",
  paper: "scan it or type its key: twinseed add",
  backup: "restore it from there",
};

export async function recoveryHints(
  account: Account,
  needs: Needs<"stateFolder" | "ledger">,
): Promise<string[]> {
  const devices = needs.ledger.devices();
  const here = await deviceHere(devices, needs);
  // Even a backup next to the seeds may be there when they are not.
  const holding = [...liveCopies(account, devices), ...copiesNear(account, devices)];
  const others = holding.flatMap((copy) => {
    const device = deviceOf(copy, devices);
    return device === undefined || device.id === here?.id ? [] : [{ copy, device }];
  });
  if (others.length === 0) {
    return [
      ...retired(account, devices).map(
        ({ name, kind }) => `${quoted(name)} is retired, but may still hold it: ${WAY_BACK[kind]}`,
      ),
      "no other device in use is known to have it: sign in with the service's recovery method and enroll again",
    ];
  }
  const holders = others.map(({ copy, device }) => {
    const isProved = stateOf(copy, device) === "proved";
    const proof = isProved ? `confirmed ${(copy.confirmedAt ?? "").slice(0, 10)}` : "not confirmed";
    return `${quoted(device.name)} holds it (${proof}): ${WAY_BACK[device.kind]}`;
  });
  return [
    ...holders,
    `or sign in with a code from there and enroll again: twinseed add PICTURE --replace --name ${pasteable(account)}`,
  ];
}

function retired({ copies }: Account, devices: readonly Device[]): Device[] {
  return copies.flatMap((copy) => {
    const device = deviceOf(copy, devices);
    return device?.state === "retired" && stateOf(copy, device) === "left-behind" ? [device] : [];
  });
}

/** The error for a seed that is not the one that was enrolled. */
export async function otherSeed(
  kind: StoreKind,
  account: Account,
  needs: Needs<"stateFolder" | "ledger">,
): Promise<UserError> {
  const message = `the ${kind} store has another seed for ${quoted(account.name)} than the one that was enrolled`;
  return new UserError(message, ExitCode.failed, [
    "something else wrote it there, and its codes would be wrong",
    ...(await recoveryHints(account, needs)),
  ]);
}
