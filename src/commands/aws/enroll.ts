/**
 * `aws enroll`: creates the device, stores its seed, enables it with two codes, and proves it with a third. The seed is
 * stored before AWS relies on it, a device that was not enabled is deleted, and the next run resumes an interrupted one.
 */

import { deviceArn, isDeviceName, parseDeviceArn } from "../../aws/arn.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { looksSame } from "../../base/visible-text.ts";
import { offerSecondDevice } from "../../handover/second-device.ts";
import type { Account } from "../../ledger/account.ts";
import { isInteractive, note, pasteable, pasteableName, quoted } from "../../talk/say.ts";
import { isSameLogin } from "../../vault/conflicts.ts";
import type { Enrolled } from "../../vault/enrolled.ts";
import { seedOf } from "../../vault/open-account.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure, awsCliOptions, HANDOVER_PATIENCE } from "./call.ts";
import { callerOf, userOf } from "./caller.ts";
import { createDevice, type NewDevice, withPolicyHint } from "./create-device.ts";
import { type EnableNeeds, enable } from "./enable.ts";
import { keysOf, requireNoPrompt } from "./found-keys.ts";
import { type Journal, journalOf, lockOf } from "./journal.ts";
import type { MfaDevice } from "./pair.ts";
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

/** Milliseconds to wait for a run with the same device; its lock is free three seconds after it was killed. */
const PATIENCE = 240_000;
const ISSUER = "Amazon Web Services";

export async function enroll(
  extra: readonly string[],
  options: EnrollOptions,
  needs: EnrollNeeds,
): Promise<void> {
  const cli = awsCliOptions(options, extra);
  if (options.root) return enrollRoot(options, needs);
  const keys = await keysOf(cli, needs);
  requireNoPrompt(keys, "ACCOUNT");
  const caller = await callerOf(cli, needs);
  if (caller.kind === "root" && options.user === undefined) {
    throw new UserError(
      "these keys belong to the root user, whose MFA device can only be enrolled in the AWS console",
      ExitCode.failed,
      [...rootHints(), "for an IAM user: --user NAME, or --profile NAME with keys of that user"],
    );
  }
  const user = userOf(caller, options.user);
  const device = options.deviceName ?? user;
  if (!isDeviceName(device)) throw usageError("--device-name may contain only letters, digits and _+=,.@-");
  const { partition, account } = caller;
  const wanted: NewDevice = {
    user,
    device,
    serial: deviceArn({ partition, account, name: device }),
    issuer: ISSUER,
    label: `${device}@${account}`,
    name: options.name,
  };
  await needs.seeds("enroll"); // before a device exists whose seed must be stored
  const canLogIn = caller.kind === "user" && caller.user === user && keys.keys !== "session";
  const { alone, checkHandover } = await needs.aws();
  await checkHandover(HANDOVER_PATIENCE);
  const done = await alone(lockOf(wanted.serial), PATIENCE, async (assertHeld) => {
    const journal = journalOf(wanted.serial, needs);
    const enrolled = await resumeOrCreate(wanted, journal, cli, needs);
    const { account, enrollment } = enrolled;
    const mfaDevice: MfaDevice = { account, enrollment, user, serial: account.mfaSerial ?? wanted.serial };
    assertHeld();
    await enable(mfaDevice, journal, cli, needs).catch((error) => {
      throw error instanceof AwsFailure ? withPolicyHint(error, wanted) : error;
    });
    await prove(mfaDevice, canLogIn, cli, needs);
    journal.end();
    return enrolled;
  });
  note(needs, `${quoted(done.account.name)} is enrolled, and AWS accepts its codes: ${wanted.serial}`);
  await offerSecondDevice([done], isInteractive(needs) ? needs.terminal() : undefined, needs);
}

/** The account with its seed: that of an interrupted run, or a new one. */
async function resumeOrCreate(
  wanted: NewDevice,
  journal: Journal,
  cli: AwsCliOptions,
  needs: EnrollNeeds,
): Promise<Enrolled> {
  const known = needs.ledger.accounts().find((one) => isSameDevice(one, wanted.serial));
  if (known === undefined) {
    requireFree(wanted, needs);
    return createDevice(wanted, journal, cli, needs);
  }
  if (!journal.isUnfinished) {
    const profile = cli.profile === undefined ? "" : ` --profile ${pasteableName(cli.profile, "PROFILE")}`;
    throw new UserError(`"${wanted.serial}" is enrolled already, as ${quoted(known.name)}`, ExitCode.failed, [
      `check that AWS accepts its codes: twinseed aws session ${pasteable(known)}${profile}`,
      "to enroll another device for this user: --device-name NAME",
      `if it was deleted at AWS: twinseed remove ${pasteable(known)}`,
    ]);
  }
  note(needs, `resuming the interrupted enrollment of ${quoted(known.name)}; its seed is stored`);
  return { status: "added", account: known, enrollment: await seedOf(known, needs) };
}

/** Ignores a path in the ARN: the device names that we create are unique without it. */
function isSameDevice({ mfaSerial = "" }: Account, serial: string): boolean {
  const [a, b] = [parseDeviceArn(mfaSerial), parseDeviceArn(serial)];
  return a !== undefined && b !== undefined && deviceArn(a) === deviceArn(b);
}

/** Throws UserError if the name is taken, before anything is created at AWS. */
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
      `to enroll another device: --device-name NAME (default: ${printable(wanted.device)}), or --name NAME for the account`,
      `if that account is no longer in use: twinseed remove ${pasteable(taken)}`,
    ],
  );
}
