/**
 * For tests of the real program with the real AWS CLI: a computer of its own with a profile "work", whose keys are alice's,
 * and an AWS of our own on loopback. Everything is in real time.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Device, KEYS, type Request } from "./aws-cloud.ts";
import { type AwsDouble, awsDouble } from "./aws-double.ts";
import { BIN, type Computer, computerIn } from "./binary.ts";
import { inside } from "./inside.ts";
import { whereIs } from "./system-packages.ts";

/** Milliseconds: more than any of these may take. */
export const TIME = 150_000;
export const STEP = 30_000;
export const SERIAL = "arn:aws:iam::123456789012:mfa/alice";
/** Debian's, even if another one comes first. */
const AWS = existsSync("/usr/bin/aws") ? "/usr/bin/aws" : whereIs("aws");

export interface World {
  readonly computer: Computer;
  readonly aws: AwsDouble;
  /** What `twinseed aws` ends with, so that nothing but the double is asked. */
  readonly to: readonly string[];
}

const clean: (() => unknown)[] = [];
export async function cleanUp(): Promise<void> {
  for (const one of clean.splice(0)) await one();
}

export async function world(): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), "twinseed-e2e-aws-"));
  const bin = join(home, "bin");
  mkdirSync(bin);
  symlinkSync(AWS ?? "", join(bin, "aws"));
  // The CLI asks it at each start for what the double does not want to know, and the answer takes twenty processes.
  symlinkSync("/bin/true", join(bin, "lsb_release"));
  writeFileSync(
    join(bin, "twinseed"),
    `#!/bin/sh\necho run >>runs\nexec "${process.execPath}" "${BIN}" "$@"\n`,
    {
      mode: 0o755,
    },
  );
  mkdirSync(join(home, ".aws"));
  const keys = (profile: string, key: string) =>
    `[${profile}]\naws_access_key_id = ${key}\naws_secret_access_key = long-term\n`;
  writeFileSync(join(home, ".aws", "credentials"), keys("work", KEYS.alice) + keys("other", "AKIANOBODY"));
  const computer = computerIn(home, {
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    TWINSEED_STORE: "file",
    TWINSEED_KEY: randomBytes(32).toString("base64"),
    TMPDIR: home,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: "*",
  });
  const aws = await awsDouble();
  clean.push(
    () => aws.close(),
    () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  );
  return { computer, aws, to: ["--profile", "work", "--", "--endpoint-url", aws.url] };
}

/** alice's device is enabled at AWS, and its seed is on the computer as "work". */
export async function withDevice(): Promise<World & { device: Device }> {
  const made = await world();
  const device = made.aws.cloud.enabled("alice", "alice");
  const text = `otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret=${device.seed}&issuer=Amazon%20Web%20Services`;
  const added = await inside(made.computer, ["add", "-", "--name", "work"], text);
  expect(added).toMatchObject({ exitCode: 0 });
  // With the serial given, the AWS CLI is started once less: half a second of processor time, much more on a busy computer.
  return { ...made, device, to: ["--serial", SERIAL, ...made.to] };
}

/** Stops the clock of a call: resolves when AWS gets it, which holds it until it is let go. */
export function held(aws: AwsDouble, when: "before" | "after", action: string) {
  let letGo = (): void => {};
  const release = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    aws[when] = async (request: Request) => {
      if (request.action !== action) return;
      delete aws[when];
      resolve();
      await release;
    };
  });
  return { reached, letGo };
}

/** Every file below the home but the program's own environment, as text. */
function filesIn(folder: string): { name: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const name = join(entry.parentPath, entry.name);
    return [{ name, text: readFileSync(name, "latin1") }];
  });
}

export function requireNothingPlain({ computer, aws }: World): void {
  const files = filesIn(computer.home);
  const secrets = [...aws.cloud.devices.values()].map(({ seed }) => seed);
  for (const { name, text } of files) {
    for (const secret of secrets)
      expect({ name, found: text.includes(secret) }).toEqual({ name, found: false });
    expect({ name, found: /token\/\/|secret\/\d+\+key/.test(text) }).toEqual({ name, found: false });
    expect(name).not.toMatch(/twinseed-aws-/);
  }
}

export const sh = (
  line: string,
  computer: Computer,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", line], {
      env: computer.env,
      cwd: computer.home,
      stdio: ["ignore", "pipe", "pipe"],
      // As computer.run: Linux shares its processors out by sessions, and in that of a busy test runner it gets next to nothing.
      detached: true,
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...output }));
  });

export const long = { timeout: TIME };
