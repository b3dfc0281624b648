/** Which device at AWS has which seed here: by the serial in the ledger, or by the label of the QR code. Pure. */
import { labelParts, parseDeviceArn } from "./arn.ts";
import type { VirtualDevice } from "./aws-facts.ts";

interface OtherCodes {
  readonly type: "hotp" | "steam";
}

/** What the ledger says about a seed. */
export interface Seed {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly label: string;
  readonly otp:
    | OtherCodes
    | { readonly type: "totp"; readonly algorithm: string; readonly digits: number; readonly period: number };
  /** ISO 8601. */
  readonly addedAt: string;
  readonly mfaSerial?: string;
}

export interface MatchedSeed {
  readonly seed: Seed;
  /** The device that has it; undefined if AWS does not know it any more. */
  readonly device: VirtualDevice | undefined;
}

interface Claim {
  readonly awsAccount: string;
  readonly partition: string | undefined;
  readonly serial: string | undefined;
  readonly device: string;
}

/** The twelve digits of the AWS account that a seed belongs to, as far as the ledger knows. */
export function awsAccountOf(seed: Seed, aliases: ReadonlyMap<string, string>): string | undefined {
  return claimOf(seed, aliases)?.awsAccount;
}

/** The seeds of this AWS account. A label names no path, so it can match only if one device has the name. */
export function matchSeeds(
  seeds: readonly Seed[],
  devices: readonly VirtualDevice[],
  { account: here, partition }: { readonly account: string; readonly partition: string },
  aliases: ReadonlyMap<string, string>,
): MatchedSeed[] {
  const bySerial = new Map(devices.map((device) => [device.serial, device]));
  const byName = new Map<string, VirtualDevice[]>();
  for (const device of devices) {
    const name = parseDeviceArn(device.serial)?.name ?? "";
    byName.set(name, [...(byName.get(name) ?? []), device]);
  }
  return seeds.flatMap((seed): MatchedSeed[] => {
    const claim = claimOf(seed, aliases);
    if (claim?.awsAccount !== here || (claim.partition ?? partition) !== partition) return [];
    if (claim.serial !== undefined) return [{ seed, device: bySerial.get(claim.serial) }];
    const [device, ...others] = byName.get(claim.device) ?? [];
    return others.length > 0 ? [] : [{ seed, device }];
  });
}

function claimOf({ otp, mfaSerial, label }: Seed, aliases: ReadonlyMap<string, string>): Claim | undefined {
  // Other codes are never those of a virtual device of AWS's.
  if (otp.type !== "totp" || otp.algorithm !== "SHA1" || otp.digits !== 6 || otp.period !== 30)
    return undefined;
  if (mfaSerial !== undefined) {
    const arn = parseDeviceArn(mfaSerial);
    if (arn === undefined) return undefined;
    return { awsAccount: arn.account, partition: arn.partition, serial: mfaSerial, device: arn.name };
  }
  const parts = labelParts(label);
  if (parts === undefined) return undefined;
  const awsAccount = parts.account ?? aliases.get(label.slice(label.lastIndexOf("@") + 1));
  if (awsAccount === undefined) return undefined;
  return { awsAccount, partition: undefined, serial: undefined, device: parts.device };
}
