/** The second half of `aws enroll`: the device is enabled with two codes, or it is gone again and the account put aside. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { AwsFailure, type AwsUser } from "./call.ts";
import { deleteDevice } from "./create-device.ts";
import type { Journal } from "./journal.ts";
import { type OneDevice, type PairNeeds, sendPair } from "./pair.ts";

export type EnableNeeds = PairNeeds;

/** Throws where it is not enabled, or where that is not known: then everything stays as it is for the next run. */
export async function enable(
  one: OneDevice,
  journal: Journal,
  who: AwsUser,
  needs: EnableNeeds,
): Promise<void> {
  try {
    await sendPair("enable-mfa-device", one, who, needs);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    const kind = error instanceof AwsFailure ? error.fault.kind : "network";
    // A run that was cut off has enabled it.
    if (kind === "exists" && journal.isBegun) return;
    if (!(error instanceof AwsFailure) || kind === "network") throw unfinished(error, one);
    if (await isEnabledEvenSo(error, one, who, needs)) return;
    await putAside(one, needs);
    journal.end();
    throw error;
  }
}

/** AWS deletes no device that is in use, so asking for that is safe, and tells. */
async function isEnabledEvenSo(
  error: AwsFailure,
  one: OneDevice,
  who: AwsUser,
  needs: Needs<"aws">,
): Promise<boolean> {
  try {
    if (error.fault.kind !== "missing") await deleteDevice(one.serial, who, needs);
    return false;
  } catch (deletion) {
    if (!(deletion instanceof AwsFailure))
      throw deletion instanceof UserError ? unfinished(error, one) : deletion;
    if (deletion.fault.kind === "in-use") return true;
    if (deletion.fault.kind === "missing") return false;
    throw unfinished(error, one);
  }
}

async function putAside({ account }: OneDevice, needs: Needs<"stderr" | "clock" | "ledger">): Promise<void> {
  await needs.ledger.edit(async (edit) => {
    const current = needs.ledger.accounts().find(({ id }) => id === account.id);
    if (current !== undefined) edit.remove(current, new Date(needs.clock.now()).toISOString());
  });
  note(
    needs,
    `the device was not enabled, and is deleted; ${quoted(account.name)} is in removed/: twinseed restore ${account.id}`,
  );
}

function unfinished({ message, exitCode, hints }: UserError, { account }: OneDevice): UserError {
  return new UserError(message, exitCode, [
    ...hints,
    `the seed is stored as ${quoted(account.name)}; whether AWS has enabled the device is not known`,
    "run the same command again: it goes on from here",
  ]);
}
