/** The serial number of an account's MFA device: given, in the profile, saved earlier, or derived from the label of its QR code. */

import { type Caller, proposedSerial, serialFault } from "../../aws/arn.ts";
import { areDifferentDevices } from "../../aws/session-plan.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import { note, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

/** Calls `caller` only if the serial depends on it. */
export async function serialOf(
  account: Account,
  given: string | undefined,
  caller: () => Promise<Caller>,
): Promise<string> {
  if (given !== undefined) return checked(given);
  if (account.mfaSerial !== undefined) return account.mfaSerial;
  const proposed = proposedSerial(account.label, await caller());
  if (proposed !== undefined) return proposed;
  throw usageError(
    `the serial number of the MFA device of ${quoted(account.name)} is not known, and its label does not reveal it for these keys`,
    "give it once, and it is saved: --serial ARN",
    "find it with: aws iam list-mfa-devices",
  );
}

/** The mfa_serial of a profile. Throws UserError if it is not the device of this account: AWS would refuse the account's codes. */
export function profileSerial(account: Account, serial: string): string {
  const fault = serialFault(serial);
  if (fault !== undefined)
    throw new UserError(`the profile's mfa_serial ${quoted(serial)}: ${fault.why}`, ExitCode.failed, [
      "correct it in the AWS config file, or use another one with --serial ARN",
    ]);
  const { mfaSerial } = account;
  if (mfaSerial === undefined || !areDifferentDevices(mfaSerial, serial)) return serial;
  throw new UserError(
    `the profile asks for the MFA device "${printable(serial, 300)}", but ${quoted(account.name)} is "${printable(mfaSerial, 300)}"`,
    ExitCode.failed,
    [
      "name the account of that device: twinseed list",
      `if it is the same device: --serial ${pasteableName(serial, "ARN")}`,
      "no code was used",
    ],
  );
}

function checked(serial: string): string {
  const fault = serialFault(serial);
  if (fault === undefined) return serial;
  const hints = fault.better === undefined ? [] : [`perhaps: --serial ${pasteableName(fault.better, "ARN")}`];
  throw usageError(`--serial ${quoted(serial)}: ${fault.why}`, ...hints);
}

/** Saves a serial that the user gave, or that AWS has accepted a code for. Tells the user if it is new. */
export async function saveSerial(
  { id }: Account,
  serial: string,
  needs: Needs<"stderr" | "ledger">,
): Promise<void> {
  if (needs.ledger.accounts().find((one) => one.id === id)?.mfaSerial === serial) return;
  await needs.ledger.edit(async ({ update }) => {
    const account = needs.ledger.accounts().find((one) => one.id === id);
    if (account !== undefined && account.mfaSerial !== serial) update({ ...account, mfaSerial: serial });
  });
  note(needs, `saved "${printable(serial, 300)}" as the MFA device of this account`);
}

/** Throws UserError unless the account makes the kind of codes that AWS uses. */
export function requireAwsCodes({ name, otp }: Account): void {
  const isRight = otp.type === "totp" && otp.algorithm === "SHA1" && otp.digits === 6 && otp.period === 30;
  if (!isRight)
    throw usageError(
      `${quoted(name)} does not make the kind of codes that AWS accepts: is it the right account?`,
    );
}
