/**
 * IAM and Organizations as `aws audit` sees them: users with passwords, keys and MFA devices, in pages, behind policies, and
 * busy if the test says so. Answers like the AWS CLI.
 */
import type { AwsCall, AwsCli, AwsEnd } from "../../src/ports/aws-cli.ts";
import { ACCOUNT } from "./aws-cloud.ts";

export interface OrganizationUser {
  password: boolean;
  /** When its active access keys were created. */
  keys: string[];
  /** Serials of security keys, passkeys and hardware tokens. */
  otherDevices: string[];
}

export interface SimulatedAws {
  readonly users: Map<string, OrganizationUser>;
  /** Serial → its user, "root", or undefined if it is unassigned. */
  readonly devices: Map<string, { owner: string | undefined; enabledAt?: string }>;
  root: { mfa: 0 | 1; password: 0 | 1; keys: 0 | 1; otherDevices: string[] };
  accounts: { Id: string; Name: string; Status: string }[] | undefined;
  /** As policies name actions; undefined: all. */
  allowed: ReadonlySet<string> | undefined;
  caller: string;
  /** How many of the next calls are refused with Throttling. */
  busy: number;
  /** Called before each answer; may change what AWS says. */
  before?: (operation: string, call: AwsCall) => AwsEnd | undefined;
  /** Users that the credential report does not have yet. */
  readonly unreported: Set<string>;
  readonly asked: string[];
}

export function simulatedAws(): SimulatedAws {
  return {
    users: new Map(),
    devices: new Map(),
    root: { mfa: 1, password: 1, keys: 0, otherDevices: [] },
    accounts: undefined,
    allowed: undefined,
    caller: "user/auditor",
    busy: 0,
    unreported: new Set(),
    asked: [],
  };
}

export const serialOf = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:mfa/${name}`;

/** Answers of an operation, by the words and options of its command line. */
type Operation = (aws: SimulatedAws, option: (name: string) => string | undefined) => object | Refusal;

class Refusal {
  readonly code: string;
  readonly message: string;

  constructor(code: string, message: string) {
    this.code = code;
    this.message = message;
  }
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "sts get-caller-identity": ({ caller }) => ({
    Arn: `arn:aws:iam::${ACCOUNT}:${caller}`,
    Account: ACCOUNT,
  }),
  "iam get-account-summary": ({ root, users }) => ({
    SummaryMap: {
      AccountMFAEnabled: root.mfa,
      AccountPasswordPresent: root.password,
      AccountAccessKeysPresent: root.keys,
      Users: users.size,
    },
  }),
  "iam generate-credential-report": ({ asked }) => {
    const before = asked.filter((line) => line.startsWith("iam generate")).length;
    return { State: before > 2 ? "COMPLETE" : before > 1 ? "INPROGRESS" : "STARTED" };
  },
  "iam get-credential-report": (aws) => ({
    Content: Buffer.from(reportOf(aws)).toString("base64"),
    ReportFormat: "text/csv",
    GeneratedTime: "2026-01-31T11:00:00+00:00",
  }),
  "iam list-users": ({ users }, option) =>
    page(
      "Users",
      [...users.keys()].map((UserName) => ({ UserName, Arn: `arn:aws:iam::${ACCOUNT}:user/${UserName}` })),
      option,
    ),
  "iam list-virtual-mfa-devices": ({ devices }, option) =>
    page(
      "VirtualMFADevices",
      [...devices].map(([SerialNumber, { owner, enabledAt }]) => ({
        SerialNumber,
        ...(enabledAt === undefined ? {} : { EnableDate: enabledAt }),
        ...(owner === undefined ? {} : { User: userOf(owner) }),
      })),
      option,
    ),
  "iam list-mfa-devices": ({ caller, root, users, devices }, option) => {
    const name = option("--user-name") ?? caller.split("/").at(-1) ?? "";
    const others = name === "root" ? root.otherDevices : users.get(name)?.otherDevices;
    if (others === undefined)
      return new Refusal("NoSuchEntity", `The user with name ${name} cannot be found.`);
    const own = [...devices].filter(([, { owner }]) => owner === name).map(([serial]) => serial);
    return { MFADevices: [...own, ...others].map((SerialNumber) => ({ UserName: name, SerialNumber })) };
  },
  "organizations list-accounts": ({ accounts }, option) =>
    accounts === undefined
      ? new Refusal("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
      : page("Accounts", accounts, option),
};

function userOf(owner: string): object {
  if (owner === "root") return { UserId: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root` };
  return { Path: "/", UserName: owner, Arn: `arn:aws:iam::${ACCOUNT}:user/${owner}` };
}

