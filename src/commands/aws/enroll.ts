/**
 * `aws enroll`: create the device, keep its seed, enable it with two codes, prove it with a third. The seed is stored before
 * AWS counts on it; a device that was not enabled is deleted again; a run that was cut off is gone on with by the next one.
 */

import { deviceArn, isDeviceName, parseDeviceArn } from "../../aws/arn.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { looksSame } from "../../base/visible-text.ts";
import { offerSecondDevice } from "../../handover/second-device.ts";
import type { Account } from "../../ledger/account.ts";
import { isInteractive, note, pasteable, pasteableName, quoted } from "../../talk/say.ts";
import { isSameLogin } from "../../vault/conflicts.ts";
import type { Enrolled } from "../../vault/enroll-accounts.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { AwsFailure, type AwsUser, awsUser } from "./call.ts";
import { callerOf, userOf } from "./caller.ts";
import { createDevice, type NewDevice, withPolicyHint } from "./create-device.ts";
import { type EnableNeeds, enable } from "./enable.ts";
import { JOURNAL, type Journal, journalOf } from "./journal.ts";
import type { OneDevice } from "./pair.ts";
import { prove } from "./prove.ts";
import { enrollRoot, type RootNeeds, rootHints } from "./root.ts";

type EnrollNeeds = RootNeeds & EnableNeeds;

export interface EnrollOptions {
  user?: string;
  deviceName?: string;
  profile?: string;
  name?: string;
  root?: boolean;
}

/** Milliseconds: a killed one's lock is dead in three seconds. */
const PATIENCE = 5000;
const ISSUER = "Amazon Web Services";

export async function enroll(
  extra: readonly string[],
  options: EnrollOptions,
  needs: EnrollNeeds,
): Promise<void> {
  const who = awsUser(options, extra);
  if (options.root) return enrollRoot(options, needs);
  const caller = await callerOf(who, needs);
  if (caller.kind === "root" && options.user === undefined) {
    throw new UserError(
      "these are keys of the root user, whose MFA device AWS allows in the console only",
      ExitCode.failed,
      [...rootHints(), "for an IAM user: --user NAME, or --profile NAME with keys of that user"],
    );
  }
  const user = userOf(caller, options.user);
  const device = options.deviceName ?? user;
  if (!isDeviceName(device)) throw usageError("--device-name takes letters, digits and _+=,.@-");
  const { partition, account } = caller;
  const wanted: NewDevice = {
    user,
    device,
    serial: deviceArn({ partition, account, name: device }),
    issuer: ISSUER,
    label: `${device}@${account}`,
    name: options.name,
  };
  await needs.seeds("enroll"); // before there is a device whose seed needs a place
  const isOwn = caller.kind === "user" && caller.user === user;
  const { alone } = await needs.aws();
  const done = await alone(JOURNAL, PATIENCE, async (assertHeld) => {
    const journal = journalOf(wanted.serial, needs);
    const enrolled = await begun(wanted, journal, who, needs);
    const { account, enrollment } = enrolled;
    const one: OneDevice = { account, enrollment, user, serial: account.mfaSerial ?? wanted.serial };
    assertHeld();
    await enable(one, journal, who, needs).catch((error) => {
      throw error instanceof AwsFailure ? withPolicyHint(error, wanted) : error;
    });
    await prove(one, isOwn, who, needs);
    journal.end();
    return enrolled;
  });
  note(needs, `${quoted(done.account.name)} is enrolled, and AWS takes its codes: ${wanted.serial}`);
  await offerSecondDevice([done], isInteractive(needs) ? needs.terminal() : undefined, needs);
}

/** The account with its seed, from where an earlier run was cut off or from the beginning. */
async function begun(
  wanted: NewDevice,
  journal: Journal,
  who: AwsUser,
  needs: EnrollNeeds,
): Promise<Enrolled> {
  const known = needs.ledger.accounts().find((one) => isSameDevice(one, wanted.serial));
  if (known === undefined) {
    requireFree(wanted, needs);
    return createDevice(wanted, journal, who, needs);
  }
  if (!journal.isBegun) {
    const profile = who.profile === undefined ? "" : ` --profile ${pasteableName(who.profile, "PROFILE")}`;
    throw new UserError(`${quoted(known.name)} is that device already: ${wanted.serial}`, ExitCode.failed, [
      `does AWS take its codes? twinseed aws session ${pasteable(known)}${profile}`,
      "for one more device of this user: --device-name NAME",
      `if it was deleted at AWS: twinseed remove ${pasteable(known)}`,
    ]);
  }
  note(needs, `going on with ${quoted(known.name)}, whose enrollment was cut off; its seed is stored`);
  return { status: "added", account: known, enrollment: await seedOf(known, needs) };
}

/** A path in the ARN makes no difference: names are unique without it, as far as we make them. */
function isSameDevice({ mfaSerial = "" }: Account, serial: string): boolean {
  const [a, b] = [parseDeviceArn(mfaSerial), parseDeviceArn(serial)];
  return a !== undefined && b !== undefined && deviceArn(a) === deviceArn(b);
}

/** Before anything is created at AWS: the name will do. */
function requireFree(wanted: NewDevice, needs: Needs<"ledger">): void {
  const { name } = wanted;
  const taken = needs.ledger
    .accounts()
    .find((one) => (name === undefined ? isSameLogin(one, wanted) : looksSame(one.name, name)));
  if (taken === undefined) return;
  throw new UserError(
    `there is an account ${quoted(taken.name)} already; nothing was created`,
    ExitCode.failed,
    [
      `for one more device: --device-name NAME (it is ${printable(wanted.device)} otherwise), or call the account --name NAME`,
      `if that one is dead: twinseed remove ${pasteable(taken)}`,
    ],
  );
}
