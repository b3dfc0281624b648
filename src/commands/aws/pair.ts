/** Sends two consecutive codes, right after the second one has become valid. */

import { printable } from "../../base/printable.ts";
import type { Account } from "../../ledger/account.ts";
import type { Enrollment } from "../../otp/enrollment.ts";
import { type UnspentNeeds, unspentCode } from "../../spending/unspent.ts";
import { note, pasteable } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure, callAws } from "./call.ts";

export type PairNeeds = Needs<"aws"> & UnspentNeeds;

/** Each takes two codes, so a minute. */
const ATTEMPTS = 3;

export interface MfaDevice {
  readonly account: Account;
  readonly enrollment: Enrollment;
  readonly user: string;
  readonly serial: string;
}

/** EnableMFADevice and ResyncMFADevice take the same input. */
export async function sendPair(
  operation: "enable-mfa-device" | "resync-mfa-device",
  { account, enrollment, user, serial }: MfaDevice,
  cli: AwsCliOptions,
  needs: PairNeeds,
): Promise<void> {
  const codes = await freshPair(account, enrollment, needs);
  const [AuthenticationCode1, AuthenticationCode2] = codes;
  const input = { UserName: user, SerialNumber: serial, AuthenticationCode1, AuthenticationCode2 };
  const situation = { serial, account: pasteable(account) };
  const isMain = operation === "resync-mfa-device";
  await callAws({ operation: ["iam", operation], input, codes, isMain }, cli, situation, needs);
}

/** Tries again while AWS says that it is busy, which a new device often is; with new codes, as it may have used these. */
export async function sendPairPatiently(
  operation: "enable-mfa-device" | "resync-mfa-device",
  mfaDevice: MfaDevice,
  cli: AwsCliOptions,
  needs: PairNeeds,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendPair(operation, mfaDevice, cli, needs);
    } catch (error) {
      if (!(error instanceof AwsFailure) || error.fault.kind !== "busy" || attempt === ATTEMPTS) throw error;
      note(needs, `AWS is busy (${printable(error.fault.code)}); trying again with new codes`);
    }
  }
}

/**
 * AWS silently accepts a pair that arrives late, and is out of step with the device from then on. So the codes are never
 * older than necessary: after a pause (a laptop that slept), this takes a new pair.
 */
async function freshPair(
  account: Account,
  enrollment: Enrollment,
  needs: PairNeeds,
): Promise<readonly [first: string, second: string]> {
  for (;;) {
    const { code, next, from, until, at } = await unspentCode(account, enrollment, { amount: 2 }, needs);
    // `at` may come from the lease engine's clock, which is the one that decides.
    const ahead = at - needs.clock.now();
    const left = (): number => until - ahead - needs.clock.now();
    if (left() > 0) note(needs, `waiting ${Math.ceil(left() / 1000)} s for the second code`);
    while (left() > 0) await needs.clock.sleep(left());
    const isFresh = -left() < (until - from) / 2;
    if (isFresh) return [code, next];
  }
}
