/** What a computer is called in the list of members, if the user gives no name. */
import { type UserError, usageError } from "../base/errors.ts";
import type { Needs } from "../world.ts";

/** USER/HOST. */
export function defaultName({ env, computer }: Needs<"env" | "computer">): string {
  const plain = (text: string, otherwise: string): string =>
    text
      .replace(/[^A-Za-z0-9._-]/g, "")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 30) || otherwise;
  return `${plain(env.USER ?? env.USERNAME ?? "", "user")}/${plain(computer.hostname, "computer")}`;
}

export function nameError(): UserError {
  return usageError(
    "a member's name consists of letters, digits, and . _ @ -, with at most one / in between",
    "for example: alice, or alice/laptop",
  );
}
