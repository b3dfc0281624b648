/**
 * A computer that was installed again, or that lost its state folder, finds itself in its backup under an id that it no longer
 * has. It holds nothing there any more: what that entry had proved must not make one computer look like two. Pure.
 */
import type { Account, Device } from "../ledger/account.ts";
import { copyOn, withoutProof } from "../ledger/copies.ts";
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
    account: doubted.reduce(withoutThisProof, entry.account),
  });
  return { ...content, accounts: content.accounts.map(unproved), removed: content.removed.map(unproved) };
}

/** What was proved later, here or elsewhere, counts on. */
function withoutThisProof(account: Account, device: Device): Account {
  const at = copyOn(account, device)?.confirmedAt;
  return at === undefined ? account : withoutProof(account, device, at);
}
