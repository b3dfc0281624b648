/**
 * A computer that was installed again, or that lost its state folder, finds itself in its backup under an id that it no longer
 * has. It holds nothing there any more: what that entry had proved must not make one computer look like two. Pure.
 */
import type { Device } from "../ledger/account.ts";
import { withoutProof } from "../ledger/copies.ts";
import { mayBe } from "../ledger/this-computer.ts";
import type { BackupContent, BackupEntry } from "./backup-content.ts";

/** `id` is the computer's own, if it has one already. */
export interface Self {
  readonly hostname: string;
  readonly id: string | undefined;
}

/** Those of the devices that may be this computer as it was entered before. */
export function earlierSelves(devices: readonly Device[], { hostname, id }: Self): Device[] {
  return devices.filter((one) => mayBe(one, [hostname]) && (id === undefined || one.computer !== id));
}

/** The backup, without what these computers had proved. */
export function withoutEarlierSelves(content: BackupContent, self: Self): BackupContent {
  const doubted = earlierSelves(content.devices, self);
  const unproved = (entry: BackupEntry): BackupEntry => ({
    ...entry,
    account: doubted.reduce(withoutProof, entry.account),
  });
  return { ...content, accounts: content.accounts.map(unproved), removed: content.removed.map(unproved) };
}
