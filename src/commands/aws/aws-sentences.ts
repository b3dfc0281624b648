/** What `aws audit` found as a sentence, and what fixes it: commands to paste, or the way through the console. */
import { parseDeviceArn } from "../../aws/arn.ts";
import type { AwsFinding } from "../../aws/aws-findings.ts";
import { ROOT } from "../../aws/credential-report.ts";
import type { Seed } from "../../aws/seed-devices.ts";
import { printable } from "../../base/printable.ts";
import { pasteable, pasteableName, quoted } from "../../talk/say.ts";

export interface Sentences {
  readonly message: string;
  readonly fix: readonly string[];
}

const CONSOLE = "sign in as root at https://console.aws.amazon.com: account menu, Security credentials";
const ADD_ROOT = `${CONSOLE}, Assign MFA device; then: twinseed add screenshot.png --name aws-root`;

/** `profile`: the one that AWS was asked with, for the commands. */
export function sentencesFor(finding: AwsFinding, profile: string | undefined): Sentences {
  const withProfile = profile === undefined ? "" : ` --profile ${pasteableName(profile, "PROFILE")}`;
  const aws = (command: string): string => `aws iam ${command}${withProfile}`;
  const enroll = (options: string): string => `twinseed aws enroll ${options}${withProfile}`;
  switch (finding.kind) {
    case "root-no-mfa":
      return { message: "the root user has no MFA", fix: [ADD_ROOT] };
    case "root-one-device":
      return {
        message:
          finding.serial === undefined
            ? "the root user has MFA, but no second device is known: AWS shows its passkeys, security keys and hardware tokens only to root itself"
            : `the root user has only one MFA device, ${arn(finding.serial)}; it can have eight, and one is enough to sign in`,
        fix: [
          ADD_ROOT,
          "if it has passkeys or security keys, count them there, and say how many: --root-passkeys NUMBER",
        ],
      };
    case "user-no-mfa":
      return {
        message: `user ${quoted(finding.user)} has a password for the console, and no MFA`,
        fix: [enroll(`--user ${user(finding.user)}`)],
      };
    case "seed-not-here":
      return seedNotHere(finding, enroll);
    case "device-gone":
      return {
        message: `AWS no longer knows the MFA device of ${quoted(finding.seed.name)}: its seed is dead`,
        fix: [`twinseed remove ${pasteable(finding.seed)}`],
      };
    case "seed-older":
      return {
        message: `${quoted(finding.seed.name)} was stored more than a day before its device ${arn(finding.serial)} was enabled: the device may have been created again, with another seed`,
        fix: [
          `find out with: twinseed aws resync ${pasteable(finding.seed)}${withProfile}`,
          `if AWS refuses its codes: twinseed remove ${pasteable(finding.seed)}`,
        ],
      };
    case "device-unassigned":
      return {
        message: `the virtual MFA device ${arn(finding.serial)} belongs to no user`,
        fix: [aws(`delete-virtual-mfa-device --serial-number ${word(finding.serial, "ARN")}`)],
      };
    case "enrollment-unfinished":
      return unfinished(finding.serial, finding.seed, enroll, aws);
    case "old-key":
      return oldKey(finding, aws);
    case "account-closed":
      return {
        message: `the AWS account ${finding.awsAccount} of ${quoted(finding.seed.name)} is closed`,
        fix: [
          `if it stays closed (AWS can reopen it for 90 days): twinseed remove ${pasteable(finding.seed)}`,
        ],
      };
  }
}

function seedNotHere(
  { serial, owner, removed }: Extract<AwsFinding, { kind: "seed-not-here" }>,
  enroll: (options: string) => string,
): Sentences {
  const whose = owner === ROOT ? "the root user" : `user ${quoted(owner)}`;
  const restore =
    removed === undefined ? [] : [`its seed was removed here: twinseed restore ${pasteable(removed)}`];
  const message = `the seed of ${arn(serial)} is not here: ${whose} has it on another device only, or has lost it`;
  if (owner === ROOT)
    return {
      message,
      fix: [
        ...restore,
        `assign a second device while the first one works: ${ADD_ROOT}`,
        `if the phone can export it: twinseed import FILE`,
      ],
    };
  const name = parseDeviceArn(serial)?.name ?? "NAME";
  return {
    message,
    fix: [
      ...restore,
      `a second device, whose seed is here: ${enroll(`--user ${user(owner)} --device-name ${word(`${name}-2`, "NAME")}`)}`,
      `if the phone can export it: twinseed import FILE`,
    ],
  };
}

function unfinished(
  serial: string,
  seed: Seed | undefined,
  enroll: (options: string) => string,
  aws: (command: string) => string,
): Sentences {
  const name = parseDeviceArn(serial)?.name ?? "NAME";
  const stored = seed === undefined ? "" : `; its seed is stored as ${quoted(seed.name)}`;
  return {
    message: `the enrollment of ${arn(serial)} was begun and not finished${stored}`,
    fix: [
      `run the same command again: ${enroll(`--user USER --device-name ${word(name, "NAME")}`)}`,
      `or give it up: ${aws(`delete-virtual-mfa-device --serial-number ${word(serial, "ARN")}`)}`,
    ],
  };
}

function oldKey(
  { user: owner, number, days }: Extract<AwsFinding, { kind: "old-key" }>,
  aws: (command: string) => string,
): Sentences {
  const whose = owner === ROOT ? "the root user" : `user ${quoted(owner)}`;
  const age = days === undefined ? "of unknown age" : `${days} days old`;
  const message = `access key ${number} of ${whose} is ${age}`;
  if (owner === ROOT) return { message, fix: [`root needs none; delete it: ${CONSOLE}, Access keys`] };
  return {
    message,
    fix: [
      `a new one: ${aws(`create-access-key --user-name ${user(owner)}`)}`,
      `the old one, when nothing uses it any more: ${aws(`update-access-key --status Inactive --user-name ${user(owner)} --access-key-id KEY`)}`,
    ],
  };
}

function arn(serial: string): string {
  return `"${printable(serial, 300)}"`;
}

function user(name: string): string {
  return word(name, "USER");
}

function word(text: string, otherwise: string): string {
  return pasteableName(text, otherwise);
}
