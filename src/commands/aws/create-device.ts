/** The first half of `aws enroll`: a virtual MFA device, and its seed in the seed store. */

import { attempt, ExitCode, UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { objectOf } from "../../base/untrusted-json.ts";
import { parseBase32 } from "../../otp/base32.ts";
import { defaultName, type Enrollment } from "../../otp/enrollment.ts";
import { note, pasteableName, quoted, warn } from "../../talk/say.ts";
import { type Enrolled, type EnrollNeeds, enroll } from "../../vault/enroll-accounts.ts";
import type { Needs } from "../../world.ts";
import { AwsFailure, type AwsUser, callAws } from "./call.ts";
import type { Journal } from "./journal.ts";

type CreateDeviceNeeds = Needs<"stderr" | "aws"> & EnrollNeeds;

const SEED_AS_TEXT = ["--bootstrap-method", "Base32StringSeed"] as const;

export interface NewDevice {
  readonly user: string;
  readonly device: string;
  readonly serial: string;
  readonly issuer: string;
  readonly label: string;
  /** As the person chose. */
  readonly name: string | undefined;
}

export async function createDevice(
  wanted: NewDevice,
  journal: Journal,
  who: AwsUser,
  needs: CreateDeviceNeeds,
): Promise<Enrolled> {
  const { serial, seed } = await created(wanted, journal, who, needs);
  try {
    return await stored(wanted, serial, seed, needs);
  } catch (error) {
    // Nobody knows its seed now: it is good for nothing.
    if (await isDeleted(serial, who, needs)) journal.end();
    throw error;
  }
}

async function created(
  wanted: NewDevice,
  journal: Journal,
  who: AwsUser,
  needs: Needs<"stderr" | "aws">,
): Promise<{ serial: string; seed: Uint8Array }> {
  const wasBegun = journal.isBegun;
  journal.begin();
  try {
    return await create(wanted, who, needs);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    const { kind } = error.fault;
    if (kind === "exists" && wasBegun) return anew(wanted, journal, who, needs);
    if (kind !== "network") journal.end();
    throw kind === "exists" ? orphanError(error, wanted, who) : withPolicyHint(error, wanted);
  }
}

/** An earlier run of ours was cut off before it had stored the seed, which AWS never shows again. */
async function anew(wanted: NewDevice, journal: Journal, who: AwsUser, needs: Needs<"stderr" | "aws">) {
  try {
    await deleteDevice(wanted.serial, who, needs);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    journal.end();
    throw orphanError(error, wanted, who);
  }
  note(
    needs,
    `deleted the device ${quoted(wanted.device)}, which a run that was cut off had left without a seed`,
  );
  return create(wanted, who, needs);
}

async function create({ device }: NewDevice, who: AwsUser, needs: Needs<"aws">) {
  const { answer, seed } = await callAws(
    {
      // No secret in these; the CLI wants them here even where it gets them otherwise.
      operation: ["iam", "create-virtual-mfa-device", `--virtual-mfa-device-name=${device}`, ...SEED_AS_TEXT],
      seed: true,
    },
    who,
    {},
    needs,
  );
  const { SerialNumber } = objectOf(objectOf(answer)?.VirtualMFADevice) ?? {};
  if (typeof SerialNumber === "string") return { serial: SerialNumber, seed };
  throw new UserError("AWS created a device and did not name it", ExitCode.unreadable);
}

/** AWS makes 64 letters. The name and the parameters are those of the QR code that its console would show. */
async function stored(
  { issuer, label, name }: NewDevice,
  mfaSerial: string,
  seed: Uint8Array,
  needs: CreateDeviceNeeds,
): Promise<Enrolled> {
  const secret = attempt(() => parseBase32(Buffer.from(seed).toString("latin1").trim()));
  seed.fill(0);
  if (secret instanceof UserError || secret.reveal().length < 16)
    throw new UserError("the AWS CLI gave no seed for the new device", ExitCode.unreadable);
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
  const enrollment: Enrollment = { issuer, label, otp, secret };
  const wanted = { enrollment, name: name ?? defaultName(enrollment), named: name !== undefined, mfaSerial };
  const [enrolled] = await enroll([wanted], { dryRun: false, conflicts: "refuse" }, needs);
  if (enrolled === undefined) throw new Error("nothing was enrolled");
  note(needs, `created ${printable(mfaSerial, 300)}; its seed is stored as ${quoted(enrolled.account.name)}`);
  return enrolled;
}

export async function deleteDevice(serial: string, who: AwsUser, needs: Needs<"aws">): Promise<void> {
  const call = { operation: ["iam", "delete-virtual-mfa-device"], input: { SerialNumber: serial } } as const;
  await callAws(call, who, {}, needs);
}

async function isDeleted(serial: string, who: AwsUser, needs: Needs<"stderr" | "aws">): Promise<boolean> {
  try {
    await deleteDevice(serial, who, needs);
    note(needs, `deleted ${printable(serial, 300)} again: its seed could not be stored`);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(needs, `"${printable(serial, 300)}" is left without a seed: the next try deletes it`);
    return false;
  }
}

function orphanError({ message, fault }: AwsFailure, { device, serial }: NewDevice, { profile }: AwsUser) {
  const withProfile = profile === undefined ? "" : ` --profile ${pasteableName(profile, "PROFILE")}`;
  return new AwsFailure(message, fault, [
    `there is a device ${quoted(device)} already; if it is in use, take another name: --device-name NAME`,
    `one that a canceled set-up left is in this list: aws iam list-virtual-mfa-devices --assignment-status Unassigned${withProfile}`,
    `and can go: aws iam delete-virtual-mfa-device --serial-number ${pasteableName(serial, "ARN")}${withProfile}`,
  ]);
}

/** Many self-service policies allow a device of the user's own name only. */
export function withPolicyHint(error: AwsFailure, { device, user, serial }: NewDevice): AwsFailure {
  if (error.fault.kind !== "denied") return error;
  const naming =
    device === user
      ? []
      : [
          `policies often allow mfa/\${aws:username} only: then the device must be called as the user: --device-name ${pasteableName(user)}`,
        ];
  return new AwsFailure(error.message, error.fault, [
    ...error.hints,
    ...naming,
    `else somebody must allow iam:CreateVirtualMFADevice and iam:EnableMFADevice for ${serial}`,
  ]);
}
