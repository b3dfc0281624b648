/** Which AWS accounts `aws audit` looks at, and with whose keys. */

import type { Caller } from "../../aws/arn.ts";
import { asUserError, ExitCode, UserError } from "../../base/errors.ts";
import { progressOf } from "../../talk/progress.ts";
import { count, note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, AwsFailure } from "./call.ts";
import { callerOf } from "./caller.ts";
import { readProfiles } from "./found-keys.ts";
import type { Gap } from "./gaps.ts";

export interface AuditedAccount extends Pick<Caller, "account" | "partition"> {
  /** The first one is used; the others where that one may not ask. */
  readonly keys: readonly AwsCliOptions[];
  readonly rootKeys: AwsCliOptions | undefined;
}

type AccountsNeeds = Needs<"aws" | "files" | "env" | "clock" | "stderr">;

/** For a partition that nothing tells yet: IAM's only other regions need one in the profile. */
const REGION = { AWS_DEFAULT_REGION: "us-east-1" };

/** The account of one profile. Throws UserError if its keys can't be used. */
export async function accountOf(cli: AwsCliOptions, needs: Needs<"aws">): Promise<AuditedAccount> {
  const { caller, keys } = await withRegion(cli, needs);
  const { account, partition, kind } = caller;
  return { account, partition, keys: [keys], rootKeys: kind === "root" ? keys : undefined };
}

/** The accounts of all profiles in the AWS CLI's files. A profile whose keys can't be used is a gap; one without keys is none. */
export async function accountsOfAll(
  cli: AwsCliOptions,
  needs: AccountsNeeds,
): Promise<{ accounts: AuditedAccount[]; gaps: Gap[] }> {
  const profiles = await readProfiles(needs);
  if (profiles === undefined || profiles.size === 0)
    throw new UserError("the AWS CLI's files have no profiles that can be read", ExitCode.failed, [
      "list them with: aws configure list-profiles",
    ]);
  const byAccount = new Map<string, AuditedAccount>();
  const gaps: Gap[] = [];
  const empty: string[] = [];
  const progress = progressOf("profiles", needs);
  for (const [i, profile] of [...profiles.keys()].entries()) {
    progress.at(i, profiles.size);
    const found = await accountOf({ ...cli, profile }, needs).catch(asUserError);
    if (!(found instanceof UserError)) {
      const known = byAccount.get(found.account);
      const keys = [...(known?.keys ?? []), ...found.keys];
      byAccount.set(found.account, { ...found, keys, rootKeys: known?.rootKeys ?? found.rootKeys });
    } else if (found.exitCode === ExitCode.interrupted) throw found;
    else if (found instanceof AwsFailure && found.fault.kind === "no-keys") empty.push(profile);
    else gaps.push({ what: `profile ${quoted(profile)}`, why: found.message });
  }
  progress.end();
  if (empty.length > 0)
    note(needs, `${count(empty.length, "profile")} without keys: ${empty.map(quoted).join(", ")}`);
  return { accounts: [...byAccount.values()], gaps };
}

async function withRegion(
  cli: AwsCliOptions,
  needs: Needs<"aws">,
): Promise<{ caller: Caller; keys: AwsCliOptions }> {
  try {
    return { caller: await callerOf(cli, needs), keys: cli };
  } catch (error) {
    if (!(error instanceof AwsFailure) || error.fault.kind !== "no-region") throw error;
    const keys = { ...cli, env: { ...cli.env, ...REGION } };
    return { caller: await callerOf(keys, needs), keys };
  }
}
