/** Whose keys these are. */

import { type Caller, parseCaller } from "../../aws/arn.ts";
import { ExitCode, UserError, usageError } from "../../base/errors.ts";
import { objectOf } from "../../base/untrusted-json.ts";
import type { Needs } from "../../world.ts";
import { type AwsUser, callAws } from "./call.ts";

export async function callerOf(who: AwsUser, needs: Needs<"aws">): Promise<Caller> {
  const { answer } = await callAws({ operation: ["sts", "get-caller-identity"] }, who, {}, needs);
  const { Arn } = objectOf(answer) ?? {};
  const caller = parseCaller(typeof Arn === "string" ? Arn : "");
  if (caller !== undefined) return caller;
  throw new UserError('"aws sts get-caller-identity" named no user and no role', ExitCode.unreadable);
}

export function userOf(caller: Caller, given: string | undefined): string {
  const user = given ?? caller.user;
  if (user !== undefined && user !== "") return user;
  throw usageError("these keys are of a role, not of an IAM user", "say whose device it is: --user NAME");
}
