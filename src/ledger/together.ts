/** Accounts with the devices that they have copies on, read while another process may be changing both. */
import type { Account, Device } from "./account.ts";
import { unknownDevices } from "./checkup.ts";
import type { Ledger } from "./ledger.ts";

interface Together {
  readonly accounts: readonly Account[];
  readonly devices: readonly Device[];
}

/** A new device is written before the first copy on it, so it is read after that; one that goes away is the other way around. */
export function together({ ledger }: { readonly ledger: Pick<Ledger, "accounts" | "devices"> }): Together {
  const look = (): Together => ({ accounts: ledger.accounts(), devices: ledger.devices() });
  const first = look();
  return unknownDevices(first.accounts, first.devices).length === 0 ? first : look();
}
