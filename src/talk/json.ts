/** An account as scripts see it. Documented in docs/json.md; fields are added, never changed. Never includes a seed. */
import type { Account, Device } from "../ledger/account.ts";

/** An account without an id is not in the ledger: `code --env` makes one. */
export function accountJson({ id, name, issuer, label }: Account) {
  return { id: id || null, name, issuer, label };
}

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
      confirmedAt: copy.confirmedAt ?? null,
      ...(copy.deadSince === undefined ? {} : { deadSince: copy.deadSince }),
      ...(device === undefined || device.state === "active" ? {} : { state: device.state }),
    };
  });
}
