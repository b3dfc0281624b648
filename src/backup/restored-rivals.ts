/**
 * The backup knows that an account here got a new seed on another computer, which comes with it now. A restore takes nothing out of
 * use, and only the service knows which of the two seeds works: the new one is marked, so that `audit` asks. Pure.
 */
import type { Account } from "../ledger/account.ts";
import type { BackupContent } from "./backup-content.ts";
import type { Step } from "./restore-step.ts";

/** `steps`: one for each account of the backup, then one for each removed one. `accounts`: those that are here. */
export function withRivals(
  steps: readonly Step[],
  { accounts: there, removed }: Pick<BackupContent, "accounts" | "removed">,
  accounts: readonly Account[],
): Step[] {
  const marked = [...steps];
  removed.forEach(({ account: { replacedBy, removedAt = "" } }, i) => {
    const at = there.findIndex(({ account }) => account.id === replacedBy);
    const [newer, old] = [marked[at], steps[there.length + i]];
    // One that was here before is no news: who has removed either of the two has decided.
    if (newer?.status !== "added" || old === undefined) return;
    const known = old.status === "exists" ? old.account.id : old.account.replacedBy;
    const rival = accounts.find(({ id }) => id === known);
    if (rival === undefined) return;
    const note = `is a new seed of "${rival.name}", which it got elsewhere on ${removedAt.slice(0, 10)}: only one of the two works, so remove the one whose codes the service refuses`;
    marked[at] = {
      ...newer,
      account: { ...newer.account, rival: rival.id },
      notes: [...newer.notes, note],
    };
  });
  return marked;
}
