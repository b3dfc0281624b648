/** The AWS CLI in memory: its requests go to aws-cloud.ts, at the test's own time. */
import type { AwsCall, AwsCli, AwsEnd } from "../../src/ports/aws-cli.ts";
import { type Answer, awsCloud, type Cloud, type Fields, KEYS } from "./aws-cloud.ts";

export interface AwsFake {
  readonly cloud: Cloud;
  /** Profile → access key; "" is used without --profile. */
  readonly profiles: Map<string, string>;
  /** Every command line, as it would appear in the process list. */
  readonly commands: string[];
  readonly calls: AwsCall[];
  configPath: string;
  readonly credentialsPath: string;
  /** Called before and after AWS gets the request. The caller gets what they throw, to simulate a broken connection or a kill. */
  before?: (operation: string) => void;
  after?: (operation: string) => void;
  /** Throws where the CLI can't take codes. */
  handover?: () => void;
  readonly cli: AwsCli;
}

export function awsFake(now: () => number): AwsFake {
  const cloud = awsCloud(now);
  const profiles = new Map([
    ["", KEYS.alice],
    ["work", KEYS.alice],
    ["admin", KEYS.admin],
    ["root", KEYS.root],
  ]);
  const held = new Set<string>();
  const fake: AwsFake = {
    cloud,
    profiles,
    commands: [],
    calls: [],
    configPath: "/home/me/.aws/config",
    credentialsPath: "/home/me/.aws/credentials",
    cli: {
      checkHandover: async () => fake.handover?.(),
      async run(call) {
        const { command, input = {}, seed = false } = call;
        fake.calls.push(call);
        fake.commands.push(["aws", ...command].join(" "));
        const [, operation = ""] = command;
        fake.before?.(operation);
        if (command.includes("--generate-cli-skeleton")) return { ok: true, stdout: "{}", stderr: "" };
        const key = call.env?.AWS_ACCESS_KEY_ID ?? keyOf(command);
        if (key === undefined) return failed("The config profile (nobody) could not be found");
        const params = { ...named(command), ...texts(input) };
        const answer = cloud.answer({ action: actionOf(operation), key, params });
        fake.after?.(operation);
        return ended(answer, operation, seed);
      },
      async alone(name, _, work) {
        if (held.has(name)) throw new Error(`"${name}" is locked already`);
        held.add(name);
        try {
          return await work(() => {});
        } finally {
          held.delete(name);
        }
      },
      configPath: () => fake.configPath,
      credentialsPath: () => fake.credentialsPath,
    },
  };

  function keyOf(command: readonly string[]): string | undefined {
    const at = command.lastIndexOf("--profile");
    return profiles.get(at < 0 ? "" : (command[at + 1] ?? ""));
  }
  return fake;
}

/** For create-virtual-mfa-device, which requires the name on the command line. */
function named(command: readonly string[]): Record<string, string> {
  const name = command.flatMap((word) => /^--virtual-mfa-device-name=(.*)$/.exec(word)?.[1] ?? [])[0];
  return name === undefined ? {} : { VirtualMFADeviceName: name };
}

function texts(input: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
}

function actionOf(operation: string): string {
  return operation
    .split("-")
    .map((word) => (word === "mfa" ? "MFA" : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

function ended(answer: Answer, operation: string, wantsSeed: boolean): AwsEnd {
  if (!answer.ok) {
    const { code, message } = answer;
    return failed(
      `\nAn error occurred (${code}) when calling the ${actionOf(operation)} operation: ${message}`,
    );
  }
  const fields: Record<string, Fields[string]> = { ...answer.fields };
  const device = fields.VirtualMFADevice;
  if (!wantsSeed || typeof device !== "object" || !("Base32StringSeed" in device))
    return { ok: true, stdout: Object.keys(fields).length === 0 ? "" : JSON.stringify(fields), stderr: "" };
  const { Base32StringSeed, QRCodePNG: _, ...rest } = device;
  const seed = Buffer.from(String(Base32StringSeed), "base64");
  return { ok: true, stdout: JSON.stringify({ VirtualMFADevice: rest }), stderr: "", seed };
}

function failed(stderr: string): AwsEnd {
  return { ok: false, stdout: "", stderr: `${stderr}\n` };
}
