/** That AWS takes the codes of a device which it has just enabled: a pair that came late is taken, and leaves it out of step. */

import { ExitCode, UserError } from "../../base/errors.ts";
import { unspentCode } from "../../spending/unspent.ts";
import { note, pasteable, quoted } from "../../talk/say.ts";
import { AwsFailure, type AwsUser, callAws } from "./call.ts";
import { type OneDevice, type PairNeeds, sendPair } from "./pair.ts";

type ProveNeeds = PairNeeds;

const SHORTEST = 900;

/** `isOwn`: the keys are those of the user whose device it is; nobody else can log in with it. Throws UserError. */
export async function prove(one: OneDevice, isOwn: boolean, who: AwsUser, needs: ProveNeeds): Promise<void> {
  try {
    if (isOwn && (await logsIn(one, who, needs))) return;
    await sendPair("resync-mfa-device", one, who, needs);
    if (!isOwn) return;
    note(needs, "AWS was out of step with the device, and is not any more");
    await logsIn(one, who, needs, "for good");
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    throw new UserError(error.message, error.exitCode, [
      `the device is enabled and its seed is stored as ${quoted(one.account.name)}; it is not proven that AWS takes its codes`,
      ...error.hints,
      `run the same command again, or: twinseed aws resync ${pasteable(one.account)}`,
    ]);
  }
}

/** The third code. False where AWS does not take it, or not from these keys. */
async function logsIn(one: OneDevice, who: AwsUser, needs: ProveNeeds, last?: "for good"): Promise<boolean> {
  const { account, enrollment, serial } = one;
  const { code } = await unspentCode(account, enrollment, {}, needs);
  const input = { DurationSeconds: SHORTEST, SerialNumber: serial, TokenCode: code };
  const situation = { serial, account: pasteable(account) };
  try {
    await callAws({ operation: ["sts", "get-session-token"], input, codes: [code] }, who, situation, needs);
    return true;
  } catch (error) {
    const kind = error instanceof AwsFailure ? error.fault.kind : "other";
    if (last === undefined && (kind === "invalid-code" || kind === "session-keys")) return false;
    throw error;
  }
}
