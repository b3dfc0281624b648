/** A new seed for a login that is enrolled already: re-issued by the service, or a second, separate enrollment. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { looksSame } from "../base/visible-text.ts";
import type { Account } from "../ledger/account.ts";
import { deviceOf } from "../ledger/copies.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { count, quoted } from "../talk/say.ts";
import type { Needs } from "../world.ts";

/**
 * The account whose place this one would take: the one of this name; or, where the person chose no name, the one that the
 * service calls the same, whatever we call it.
 */
export function takenBy(
  enrollment: Enrollment,
  name: string,
  named: boolean | undefined,
  accounts: readonly Account[],
): Account | undefined {
  const same = accounts.filter((account) => looksSame(account.name, name));
  const alike = !named ? accounts.filter((account) => isSameLogin(account, enrollment)) : [];
  const [found, ...others] = same.length > 0 ? same : alike;
  if (others.length === 0) return found;
  throw new UserError(
    `several accounts could be the one that this seed is for; nothing was added`,
    ExitCode.ambiguous,
    [
      ...[found, ...others].flatMap((one) =>
        one === undefined ? [] : [`${printable(one.name)}  (id ${one.id})`],
      ),
      "say which one to replace with --replace --name NAME, or add it under a new --name",
    ],
  );
}

/** The accounts that the service calls the same and that have another seed: re-issued, or a second device of one user. */
export function sameLogin(account: Account, accounts: readonly Account[]): Account[] {
  return accounts.filter((other) => other.id !== account.id && isSameLogin(other, account));
}

/** The service calls both the same. */
export function isSameLogin(
  account: Account,
  { issuer, label }: Pick<Enrollment, "issuer" | "label">,
): boolean {
  return account.issuer === issuer && account.label === label;
}

export function nameTaken(
  name: string,
  { issuer, label }: Enrollment,
  taken: Account | undefined,
  replace: boolean,
  needs: Needs<"computer" | "ledger">,
): UserError {
  const who = issuer && label ? `${quoted(label)} at ${quoted(issuer)}` : quoted(issuer || label);
  const others = taken === undefined ? [] : otherHolders(taken, needs);
  const dead =
    others.length === 0 ? "" : ` on ${count(others.length, "other device")} too (${others.join(", ")})`;
  return new UserError(
    `${quoted(taken?.name ?? name)} is taken by another seed; nothing was added`,
    ExitCode.failed,
    [
      ...(replace
        ? []
        : [`the service gave out a new seed, and the old one is dead${dead}: --replace puts it aside`]),
      `a second, separate enrollment of ${who}: add it under another name with --name NAME`,
    ],
  );
}

function otherHolders(account: Account, needs: Needs<"computer" | "ledger">): string[] {
  const devices = needs.ledger.devices();
  const others = account.copies
    .flatMap((copy) => deviceOf(copy, devices) ?? [])
    .filter(({ host }) => host !== needs.computer.hostname);
  return others.map(({ name }) => printable(name, 30));
}

/** Two accounts whose names look the same could not be told apart. Throws UserError (exit 1). */
export function requireFreeName(name: string, accounts: readonly Account[], self: Account): void {
  const taken = accounts.find((other) => looksSame(other.name, name) && other.id !== self.id);
  if (taken === undefined) return;
  const what = taken.name === name ? "" : " whose name looks the same";
  throw new UserError(
    `there is an account ${quoted(name)}${what} already; nothing was changed`,
    ExitCode.failed,
    ["choose another name"],
  );
}
