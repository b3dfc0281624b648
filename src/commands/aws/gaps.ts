/** What `aws audit` could not look at. */
import { ExitCode, UserError } from "../../base/errors.ts";
import { count } from "../../talk/say.ts";
import type { Asked } from "./audit-policy.ts";

/** Something that could not be looked at. */
export interface Gap {
  readonly what: string;
  readonly why: string;
  /** What a policy has to allow, if AWS refused it. */
  readonly action?: string;
}

export function gapOf({ what, action }: Asked, refusal: UserError): Gap {
  return { what, why: refusal.message, action };
}

const MOST_NAMED = 5;

export function named(users: readonly string[]): string {
  const shown = users.slice(0, MOST_NAMED).join(", ");
  const more = users.length - MOST_NAMED;
  return `${count(users.length, "user")} (${shown}${more > 0 ? `, and ${more} more` : ""})`;
}

export function odd(what: string): UserError {
  return new UserError(`AWS's answer is not as documented: ${what}`, ExitCode.unreadable);
}
