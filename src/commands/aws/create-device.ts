/** The first half of `aws enroll`: creates a virtual MFA device and stores its seed. */

import { isUnsent } from "../../aws/fault.ts";
import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { objectOf } from "../../base/untrusted-json.ts";
import { parseBase32 } from "../../otp/base32.ts";
import { defaultName, type Enrollment } from "../../otp/enrollment.ts";
import { note, pasteableName, quoted, warn } from "../../talk/say.ts";
import { enroll } from "../../vault/enroll-accounts.ts";
import type { Enrolled, EnrollNeeds } from "../../vault/enrolled.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure, callAws } from "./call.ts";
import type { Journal } from "./journal.ts";

type CreateDeviceNeeds = Needs<"stderr" | "aws"> & EnrollNeeds;

const SEED_AS_TEXT = ["--bootstrap-method", "Base32StringSeed"] as const;

export interface NewDevice {
  readonly user: string;
  readonly device: string;
  readonly serial: string;
  readonly issuer: string;
  readonly label: string;
  /** The name that the user chose. */
  readonly name: string | undefined;
}

export async function createDevice(
  wanted: NewDevice,
  journal: Journal,
  cli: AwsCliOptions,
  needs: CreateDeviceNeeds,
): Promise<Enrolled> {
  const { serial, seed } = await createOrRecreate(wanted, journal, cli, needs);
  try {
    return await storeSeed(wanted, serial, seed, needs);
  } catch (error) {
    // Its seed is lost now, so the device is of no use.
    if (await tryDelete(serial, cli, needs)) journal.end();
    throw error;
  }
}

async function createOrRecreate(
  wanted: NewDevice,
  journal: Journal,
  cli: AwsCliOptions,
  needs: Needs<"stderr" | "aws">,
): Promise<{ serial: string; seed: Uint8Array }> {
  const wasBegun = journal.isUnfinished;
  journal.begin();
  try {
    return await create(wanted, cli, needs);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === ExitCode.interrupted) throw error;
    if (!(error instanceof AwsFailure)) throw perhapsCreated(error, wanted);
    const { kind } = error.fault;
    if (kind === "exists" && wasBegun) return recreate(wanted, journal, cli, needs);
    if (!isUnsent(error.fault)) throw perhapsCreated(error, wanted);
    // An older run that was interrupted may still have left one.
    if (!wasBegun) journal.end();
    throw kind === "exists" ? orphanError(error, wanted, cli) : withPolicyHint(error, wanted);
  }
}

/** An earlier run was interrupted before it stored the seed, which AWS never shows again. */
async function recreate(
  wanted: NewDevice,
  journal: Journal,
  cli: AwsCliOptions,
  needs: Needs<"stderr" | "aws">,
) {
  try {
    await deleteDevice(wanted.serial, cli, needs);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    journal.end();
    throw orphanError(error, wanted, cli);
  }
  note(
    needs,
    `deleted the device ${quoted(wanted.device)}: an interrupted run left it without a stored seed`,
  );
  return create(wanted, cli, needs);
}

async function create({ device }: NewDevice, cli: AwsCliOptions, needs: Needs<"aws">) {
  const { answer, seed } = await callAws(
    {
      // These hold no secret. The CLI requires them on its command line, even if it also gets them another way.
      operation: ["iam", "create-virtual-mfa-device", `--virtual-mfa-device-name=${device}`, ...SEED_AS_TEXT],
      seed: true,
      isMain: true,
    },
    cli,
    {},
    needs,
  );
  const { SerialNumber } = objectOf(objectOf(answer)?.VirtualMFADevice) ?? {};
  if (typeof SerialNumber === "string") return { serial: SerialNumber, seed };
  throw new UserError("AWS created a device but did not return its serial number", ExitCode.unreadable);
}

/** AWS makes seeds of 64 letters. Name and parameters are those of the QR code that the AWS console would show. */
async function storeSeed(
  { issuer, label, name }: NewDevice,
  mfaSerial: string,
  seed: Uint8Array,
  needs: CreateDeviceNeeds,
): Promise<Enrolled> {
  const secret = attempt(() => parseBase32(Buffer.from(seed).toString("latin1").trim()));
  seed.fill(0);
  if (secret instanceof UserError || secret.reveal().length < 16)
    throw new UserError("the AWS CLI returned no seed for the new device", ExitCode.unreadable);
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
  const enrollment: Enrollment = { issuer, label, otp, secret };
  const wanted = { enrollment, name: name ?? defaultName(enrollment), named: name !== undefined, mfaSerial };
  const [enrolled] = await enroll([wanted], { dryRun: false, conflicts: "refuse" }, needs);
  if (enrolled === undefined) throw new Error("nothing was enrolled");
  note(needs, `created ${printable(mfaSerial, 300)}; its seed is stored as ${quoted(enrolled.account.name)}`);
  return enrolled;
}

export async function deleteDevice(serial: string, cli: AwsCliOptions, needs: Needs<"aws">): Promise<void> {
  const call = { operation: ["iam", "delete-virtual-mfa-device"], input: { SerialNumber: serial } } as const;
  await callAws(call, cli, {}, needs);
}

/** The CLI may also fail after AWS has done what it was asked. */
function perhapsCreated({ message, exitCode, hints }: UserError, { serial }: NewDevice): UserError {
  return new UserError(message, exitCode, [
    ...hints,
    `it is not known whether AWS created "${serial}"`,
    "run the same command again: it deletes that device if it exists, and creates it with a seed that is stored",
  ]);
}

async function tryDelete(
  serial: string,
  cli: AwsCliOptions,
  needs: Needs<"stderr" | "aws">,
): Promise<boolean> {
  try {
    await deleteDevice(serial, cli, needs);
    note(needs, `deleted ${printable(serial, 300)}, because its seed could not be stored`);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(needs, `"${printable(serial, 300)}" has no stored seed: the next run deletes it`);
    return false;
  }
}

function orphanError(
  { message, fault }: AwsFailure,
  { device, serial }: NewDevice,
  { profile }: AwsCliOptions,
) {
  const withProfile = profile === undefined ? "" : ` --profile ${pasteableName(profile, "PROFILE")}`;
  return new AwsFailure(message, fault, [
    `there is a device ${quoted(device)} already; if it is in use, choose another name: --device-name NAME`,
    `if a canceled setup left it behind, it is in this list: aws iam list-virtual-mfa-devices --assignment-status Unassigned${withProfile}`,
    `then delete it: aws iam delete-virtual-mfa-device --serial-number ${pasteableName(serial, "ARN")}${withProfile}`,
  ]);
}

/** Many self-service policies allow only a device that is named after the user. */
export function withPolicyHint(error: AwsFailure, { device, user, serial }: NewDevice): AwsFailure {
  if (error.fault.kind !== "denied") return error;
  const naming =
    device === user
      ? []
      : [
          `policies often allow only mfa/\${aws:username}; then name the device after the user: --device-name ${pasteableName(user)}`,
        ];
  return new AwsFailure(error.message, error.fault, [
    ...error.hints,
    ...naming,
    `otherwise, an administrator must allow iam:CreateVirtualMFADevice and iam:EnableMFADevice for ${serial}`,
  ]);
}
