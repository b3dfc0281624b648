/** An account at an AWS in memory: alice's device is enabled there, or is about to be. */
import { expect } from "vitest";
import { parseBase32 } from "../../src/otp/base32.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { Device } from "./aws-cloud.ts";
import { testCli } from "./test-cli.ts";

export const NOW = "2026-01-31T12:00:10Z";
export const SERIAL = "arn:aws:iam::123456789012:mfa/alice";
export const ROLE = "arn:aws:iam::123456789012:role/dev";

export type Cli = ReturnType<typeof testCli>;

export function enrollmentOf({ seed }: Device, label = "alice@123456789012") {
  const secret = parseBase32(seed);
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
  return { issuer: "Amazon Web Services", label, otp, secret };
}

/** alice's device is enabled at AWS, and its seed is here. */
export async function withDevice(label?: string): Promise<{ cli: Cli; device: Device }> {
  const cli = testCli({ now: NOW });
  const device = cli.aws.cloud.enabled("alice", "alice");
  const added = await cli.run("add - --name work", { stdin: formatOtpauthUri(enrollmentOf(device, label)) });
  expect(added.exitCode).toBe(0);
  return { cli, device };
}

export function accountFiles(cli: Cli): string[] {
  return [...cli.folder.files.keys()].filter((name) => /^(accounts|removed|aws|cache)\//.test(name));
}

class Kill extends Error {}

/** As if the process had been killed when AWS has heard (or is about to hear) of this. */
export function killAt(cli: Cli, when: "before" | "after", operation: string): void {
  cli.aws[when] = (one) => {
    if (one !== operation) return;
    delete cli.aws[when];
    throw new Kill();
  };
}
