/**
 * A simulation of AWS's MFA: users, keys, virtual devices, sessions. It computes codes itself (RFC 6238, without code from src/),
 * accepts no code twice and none older than the last, tracks each device's clock drift, and answers with AWS's own messages.
 */
import { createHash, createHmac } from "node:crypto";

export const ACCOUNT = "123456789012";
/** Long-term keys: of alice, of an administrator, of root. */
export const KEYS = {
  alice: "AKIAALICEEXAMPLE0000",
  admin: "AKIAADMINEXAMPLE0000",
  root: "AKIAROOTEXAMPLE00000",
};

export interface Device {
  readonly serial: string;
  readonly seed: string;
  /** Its user, once enabled. */
  user: string | undefined;
  /** The last step that was used. */
  last: number;
  /** How many steps its clock is off, according to AWS. */
  drift: number;
}

export interface Request {
  readonly action: string;
  /** The access key that signed it. */
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
}

export type Answer =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly message: string };

export type Fields = { readonly [name: string]: string | Fields | readonly Fields[] };

interface Session {
  readonly user: string;
  readonly expires: number;
}

const PERIOD = 30_000;
/** How many steps to either side are accepted: at log-in, and for a pair of codes. */
const NEAR = 1;
const FAR = 20;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Cloud {
  readonly devices: Map<string, Device>;
  /** All requests in order, including codes. */
  readonly asked: Request[];
  /** Actions to refuse, with the error to return: AWS policies, faults. */
  readonly refusals: Map<string, { status: number; code: string; message: string }>;
  /** Seconds, instead of the requested duration. */
  lifetime: number | undefined;
  answer(request: Request): Answer;
  /** How many requests for an action there were. */
  count(action: string): number;
  /** Makes a device that is already enabled for a user. */
  enabled(name: string, user: string): Device;
  codeAt(device: Device, time: number): string;
}

