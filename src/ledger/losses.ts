/** What a lost device held, what has been done about it since, and in which order to do the rest. Pure. */
import { isAws } from "../otp/enrollment.ts";
import type { Account, Device } from "./account.ts";
import { copyOn, deviceOf, liveCopies } from "./copies.ts";

export interface Held {
  readonly account: Account;
  /** This computer can still make its codes. */
  readonly here: boolean;
  /** Other devices at hand that have proved to hold it. */
  readonly confirmedOn: readonly Device[];
}

export interface Loss {
  /** Still with the seed that the lost device holds; the most important first. */
  readonly open: readonly Held[];
  /** Since the loss they got a new seed: what the lost device shows is dead. */
  readonly rotated: readonly Account[];
}

export function lossOf(
  device: Device,
  accounts: readonly Account[],
  removed: readonly Account[],
  devices: readonly Device[],
): Loss {
  const since = Date.parse(device.stateSince ?? device.addedAt);
  const held = (account: Account): boolean =>
    copyOn(account, device)?.deadSince === undefined && copyOn(account, device) !== undefined;
  const open = accounts.filter(held).map((account): Held => {
    const live = liveCopies(account, devices);
    const holders = live.flatMap((copy) => deviceOf(copy, devices) ?? []);
    return {
      account,
      here: holders.some(({ host }) => host !== undefined),
      confirmedOn: live.flatMap((copy) => {
        const holder = deviceOf(copy, devices);
        return copy.confirmedAt !== undefined && holder !== undefined && holder.host === undefined
          ? [holder]
          : [];
      }),
    };
  });
  const rotated = removed.filter(
    (account) =>
      account.replacedBy !== undefined && Date.parse(account.removedAt ?? "") >= since && held(account),
  );
  return { open: open.sort(byImportance), rotated };
}

/** The root user first, then the rest of AWS, then what no other device can stand in for. */
function byImportance(a: Held, b: Held): number {
  return weight(a) - weight(b) || (a.account.name < b.account.name ? -1 : 1);
}

function weight({ account, here, confirmedOn }: Held): number {
  const base = isAwsRoot(account) ? 0 : isAws(account.issuer) ? 2 : 4;
  return base + (here || confirmedOn.length > 0 ? 1 : 0);
}

/** AWS lets any user's device have this name, so it is a good guess and no proof. */
export function isAwsRoot({ issuer, label }: Pick<Account, "issuer" | "label">): boolean {
  return /^root-account-mfa-device\b/.test(label) && (issuer === "" || isAws(issuer));
}
