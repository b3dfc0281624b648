/** An account with its copies as scripts see them. Documented in docs/json.md; fields are added, never changed. Never includes a seed. */
import type { Account, Device } from "../ledger/account.ts";
import { lastProof, stateOf } from "../ledger/copy-states.ts";
import { accountJson } from "./json.ts";

export function accountDetailsJson(account: Account, devices: readonly Device[]) {
  const { otp, addedAt, removedAt } = account;
  return {
    ...accountJson(account),
    ...otp,
    addedAt,
    ...(removedAt === undefined ? {} : { removedAt }),
    copies: copiesJson(account, devices),
  };
}

export function copiesJson({ copies }: Account, devices: readonly Device[]) {
  return copies.map((copy) => {
    const device = devices.find(({ id }) => id === copy.device);
    return {
      device: device?.name ?? copy.device,
      kind: device?.kind ?? null,
      addedAt: copy.addedAt,
      confirmedAt: (device && lastProof(copy, device)) ?? copy.confirmedAt ?? null,
      status: stateOf(copy, device),
      ...(copy.deadSince === undefined ? {} : { deadSince: copy.deadSince }),
      ...(copy.wipedAt === undefined ? {} : { wipedAt: copy.wipedAt }),
      ...(copy.shownAt === undefined ? {} : { shownAt: copy.shownAt }),
      ...(device === undefined || device.state === "active" ? {} : { state: device.state }),
    };
  });
}