export function awsCloud(now: () => number): Cloud {
  const keys = new Map<string, string>([
    [KEYS.alice, "alice"],
    [KEYS.admin, "admin"],
    [KEYS.root, "root"],
  ]);
  const sessions = new Map<string, Session>();
  const devices = new Map<string, Device>();
  const asked: Request[] = [];
  const refusals: Cloud["refusals"] = new Map();
  const step = (): number => Math.floor(now() / PERIOD);
  let made = 0;

  function caller(key: string): { user: string; isSession: boolean } {
    const session = sessions.get(key);
    if (session !== undefined && session.expires <= now())
      throw new Refusal(403, "ExpiredToken", "The security token included in the request is expired");
    const user = session?.user ?? keys.get(key);
    if (user === undefined)
      throw new Refusal(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
      );
    return { user, isSession: session !== undefined };
  }

  function create(name: string): Device {
    const serial = `arn:aws:iam::${ACCOUNT}:mfa/${name}`;
    if (devices.has(serial))
      throw new Refusal(
        409,
        "EntityAlreadyExists",
        "MFADevice entity at the same path and name already exists.",
      );
    made += 1;
    const bytes = createHash("sha512").update(`device ${made} ${name}`).digest();
    const seed = Array.from(bytes, (byte) => ALPHABET[byte % 32]).join("");
    const device: Device = { serial, seed, user: undefined, last: 0, drift: 0 };
    devices.set(serial, device);
    return device;
  }

  function found(serial: string): Device {
    const device = devices.get(serial);
    if (device !== undefined) return device;
    throw new Refusal(404, "NoSuchEntity", `VirtualMFADevice with serial number ${serial} does not exist.`);
  }

  /** Accepts two consecutive codes. They tell AWS how far the device's clock is off, even if they are late. */
  function learn(device: Device, first: string, second: string): void {
    for (let one = step() - FAR; one <= step() + FAR; one++) {
      if (one <= device.last || first !== codeOf(device.seed, one) || second !== codeOf(device.seed, one + 1))
        continue;
      device.last = one + 1;
      device.drift = one + 1 - step();
      return;
    }
    throw new Refusal(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.");
  }

  function logIn(user: string, { SerialNumber = "", TokenCode = "" }: Request["params"]): void {
    const device = devices.get(SerialNumber);
    if (device === undefined || device.user !== user)
      throw denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
      );
    const middle = step() + device.drift;
    for (let one = middle - NEAR; one <= middle + NEAR; one++) {
      if (one <= device.last || TokenCode !== codeOf(device.seed, one)) continue;
      device.last = one;
      device.drift = one - step();
      return;
    }
    throw denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  }

  function session(user: string, seconds: string): Fields {
    made += 1;
    const AccessKeyId = `ASIA${String(made).padStart(16, "0")}`;
    // In whole seconds, like AWS.
    const expires = Math.floor(now() / 1000) * 1000 + (cloud.lifetime ?? Number(seconds)) * 1000;
    sessions.set(AccessKeyId, { user, expires });
    const SecretAccessKey = `secret/${made}+key`;
    const Expiration = new Date(expires).toISOString().replace(".000Z", "Z");
    return { AccessKeyId, SecretAccessKey, SessionToken: `token//${made}==`, Expiration };
  }

  const actions: Readonly<Record<string, (params: Request["params"], key: string) => Fields>> = {
    GetCallerIdentity(_, key) {
      const { user } = caller(key);
      const Arn = `arn:aws:iam::${ACCOUNT}:${user === "root" ? "root" : `user/${user}`}`;
      return { Arn, Account: ACCOUNT, UserId: "AIDAEXAMPLE" };
    },
    CreateVirtualMFADevice({ VirtualMFADeviceName = "" }) {
      const { serial, seed } = create(VirtualMFADeviceName);
      const blob = (text: string): string => Buffer.from(text).toString("base64");
      const picture = { Base32StringSeed: blob(seed), QRCodePNG: blob("no picture") };
      return { VirtualMFADevice: { SerialNumber: serial, ...picture } };
    },
    EnableMFADevice({ UserName = "", SerialNumber = "", ...codes }) {
      const device = found(SerialNumber);
      if (device.user !== undefined)
        throw new Refusal(409, "EntityAlreadyExists", `MFA device ${SerialNumber} is already in use.`);
      if ([...devices.values()].filter(({ user }) => user === UserName).length >= 8)
        throw new Refusal(409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8");
      learn(device, codes.AuthenticationCode1 ?? "", codes.AuthenticationCode2 ?? "");
      device.user = UserName;
      return {};
    },
    ResyncMFADevice({ UserName = "", SerialNumber = "", ...codes }) {
      const device = found(SerialNumber);
      if (device.user !== UserName)
        throw new Refusal(404, "NoSuchEntity", `MFA device ${SerialNumber} is not of user ${UserName}.`);
      learn(device, codes.AuthenticationCode1 ?? "", codes.AuthenticationCode2 ?? "");
      return {};
    },
    ListMFADevices({ UserName }, key) {
      const owner = UserName ?? caller(key).user;
      const list = [...devices.values()].filter(({ user }) => user === owner);
      return { MFADevices: list.map(({ serial }) => ({ UserName: owner, SerialNumber: serial })) };
    },
    ListVirtualMFADevices({ AssignmentStatus = "Any" }) {
      const list = [...devices.values()].filter(
        ({ user }) =>
          AssignmentStatus === "Any" || (AssignmentStatus === "Assigned") === (user !== undefined),
      );
      return { VirtualMFADevices: list.map(({ serial }) => ({ SerialNumber: serial })) };
    },
    DeactivateMFADevice({ SerialNumber = "" }) {
      found(SerialNumber).user = undefined;
      return {};
    },
    DeleteVirtualMFADevice({ SerialNumber = "" }) {
      if (found(SerialNumber).user !== undefined)
        throw new Refusal(409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.");
      devices.delete(SerialNumber);
      return {};
    },
    GetSessionToken({ DurationSeconds = "43200", ...mfa }, key) {
      const { user, isSession } = caller(key);
      if (isSession) throw denied("Cannot call GetSessionToken with session credentials");
      logIn(user, mfa);
      return { Credentials: session(user, DurationSeconds) };
    },
    AssumeRole({ DurationSeconds = "3600", RoleArn = "", RoleSessionName = "", ...mfa }, key) {
      if (sessions.get(key) === undefined || "SerialNumber" in mfa) logIn(caller(key).user, mfa);
      const role = RoleArn.split("/").at(-1) ?? "";
      const Arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${RoleSessionName}`;
      return {
        Credentials: session(role, DurationSeconds),
        AssumedRoleUser: { Arn, AssumedRoleId: "AROAEXAMPLE" },
      };
    },
  };

  const cloud: Cloud = {
    devices,
    asked,
    refusals,
    lifetime: undefined,
    answer(request) {
      asked.push(request);
      try {
        const { action, key, params } = request;
        caller(key);
        const refusal = refusals.get(action);
        if (refusal !== undefined) throw new Refusal(refusal.status, refusal.code, refusal.message);
        const act = actions[action];
        if (act === undefined) throw new Refusal(400, "InvalidAction", `Could not find operation ${action}`);
        return { ok: true, fields: act(params, key) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { ok: false, status: error.status, code: error.code, message: error.message };
      }
    },
    count: (action) => asked.filter((one) => one.action === action).length,
    enabled(name, user) {
      const device = create(name);
      device.user = user;
      return device;
    },
    codeAt: ({ seed }, time) => codeOf(seed, Math.floor(time / PERIOD)),
  };
  return cloud;
}

function denied(message: string): Refusal {
  return new Refusal(403, "AccessDenied", message);
}

/** RFC 6238 with SHA-1, six digits. */
function codeOf(seed: string, step: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", bytesOf(seed)).update(message).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
