/** One call of the user's AWS CLI: its answer as JSON, or why not, with what to do about it. */

import { hintsFor, type Situation } from "../../aws/causes.ts";
import { type Fault, parseFault } from "../../aws/fault.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { parseJson } from "../../base/untrusted-json.ts";
import type { AwsCall } from "../../ports/aws-cli.ts";
import { pasteableName } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

/** Whose keys, and how the CLI is called. */
export interface AwsUser {
  readonly profile: string | undefined;
  /** The user's own options for it. */
  readonly extra: readonly string[];
  readonly unattended?: boolean;
  /** For the CLI's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds for a call, where there is less time than usual. */
  readonly patience?: number;
}

export interface Call {
  readonly operation: readonly [service: string, operation: string, ...options: string[]];
  readonly input?: AwsCall["input"];
  readonly seed?: boolean;
  /** In the input: never to be repeated in a message. */
  readonly codes?: readonly string[];
}

export class AwsFailure extends UserError {
  readonly fault: Fault;

  constructor(message: string, fault: Fault, hints: readonly string[]) {
    super(message, ExitCode.failed, hints);
    this.fault = fault;
  }
}

const PATIENCE = 60_000;
const LONGEST_MESSAGE = 400;

/** The options for `aws` come after "--"; commander leaves that out, so the first one must look like an option. */
export function awsUser({ profile }: { profile?: string }, extra: readonly string[]): AwsUser {
  const [first] = extra;
  if (first !== undefined && !first.startsWith("-"))
    throw usageError(`"${printable(first)}" is too much`, "options for the AWS CLI itself follow --");
  if (profile?.startsWith("-") || profile === "") throw usageError("--profile takes the name of a profile");
  return { profile, extra };
}

/**
 * Throws AwsFailure where AWS or its CLI says no, and other UserErrors where it can't be run or does not answer in time:
 * then nobody knows whether the call has arrived.
 */
export async function callAws(
  call: Call,
  { profile, extra, unattended = false, env = {}, patience = PATIENCE }: AwsUser,
  situation: Situation,
  needs: Needs<"aws">,
): Promise<{ answer: unknown; seed: Uint8Array }> {
  const { operation, input, seed = false, codes = [] } = call;
  const { run } = await needs.aws();
  const end = await run({
    command: [...operation, ...(profile === undefined ? [] : ["--profile", profile]), ...extra],
    ...(input === undefined ? {} : { input }),
    seed,
    patience,
    unattended,
    env,
  });
  const shown = profile === undefined ? undefined : pasteableName(profile, "PROFILE");
  const what = `"aws ${operation.slice(0, 2).join(" ")}"`;
  if (!end.ok) {
    const fault = parseFault(end.stderr);
    const text = codes.reduce((text, code) => text.replaceAll(code, "[code]"), fault.message);
    const why = printable(text, LONGEST_MESSAGE) || "it does not say why";
    const code = fault.code === "" ? "" : ` (${printable(fault.code)})`;
    throw new AwsFailure(
      `${what} failed: ${why}${code}`,
      fault,
      hintsFor(fault, { profile: shown, ...situation }),
    );
  }
  // Some operations answer nothing at all.
  const answer = end.stdout.trim() === "" ? {} : parseJson(end.stdout);
  if (answer === undefined)
    throw new UserError(`${what} gave an answer that is not JSON`, ExitCode.unreadable, [
      "is there an option such as --query or --output for it?",
    ]);
  return { answer, seed: end.seed ?? new Uint8Array() };
}