function page(name: string, items: readonly object[], option: (name: string) => string | undefined): object {
  const from = Number(option("--starting-token") ?? 0);
  const to = from + Number(option("--max-items") ?? items.length);
  return { [name]: items.slice(from, to), ...(to < items.length ? { NextToken: String(to) } : {}) };
}

const HEADER =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

function reportOf({ users, devices, root, unreported }: SimulatedAws): string {
  const key = (created: string | undefined): string =>
    `${created !== undefined},${created ?? "N/A"},N/A,N/A,N/A`;
  const rows = [...users]
    .filter(([name]) => !unreported.has(name))
    .map(([name, { password, keys, otherDevices }]) => {
      const hasMfa = otherDevices.length > 0 || [...devices.values()].some(({ owner }) => owner === name);
      return `${name},arn:aws:iam::${ACCOUNT}:user/${name},2020-01-01T00:00:00+00:00,${password},N/A,N/A,N/A,${hasMfa},${key(keys[0])},${key(keys[1])},false,N/A,false,N/A`;
    });
  const own = `<root_account>,arn:aws:iam::${ACCOUNT}:root,2019-01-01T00:00:00+00:00,not_supported,N/A,not_supported,not_supported,${root.mfa === 1},${key(undefined)},${key(undefined)},false,N/A,false,N/A`;
  return [HEADER, own, ...rows].join("\n");
}

export const actionOf = (command: readonly string[]): string =>
  `${command[0]}:${(command[1] ?? "")
    .split("-")
    .map((word) =>
      word === "mfa" ? "MFA" : word === "virtual" ? "Virtual" : `${word[0]?.toUpperCase()}${word.slice(1)}`,
    )
    .join("")}`;

/** In place of the AWS CLI of a test's computer. */
export function cliOf(aws: SimulatedAws, files: Pick<AwsCli, "configPath" | "credentialsPath">): AwsCli {
  return {
    ...files,
    checkHandover: async () => {},
    alone: async (_name, _patience, work) => work(() => {}),
    async run(call) {
      const { command } = call;
      const words = command.slice(0, 2).join(" ");
      aws.asked.push(command.join(" "));
      const early = aws.before?.(words, call);
      if (early !== undefined) return early;
      const answer = answerTo(aws, command, words);
      if (!(answer instanceof Refusal)) return { ok: true, stdout: JSON.stringify(answer), stderr: "" };
      return refused(answer.code, answer.message);
    },
  };
}

export function refused(code: string, message: string): AwsEnd {
  const stderr = `\nAn error occurred (${code}) when calling the Some operation: ${message}\n`;
  return { ok: false, stdout: "", stderr };
}

function answerTo(aws: SimulatedAws, command: readonly string[], words: string): object {
  if (aws.busy > 0) {
    aws.busy -= 1;
    return new Refusal("Throttling", "Rate exceeded");
  }
  const action = actionOf(command);
  const isFree = action === "sts:GetCallerIdentity";
  if (!isFree && aws.allowed !== undefined && !aws.allowed.has(action))
    return new Refusal("AccessDenied", `User: ${aws.caller} is not authorized to perform: ${action}`);
  const option = (name: string): string | undefined =>
    command.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  return OPERATIONS[words]?.(aws, option) ?? new Refusal("InvalidAction", words);
}
