/** Finds out whose keys the AWS CLI uses. */

import { type Caller, parseCaller } from "../../aws/arn.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { objectOf } from "../../base/untrusted-json.ts";
import type { Needs } from "../../world.ts";
import { type AwsCliOptions, callAws } from "./call.ts";

export async function callerOf(cli: AwsCliOptions, needs: Needs<"aws">): Promise<Caller> {
  const { answer } = await callAws({ operation: ["sts", "get-caller-identity"] }, cli, {}, needs);
  const { Arn } = objectOf(answer) ?? {};
  const caller = parseCaller(typeof Arn === "string" ? Arn : "");
  if (caller !== undefined) return caller;
  throw new UserError(
    '"aws sts get-caller-identity" returned neither a user nor a role',
    ExitCode.unreadable,
  );
}

export function userOf(caller: Caller, given: string | undefined): string {
  const user = given ?? caller.user;
  if (user !== undefined && user !== "") return user;
  throw usageError(
    "these keys belong to a role, not to an IAM user",
    "name the user who gets the device: --user NAME",
  );
}
