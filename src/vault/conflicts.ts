/** A new seed for a login that is already enrolled: reissued by the service, or a second, separate enrollment. */

import { ExitCode, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { looksSame } from "../base/visible-text.ts";
import type { Account, Device } from "../ledger/account.ts";
import { deviceOf } from "../ledger/copy-states.ts";
import type { Enrollment } from "../otp/enrollment.ts";
import { count, quoted } from "../talk/say.ts";

/**
 * Returns the account that this one would replace: the one with this name or, if the user chose no name, the one that the
 * service calls the same, whatever its name is here.
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
  throw new UserError("this seed could belong to several accounts; nothing was added", ExitCode.ambiguous, [
    ...[found, ...others].flatMap((one) =>
      one === undefined ? [] : [`${printable(one.name)}  (id ${one.id})`],
    ),
    "choose the one to replace with --replace --name NAME, or add the seed under a new --name",
  ]);
}

/** The accounts that the service calls the same but that have another seed: reissued, or a second device of the same user. */
export function sameLogin(account: Account, accounts: readonly Account[]): Account[] {
  return accounts.filter((other) => other.id !== account.id && isSameLogin(other, account));
}

/** The service calls both the same: same issuer, same label. */
export function isSameLogin(
  account: Account,
  { issuer, label }: Pick<Enrollment, "issuer" | "label">,
): boolean {
  return account.issuer === issuer && account.label === label;
}

export interface Holders {
  readonly devices: readonly Device[];
  /** The device that this computer is. */
  readonly here: Device | undefined;
}

export function nameTaken(
  name: string,
  { issuer, label }: Enrollment,
  taken: Account | undefined,
  replace: boolean,
  { devices, here }: Holders,
): UserError {
  const who = issuer && label ? `${quoted(label)} at ${quoted(issuer)}` : quoted(issuer || label);
  const others = taken === undefined ? [] : otherHolders(taken, { devices, here });
  const elsewhere =
    others.length === 0 ? "" : `, here or on ${count(others.length, "other device")} (${others.join(", ")})`;
  return new UserError(
    `${quoted(taken?.name ?? name)} already exists with a different seed; nothing was added`,
    ExitCode.failed,
    [
      ...(replace
        ? []
        : [
            `if the service issued a new seed, the old one no longer works${elsewhere}: --replace archives it`,
          ]),
      `if it is a second, separate enrollment of ${who}: add it under another name with --name NAME`,
    ],
  );
}

function otherHolders(account: Account, { devices, here }: Holders): string[] {
  const others = account.copies
    .flatMap((copy) => deviceOf(copy, devices) ?? [])
    .filter(({ id }) => id !== here?.id);
  return others.map(({ name }) => printable(name, 30));
}

/** Throws UserError (exit 1) if the name of another account looks the same: users could not tell the two apart. */
export function requireFreeName(
  name: string,
  accounts: readonly Account[],
  self: Account,
  hint = "choose another name",
): void {
  const taken = accounts.find((other) => looksSame(other.name, name) && other.id !== self.id);
  if (taken === undefined) return;
  const what = taken.name === name ? `named ${quoted(name)}` : `whose name looks like ${quoted(name)}`;
  throw new UserError(`an account ${what} already exists; nothing was changed`, ExitCode.failed, [hint]);
}
