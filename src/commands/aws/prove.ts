/**
 * Proves that AWS accepts the codes of a device that it has just enabled. This is necessary because AWS accepts a pair that
 * arrives late, too, and is out of step from then on.
 */

import { ExitCode, UserError } from "../../base/errors.ts";
import { unspentCode } from "../../spending/unspent.ts";
import { note, pasteable, quoted } from "../../talk/say.ts";
import { type AwsCliOptions, AwsFailure, callAws } from "./call.ts";
import { type MfaDevice, type PairNeeds, sendPairPatiently } from "./pair.ts";

type ProveNeeds = PairNeeds;

const SHORTEST = 900;

/**
 * `canLogIn`: the keys are long-term keys of the user whose device it is, as far as we know. No one else can log in with it, and
 * AWS starts no session with the keys of another one; then a resync is the proof. Throws UserError.
 */
export async function prove(
  mfaDevice: MfaDevice,
  canLogIn: boolean,
  cli: AwsCliOptions,
  needs: ProveNeeds,
): Promise<void> {
  try {
    const fault = canLogIn ? await logInFault(mfaDevice, cli, needs) : "session-keys";
    if (fault === undefined) return;
    if (fault === "session-keys")
      note(needs, "these keys can't log in with the device; two more codes prove it");
    await sendPairPatiently("resync-mfa-device", mfaDevice, cli, needs);
    if (fault === "session-keys") return;
    note(needs, "AWS and the device were out of sync; now they are synchronized");
    const second = await logInFault(mfaDevice, cli, needs);
    if (second instanceof AwsFailure) throw second;
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    throw new UserError(error.message, error.exitCode, [
      `the device is enabled and its seed is stored as ${quoted(mfaDevice.account.name)}, but it is not proven that AWS accepts its codes`,
      ...error.hints,
      `run the same command again, or: twinseed aws resync ${pasteable(mfaDevice.account)}`,
    ]);
  }
}

/** Logs in with the next code. Returns why not if AWS rejects the code, or accepts none with these keys; throws the rest. */
async function logInFault(
  mfaDevice: MfaDevice,
  cli: AwsCliOptions,
  needs: ProveNeeds,
): Promise<AwsFailure | "session-keys" | undefined> {
  const { account, enrollment, serial } = mfaDevice;
  const { code } = await unspentCode(account, enrollment, {}, needs);
  const input = { DurationSeconds: SHORTEST, SerialNumber: serial, TokenCode: code };
  const situation = { serial, account: pasteable(account) };
  try {
    await callAws({ operation: ["sts", "get-session-token"], input, codes: [code] }, cli, situation, needs);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    const { kind } = error.fault;
    if (kind === "session-keys") return kind;
    if (kind === "invalid-code") return error;
    throw error;
  }
}
