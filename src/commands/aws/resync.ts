/** `aws resync`: two consecutive codes tell AWS what time it is on the device. */

import { parseDeviceArn } from "../../aws/arn.ts";
import { ExitCode, UserError } from "../../base/errors.ts";
import type { Account } from "../../ledger/account.ts";
import { findAccount } from "../../ledger/find.ts";
import { note, pasteable, quoted } from "../../talk/say.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { awsCliOptions, HANDOVER_PATIENCE } from "./call.ts";
import { callerOf, userOf } from "./caller.ts";
import { keysOf, requireNoPrompt } from "./found-keys.ts";
import { type PairNeeds, sendPairPatiently } from "./pair.ts";
import { requireAwsCodes, saveSerial, serialOf } from "./serial.ts";

type ResyncNeeds = Needs<"stateFolder" | "files" | "seeds"> & PairNeeds;

export interface ResyncOptions {
  user?: string;
  profile?: string;
  serial?: string;
}

export async function resync(
  query: string,
  extra: readonly string[],
  options: ResyncOptions,
  needs: ResyncNeeds,
): Promise<void> {
  const cli = awsCliOptions(options, extra);
  const account = await findAccount(needs.ledger.accounts(), query, needs.ledger);
  requireAwsCodes(account);
  requireNoPrompt(await keysOf(cli, needs), pasteable(account));
  const caller = await callerOf(cli, needs);
  if (caller.kind === "root" && options.user === undefined) throw rootResync(account);
  const serial = await serialOf(account, options.serial, async () => caller);
  const user = userOf(caller, options.user);
  await (await needs.aws()).checkHandover(HANDOVER_PATIENCE);
  await sendPairPatiently(
    "resync-mfa-device",
    { account, enrollment: await seedOf(account, needs), user, serial },
    cli,
    needs,
  );
  await saveSerial(account, serial, needs);
  const name = parseDeviceArn(serial)?.name ?? serial;
  note(needs, `AWS accepted two codes of ${quoted(account.name)} for ${quoted(name)}: they are synchronized`);
}

function rootResync(account: Account): UserError {
  return new UserError(
    "the root user's device can only be resynchronized on the AWS sign-in page",
    ExitCode.failed,
    [
      'sign in as root; when AWS asks for the MFA code, choose "Having problems with your authentication device?", then the resync',
      `it asks for two consecutive codes: twinseed code ${pasteable(account)} --pair`,
    ],
  );
}
