/** Computers that share a store: with the commands that users type, the real program and the real git. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { Secret } from "../../src/otp/secret.ts";
import type { Computer } from "./binary.ts";

/** Runs another program that must work, and returns its stdout. */
export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });
}

/** An empty repository that computers push to. */
export function makeRepository(path: string): void {
  run("git", "init", "--quiet", "--bare", "--initial-branch=main", path);
}

/** An account whose seed follows from its label. */
export function labeledUri(issuer: string, label: string): string {
  const seed = Secret.of(Uint8Array.from(createHash("sha1").update(label).digest()));
  return `otpauth://totp/${issuer}:${label}?issuer=${issuer}&secret=${formatBase32(seed)}\n`;
}

/** Runs a command that must work, and returns its stdout. */
export async function good(computer: Computer, args: readonly string[], text?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await computer.run(
    args,
    text === undefined ? {} : { stdin: { text } },
  );
  expect({ args, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ args, exitCode: 0, stderr: "" });
  expect(stderr).not.toMatch(/\bbug\b/);
  return stdout;
}

/** `url`: an empty repository. The computer that has the seeds becomes the first member. */
export async function beginSharing(computer: Computer, url: string, name: string): Promise<void> {
  await good(computer, ["sync", "--init", url, "--name", name]);
}

/** Three commands: the new computer's line, the member who adds it, and the line that comes back. */
export async function join(computer: Computer, member: Computer, url: string, name: string): Promise<void> {
  const line = (await good(computer, ["sync", "--join", url, "--name", name])).trim();
  const reply = (await good(member, ["store", "members", "add", line, "--yes"])).trim();
  const [program, ...args] = reply.split(" ");
  expect([program, args[0]]).toEqual(["twinseed", "sync"]);
  await good(computer, args);
}

/** The words of the newest list, as `twinseed store` shows them. */
export async function wordsOf(computer: Computer): Promise<string> {
  const { shared } = JSON.parse(await good(computer, ["store", "--json"]));
  return shared.words;
}
