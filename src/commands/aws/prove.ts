/**
 * Proves that AWS accepts the codes of a device that it has just enabled. This is necessary because AWS accepts a pair that
 * arrives late, too, and is out of step from then on.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { unspentCode } from "../../spending/unspent.ts";
import { note, pasteable, quoted } from "../../talk/say.ts";
import { type AwsCliOptions, AwsFailure, callAws } from "./call.ts";
import { type MfaDevice, type PairNeeds, sendPair } from "./pair.ts";

type ProveNeeds = PairNeeds;

const SHORTEST = 900;

/** `isOwn`: the keys belong to the user whose device it is; no one else can log in with it. Throws UserError. */
export async function prove(
  mfaDevice: MfaDevice,
  isOwn: boolean,
  cli: AwsCliOptions,
  needs: ProveNeeds,
): Promise<void> {
  try {
    if (isOwn && (await logsIn(mfaDevice, cli, needs))) return;
    await sendPair("resync-mfa-device", mfaDevice, cli, needs);
    if (!isOwn) return;
    note(needs, "AWS was out of step with the device; now they are in step");
    await logsIn(mfaDevice, cli, needs, "last try");
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    throw new UserError(error.message, error.exitCode, [
      `the device is enabled and its seed is stored as ${quoted(mfaDevice.account.name)}, but it is not proven that AWS accepts its codes`,
      ...error.hints,
      `run the same command again, or: twinseed aws resync ${pasteable(mfaDevice.account)}`,
    ]);
  }
}

/** Logs in with the third code. False if AWS rejects the code, or does not accept one with these keys. */
async function logsIn(
  mfaDevice: MfaDevice,
  cli: AwsCliOptions,
  needs: ProveNeeds,
  last?: "last try",
): Promise<boolean> {
  const { account, enrollment, serial } = mfaDevice;
  const { code } = await unspentCode(account, enrollment, {}, needs);
  const input = { DurationSeconds: SHORTEST, SerialNumber: serial, TokenCode: code };
  const situation = { serial, account: pasteable(account) };
  try {
    await callAws({ operation: ["sts", "get-session-token"], input, codes: [code] }, cli, situation, needs);
    return true;
  } catch (error) {
    const kind = error instanceof AwsFailure ? error.fault.kind : "other";
    if (last === undefined && (kind === "invalid-code" || kind === "session-keys")) return false;
    throw error;
  }
}
