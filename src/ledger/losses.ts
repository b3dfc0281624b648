/** Which accounts a lost device has, which of them got a new seed since, and in which order to do the rest. Pure. */
import { isAws } from "../otp/enrollment.ts";
import type { Account, Device } from "./account.ts";
import { heldCopy } from "./copies.ts";
import { deviceOf, liveCopies, provedCopies } from "./copy-states.ts";

export interface AffectedAccount {
  readonly account: Account;
  /** This computer can still make its codes. */
  readonly here: boolean;
  /** Other active devices whose copy is confirmed. */
  readonly confirmedOn: readonly Device[];
}

export interface Loss {
  /** Accounts that still use the seed on the lost device; the most important first. */
  readonly open: readonly AffectedAccount[];
  /** Accounts that got a new seed since the loss: the lost device's codes no longer work. */
  readonly rotated: readonly Account[];
}

export function lossOf(
  device: Device,
  accounts: readonly Account[],
  removed: readonly Account[],
  devices: readonly Device[],
  here?: Pick<Device, "id">,
): Loss {
  const since = Date.parse(device.stateSince ?? device.addedAt);
  const held = (account: Account): boolean => heldCopy(account, device) !== undefined;
  const open = accounts.filter(held).map((account): AffectedAccount => {
    const live = liveCopies(account, devices);
    const holders = live.flatMap((copy) => deviceOf(copy, devices) ?? []);
    return {
      account,
      here: holders.some(({ id }) => id === here?.id),
      confirmedOn: provedCopies(account, devices).flatMap((copy) => {
        const holder = deviceOf(copy, devices);
        return holder !== undefined && holder.id !== here?.id ? [holder] : [];
      }),
    };
  });
  const rotated = removed.filter(
    (account) =>
      account.replacedBy !== undefined && Date.parse(account.removedAt ?? "") >= since && held(account),
  );
  return { open: open.sort(byImportance), rotated };
}

/** AWS root users first, then other AWS accounts, then the rest; within each, accounts with no other copy first. */
function byImportance(a: AffectedAccount, b: AffectedAccount): number {
  return weight(a) - weight(b) || (a.account.name < b.account.name ? -1 : 1);
}

function weight({ account, here, confirmedOn }: AffectedAccount): number {
  const base = isAwsRoot(account) ? 0 : isAws(account.issuer) ? 2 : 4;
  return base + (here || confirmedOn.length > 0 ? 1 : 0);
}

/** AWS lets any user give a device this name, so this is a good guess, not proof. */
export function isAwsRoot({ issuer, label }: Pick<Account, "issuer" | "label">): boolean {
  return /^root-account-mfa-device\b/.test(label) && (issuer === "" || isAws(issuer));
}
