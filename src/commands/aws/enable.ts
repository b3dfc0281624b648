/**
 * The second half of `aws enroll`: enables the device with two codes. If AWS refuses, deletes the device and removes the
 * account.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure } from "./call.ts";
import { deleteDevice } from "./create-device.ts";
import type { Journal } from "./journal.ts";
import { type MfaDevice, type PairNeeds, sendPairPatiently } from "./pair.ts";

export type EnableNeeds = PairNeeds;

/** Throws if the device is not enabled, or if that is not known: then everything stays as it is for the next run. */
export async function enable(
  mfaDevice: MfaDevice,
  journal: Journal,
  cli: AwsCliOptions,
  needs: EnableNeeds,
): Promise<void> {
  try {
    await sendPairPatiently("enable-mfa-device", mfaDevice, cli, needs);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    const kind = error instanceof AwsFailure ? error.fault.kind : "network";
    // An interrupted run has enabled it.
    if (kind === "exists" && journal.isUnfinished) return;
    // Everything stays, as a later try may succeed.
    if (!(error instanceof AwsFailure) || kind === "network" || kind === "busy")
      throw unfinished(error, mfaDevice);
    if (await isEnabledAnyway(error, mfaDevice, cli, needs)) return;
    await removeAccount(mfaDevice, needs);
    journal.end();
    throw error;
  }
}

/** AWS refuses to delete a device that is in use, so trying to is safe, and the answer tells. */
async function isEnabledAnyway(
  error: AwsFailure,
  mfaDevice: MfaDevice,
  cli: AwsCliOptions,
  needs: Needs<"aws">,
): Promise<boolean> {
  try {
    if (error.fault.kind !== "missing") await deleteDevice(mfaDevice.serial, cli, needs);
    return false;
  } catch (deletion) {
    if (!(deletion instanceof AwsFailure))
      throw deletion instanceof UserError ? unfinished(error, mfaDevice) : deletion;
    if (deletion.fault.kind === "in-use") return true;
    if (deletion.fault.kind === "missing") return false;
    throw unfinished(error, mfaDevice);
  }
}

async function removeAccount(
  { account }: MfaDevice,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<void> {
  await needs.ledger.edit(async (edit) => {
    const current = needs.ledger.accounts().find(({ id }) => id === account.id);
    if (current !== undefined) edit.remove(current, new Date(needs.clock.now()).toISOString());
  });
  note(
    needs,
    `the device was not enabled and has been deleted; ${quoted(account.name)} is in removed/: twinseed restore ${account.id}`,
  );
}

function unfinished({ message, exitCode, hints }: UserError, { account }: MfaDevice): UserError {
  return new UserError(message, exitCode, [
    ...hints,
    `the seed is stored as ${quoted(account.name)}, but it is not known whether AWS enabled the device`,
    "run the same command again to resume",
  ]);
}
