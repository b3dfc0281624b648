/** The seed is gone from here: which device still has it, and how it comes back. */

import type { Account, Device } from "../ledger/account.ts";
import { deviceOf, liveCopies } from "../ledger/copies.ts";
import { pasteable, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";

const WAY_BACK: Record<Device["kind"], string> = {
  phone: "its authenticator app may export it (transfer accounts, as a QR code or file)",
  tablet: "its authenticator app may export it (transfer accounts, as a QR code or file)",
  computer: "there: twinseed qr, and add the picture here",
  hardware: "a hardware key shows codes only: sign in with one and enroll anew",
  paper: "scan it or type its key: twinseed add",
  backup: "restore it from there",
};

export function recoveryHints(account: Account, needs: Needs<"computer" | "ledger">): string[] {
  const devices = needs.ledger.devices();
  const others = liveCopies(account, devices).flatMap((copy) => {
    const device = deviceOf(copy, devices);
    return device === undefined || device.host === needs.computer.hostname ? [] : [{ copy, device }];
  });
  if (others.length === 0) {
    return ["no other device is known to hold it: sign in by the service's recovery way and enroll it anew"];
  }
  const holders = others.map(({ copy, device }) => {
    const proof =
      copy.confirmedAt === undefined ? "not confirmed" : `confirmed ${copy.confirmedAt.slice(0, 10)}`;
    return `${quoted(device.name)} holds it (${proof}): ${WAY_BACK[device.kind]}`;
  });
  return [
    ...holders,
    `or sign in with a code from there and enroll anew: twinseed add PICTURE --replace --name ${pasteable(account)}`,
  ];
}
