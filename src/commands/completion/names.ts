/** Accounts and devices as candidates. Never offers what could break or disguise a line. Pure. */

import { printable } from "../../base/printable.ts";
import type { Account, Device } from "../../ledger/account.ts";
import type { Candidate } from "./candidates.ts";

/** By name, or by id if the name can't be typed or would be mistaken for an option. */
export function accountsOf(accounts: readonly Account[]): Candidate[] {
  return accounts.map((account) => {
    const { id, name, issuer, label } = account;
    if (!isTypeable(name)) return { value: id, description: printable(name) };
    const about = [issuer, label].filter(Boolean).join(":");
    return { value: name, description: about === name ? "" : printable(about) };
  });
}

export function devicesOf(devices: readonly Device[]): Candidate[] {
  return devices
    .filter(({ name }) => isTypeable(name))
    .map(({ name, kind, state }) => ({
      value: name,
      description: state === "active" ? kind : `${kind}, ${state}`,
    }));
}

function isTypeable(name: string): boolean {
  return name !== "" && !name.startsWith("-") && printable(name, Number.POSITIVE_INFINITY) === name;
}
