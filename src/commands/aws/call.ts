/** One call of the user's AWS CLI: returns its answer as JSON, or throws the reason with what to do about it. */

import { hintsFor, type Situation } from "../../aws/causes.ts";
import { optionValue, splitOptions, withoutOption } from "../../aws/cli-options.ts";
import { type Fault, parseFault } from "../../aws/fault.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { parseJson } from "../../base/untrusted-json.ts";
import type { AwsCall } from "../../ports/aws-cli.ts";
import { pasteableName } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

/** Whose keys to use, and how to call the CLI. */
export interface AwsCliOptions {
  readonly profile: string | undefined;
  /** The user's own options for the CLI, which fit every call. */
  readonly extra: readonly string[];
  /** Those for the one operation that the command is about. */
  readonly own: readonly string[];
  readonly unattended?: boolean;
  /** Variables to add to the CLI's environment, or to take out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for a call, if there is less time than usual. */
  readonly patience?: number;
}

export interface Call {
  readonly operation: readonly [service: string, operation: string, ...options: string[]];
  readonly input?: AwsCall["input"];
  readonly seed?: boolean;
  readonly isLong?: boolean;
  /** The user's own options are for this call. */
  readonly isMain?: boolean;
  /** Codes in the input. No message may repeat them. */
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
/** Milliseconds to find out how the CLI can take codes. */
export const HANDOVER_PATIENCE = 60_000;
const LONGEST_MESSAGE = 400;

/** The options for `aws` follow "--". Commander removes the "--", so we check that the first word looks like an option. */
export function awsCliOptions({ profile }: { profile?: string }, extra: readonly string[]): AwsCliOptions {
  const [first] = extra;
  if (first !== undefined && !first.startsWith("-"))
    throw usageError(
      `unexpected argument "${printable(first)}"`,
      "put options for the AWS CLI itself after --",
    );
  const { common, own } = splitOptions(extra);
  // The CLI would use the last one that it is given.
  const used = optionValue(common, "--profile") ?? profile;
  if (used?.startsWith("-") || used === "") throw usageError("--profile needs the name of a profile");
  return { profile: used, extra: withoutOption(common, "--profile"), own };
}

/**
 * Throws AwsFailure if AWS or its CLI refuses. Throws another UserError if the CLI can't be run or does not answer in time:
 * then we can't know whether the call reached AWS.
 */
export async function callAws(
  call: Call,
  { profile, extra, own, unattended = false, env = {}, patience = PATIENCE }: AwsCliOptions,
  situation: Situation,
  needs: Needs<"aws">,
): Promise<{ answer: unknown; seed: Uint8Array }> {
  const { operation, input, seed = false, isLong = false, isMain = false, codes = [] } = call;
  const { run } = await needs.aws();
  const profileOption = profile === undefined ? [] : ["--profile", profile];
  const what = `"aws ${operation.slice(0, 2).join(" ")}"`;
  const end = await run({
    command: [...operation, ...profileOption, ...extra, ...(isMain ? own : [])],
    ...(input === undefined ? {} : { input }),
    seed,
    isLong,
    patience,
    unattended,
    env,
  }).catch((error) => {
    throw error instanceof UserError ? withoutAnswer(error) : error;
  });
  const shown = profile === undefined ? undefined : pasteableName(profile, "PROFILE");
  if (!end.ok) {
    const fault = parseFault(end.stderr);
    const text = codes.reduce((text, code) => text.replaceAll(code, "[code]"), fault.message);
    const why = printable(text, LONGEST_MESSAGE) || "no reason given";
    const code = fault.code === "" ? "" : ` (${printable(fault.code)})`;
    throw new AwsFailure(
      `${what} failed: ${why}${code}`,
      fault,
      hintsFor(fault, { profile: shown, ...situation }),
    );
  }
  // Some operations return nothing at all.
  const answer = end.stdout.trim() === "" ? {} : parseJson(end.stdout);
  if (answer === undefined)
    throw new UserError(`${what} returned something that is not JSON`, ExitCode.unreadable, [
      "did you pass it an option such as --query or --output?",
    ]);
  return { answer, seed: end.seed ?? new Uint8Array() };
}

function withoutAnswer({ message, exitCode, hints }: UserError): UserError {
  if (hints.length > 0 || exitCode === ExitCode.interrupted) return new UserError(message, exitCode, hints);
  return new UserError(message, exitCode, [
    "it may wait for the network, a proxy, or a program that gives it keys: aws sts get-caller-identity",
    "it is not known whether AWS got the request",
  ]);
}
