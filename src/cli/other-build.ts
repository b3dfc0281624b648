/** Called by a file of dist/ that another build has left there while we run: what it would take from us is something else. */
import { ExitCode, UserError } from "../base/errors.ts";

export function otherBuild(): never {
  throw new UserError("twinseed was replaced by another version while it ran", ExitCode.failed, [
    "run this again",
  ]);
}
