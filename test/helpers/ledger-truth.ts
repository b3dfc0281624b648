/** For tests of what the ledger once said that was not so: devices that prove, and what audit and list say of them. */
import { expect } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { bank, github } from "./accounts.ts";
import type { testCli } from "./test-cli.ts";

export const now = "2026-03-03T12:00:10Z";
export const HOUR = 3_600_000;
export const old: Enrollment = { ...github, secret: bank.secret };
export const uri = (enrollment: Enrollment) => ({ stdin: formatOtpauthUri(enrollment) });

export type Cli = ReturnType<typeof testCli>;

export function shown({ secret, otp }: Enrollment, cli: Cli): string {
  return codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, cli.clock.now));
}
export async function prove(cli: Cli, enrollment: Enrollment, device: string, name = "octocat") {
  expect(await cli.run(["verify", name, shown(enrollment, cli), "--device", device])).toMatchObject({
    exitCode: 0,
  });
}
export async function findings(cli: Cli, options = ""): Promise<string[]> {
  const { stdout } = await cli.run(`audit --json ${options}`);
  const { accounts }: { accounts: { findings: { kind: string; fix: string }[] }[] } = JSON.parse(stdout);
  return accounts.flatMap((one) => one.findings.map(({ kind, fix }) => `${kind}: ${fix}`));
}
export async function status(cli: Cli, device: string): Promise<string[]> {
  const list: { copies: { device: string; status: string }[] }[] = JSON.parse(
    (await cli.run("list --json")).stdout,
  );
  return list.flatMap(({ copies }) =>
    copies.flatMap((copy) => (copy.device === device ? [copy.status] : [])),
  );
}
