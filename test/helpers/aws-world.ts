/**
 * For tests of the real program with the real AWS CLI: a separate computer with a profile "work" that has alice's keys, and our
 * own AWS on loopback. Everything happens in real time.
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
import { type Computer, computerIn, PROGRAM } from "./binary.ts";
import { inside } from "./inside.ts";
import { whereIs } from "./system-packages.ts";

/** Milliseconds, more than any of these tests should take. */
export const TIME = 150_000;
export const STEP = 30_000;
export const SERIAL = "arn:aws:iam::123456789012:mfa/alice";
/** Debian's AWS CLI, even if another one is first on the PATH. */
const AWS = existsSync("/usr/bin/aws") ? "/usr/bin/aws" : whereIs("aws");

export interface World {
  readonly computer: Computer;
  readonly aws: AwsDouble;
  /** The last arguments of `twinseed aws`, so that only the double is contacted. */
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
  // At each start, the CLI runs lsb_release, which starts twenty processes for information that the double does not need.
  symlinkSync("/bin/true", join(bin, "lsb_release"));
  writeFileSync(join(bin, "twinseed"), `#!/bin/sh\necho run >>runs\nexec ${PROGRAM.join(" ")} "$@"\n`, {
    mode: 0o755,
  });
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

/** A world in which alice's device is enabled at AWS and its seed is on the computer as "work". */
export async function withDevice(): Promise<World & { device: Device }> {
  const made = await world();
  const device = made.aws.cloud.enabled("alice", "alice");
  const text = `otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret=${device.seed}&issuer=Amazon%20Web%20Services`;
  const added = await inside(made.computer, ["add", "-", "--name", "work"], text);
  expect(added).toMatchObject({ exitCode: 0 });
  // With the serial given, the AWS CLI is started one time less, which saves half a second of CPU time, or much more on a busy
  // computer.
  return { ...made, device, to: ["--serial", SERIAL, ...made.to] };
}

/** Pauses a request: `reached` resolves when AWS gets it, and AWS answers only after `letGo` was called. */
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

/** Every file below the folder, as text. */
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
      // As in computer.run: Linux schedules CPU time per session, and in the session of a busy test runner it would get next to
      // nothing.
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
