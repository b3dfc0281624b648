/** Serial numbers of virtual MFA devices, and who is calling. Pure. */

export interface DeviceArn {
  /** aws, aws-cn, aws-us-gov, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** Without the path. */
  readonly name: string;
}

const DEVICE = /^arn:(aws[a-z-]*):iam::(\d{12}):mfa\/(?:[\w+=/,.@-]*\/)?([\w+=,.@-]+)$/;
const CALLER = /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(root$|user\/|federated-user\/|assumed-role\/)/;
const DEVICE_NAME = /^[\w+=,.@-]{1,128}$/;
/** SerialNumber in the IAM model: an ARN, or what is printed on a hardware token. */
const SERIAL = /^\w[\w+=/:,.@-]{8,255}$/;

export function parseDeviceArn(text: string): DeviceArn | undefined {
  const [, partition, account, name] = (text.length <= 256 && DEVICE.exec(text)) || [];
  if (partition === undefined || account === undefined || name === undefined) return undefined;
  return { partition, account, name };
}

export function deviceArn({ partition, account, name }: DeviceArn): string {
  return `arn:${partition}:iam::${account}:mfa/${name}`;
}

export function isDeviceName(text: string): boolean {
  return DEVICE_NAME.test(text);
}

/** What is wrong with a serial that the user gave; undefined if it could be one. */
export function serialFault(serial: string): { why: string; better?: string } | undefined {
  if (/:(iam|sts)::\d{12}:user\//.test(serial))
    return { why: "it names the user, not the MFA device", better: serial.replace(":user/", ":mfa/") };
  if (/:u2f\//.test(serial))
    return { why: "it names a security key, which can't make codes for the command line" };
  if (serial.startsWith("arn:") && parseDeviceArn(serial) === undefined)
    return { why: "it is not the ARN of an MFA device (arn:aws:iam::123456789012:mfa/NAME)" };
  if (!SERIAL.test(serial)) return { why: "a serial is an ARN, or what is printed on a hardware token" };
  return undefined;
}

/**
 * The label of an AWS QR code is DEVICE@ACCOUNT. ACCOUNT is the account's number, or its alias, which is no use here. DEVICE is
 * the name of the device, not of the user.
 */
export function labelParts(label: string): { device: string; account: string | undefined } | undefined {
  const at = label.lastIndexOf("@");
  const device = at < 0 ? "" : label.slice(0, at);
  if (!isDeviceName(device)) return undefined;
  const account = label.slice(at + 1);
  return { device, account: /^\d{12}$/.test(account) ? account : undefined };
}

/** Returns undefined if the label names another account than the caller's: then it is not the caller's device. */
export function proposedSerial(
  label: string,
  caller: Pick<Caller, "partition" | "account">,
): string | undefined {
  const parts = labelParts(label);
  if (parts === undefined || (parts.account ?? caller.account) !== caller.account) return undefined;
  return deviceArn({ partition: caller.partition, account: caller.account, name: parts.device });
}

export interface Caller {
  readonly partition: string;
  readonly account: string;
  readonly kind: "root" | "user" | "role";
  /** The IAM user's name, without its path. */
  readonly user?: string;
}

/** From the answer to GetCallerIdentity. */
export function parseCaller(arn: string): Caller | undefined {
  const [, partition, service, account, what] = CALLER.exec(arn) ?? [];
  if (partition === undefined || account === undefined || what === undefined) return undefined;
  if (what === "root") return { partition, account, kind: "root" };
  const user = arn.split("/").at(-1) ?? "";
  if (service === "iam" && what === "user/" && user !== "") return { partition, account, kind: "user", user };
  return { partition, account, kind: "role" };
}
