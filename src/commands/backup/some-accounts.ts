/** A backup of the accounts that the user chose, such as a page for a journey. */
import type { Account, Device } from "../../ledger/account.ts";
import { findAccounts } from "../../ledger/find-several.ts";
import type { Needs } from "../../world.ts";

/** The ids of the accounts. */
export type Chosen = ReadonlySet<string>;

/** undefined: all of them. Throws UserError (exit 3 or 4). */
export async function chosenIds(
  queries: readonly string[],
  { ledger }: Needs<"ledger">,
): Promise<Chosen | undefined> {
  if (queries.length === 0) return undefined;
  const accounts = await findAccounts(ledger.accounts(), queries, ledger);
  return new Set(accounts.map(({ id }) => id));
}

export interface Everything {
  readonly accounts: readonly Account[];
  readonly removed: readonly Account[];
  readonly devices: readonly Device[];
  /** Ids. */
  readonly damaged: readonly string[];
}

/** No removed account, and of the devices only those that hold one of the accounts. */
export function partOf({ accounts, devices, damaged }: Everything, chosen: Chosen): Everything {
  const kept = accounts.filter(({ id }) => chosen.has(id));
  const holders = new Set(kept.flatMap(({ copies }) => copies.map(({ device }) => device)));
  return {
    accounts: kept,
    removed: [],
    devices: devices.filter(({ id }) => holders.has(id)),
    damaged: damaged.filter((id) => chosen.has(id)),
  };
}

/** The device with a note whether it has only a part of the accounts; an earlier backup of its name may have had another. */
export function withExtent({ part: _, ...device }: Device, part: Chosen | string | undefined): Device {
  return part === undefined ? device : { ...device, part: "chosen" };
}
