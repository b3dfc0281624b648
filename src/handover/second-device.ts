/** What the user sees after `add`: the code (two for AWS, whose page asks for both), and how to set up a second device. */

import { printable } from "../base/printable.ts";
import { liveCopies } from "../ledger/copy-states.ts";
import { type Enrollment, isAws } from "../otp/enrollment.ts";
import { codeOf, remainingSeconds, stepAt } from "../otp/one-time-code.ts";
import type { Terminal } from "../ports/terminal.ts";
import { count, note, pasteable, quoted } from "../talk/say.ts";
import type { Enrolled } from "../vault/enrolled.ts";
import type { Needs } from "../world.ts";
import { type ShowQrNeeds, showQr } from "./show-qr.ts";

type SecondDeviceNeeds = ShowQrNeeds;

/** Prints to the terminal only: codes are for the user's eyes. */
export function showCodes(enrolled: readonly Enrolled[], terminal: Terminal, needs: Needs<"clock">): void {
  for (const one of enrolled) terminal.print(codes(one, needs));
}

export async function offerSecondDevice(
  enrolled: readonly Enrolled[],
  terminal: Terminal | undefined,
  needs: SecondDeviceNeeds,
): Promise<void> {
  const devices = needs.ledger.devices();
  const onOneDevice = enrolled.filter(({ account }) => liveCopies(account, devices).length < 2);
  const [first] = onOneDevice;
  if (first === undefined) return;
  if (terminal === undefined) {
    note(
      needs,
      `hint: this account is on one device only; add a second one with: twinseed qr ${pasteable(first.account)}`,
    );
  } else if (onOneDevice.length > 1) {
    note(
      needs,
      `hint: ${count(onOneDevice.length, "account")} are on one device only; add a second one with: twinseed qr NAME`,
    );
  } else if (await offer(first, terminal)) {
    await showQr(first.account, [], terminal, needs);
  }
}

async function offer({ account }: Enrolled, terminal: Terminal): Promise<boolean> {
  terminal.print(`${quoted(account.name)} is on this computer only.\n`);
  return terminal.confirm("Draw its QR code for a second device now?", true);
}

function codes({ account, enrollment }: Enrolled, needs: Needs<"clock">): string {
  const { otp } = enrollment;
  if (otp.type === "hotp")
    return `  ${printable(account.name)}: get its codes with: twinseed code ${pasteable(account)}\n`;
  const now = needs.clock.now();
  const left = remainingSeconds(otp, now);
  const current = codeAt(enrollment, stepAt(otp, now));
  if (!isAws(enrollment.issuer)) return `  ${current}  (${left} s left)\n`;
  const next = codeAt(enrollment, stepAt(otp, now) + 1);
  return [
    `  MFA code 1: ${current}  (${left} s left)`,
    `  MFA code 2: ${next}  (after that)`,
    "  AWS asks for both: type them in this order and submit right away.",
    "",
  ].join("\n");
}

function codeAt({ secret, otp }: Enrollment, step: number): string {
  return codeOf(secret, otp, step);
}
