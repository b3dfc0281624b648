/** An export of a device proves that the device has the seeds in it, and casts doubt on what it lacks. */
import type { Account, Device } from "../ledger/account.ts";
import { copyOn, withoutProof, withProof } from "../ledger/copies.ts";
import { isProof } from "../ledger/copy-states.ts";
import { progressOf } from "../talk/progress.ts";
import type { Needs } from "../world.ts";

export interface Judged {
  readonly confirmed: readonly Account[];
  /** They counted as confirmed, and no longer do. */
  readonly doubted: readonly Account[];
}

/** `at`: when the export was made. What the ledger has learned since is not changed by it. */
export async function recordExport(
  device: Device,
  { has, lacks }: { readonly has: ReadonlySet<string>; readonly lacks: ReadonlySet<string> },
  at: number,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<Judged> {
  const time = new Date(at).toISOString();
  const isNews = (account: Account): boolean => {
    const { confirmedAt, doubtedAt, deadSince, wipedAt } = copyOn(account, device) ?? {};
    return [confirmedAt, doubtedAt, deadSince, wipedAt, device.wipedAt].every(
      (known) => known === undefined || Date.parse(known) < at,
    );
  };
  return needs.ledger.edit(async (edit) => {
    const accounts = needs.ledger.accounts().filter(isNews);
    const confirmed = accounts.filter(({ id }) => has.has(id));
    const doubted = accounts.filter((account) => {
      const copy = copyOn(account, device);
      return lacks.has(account.id) && copy !== undefined && isProof(copy, device);
    });
    const progress = progressOf("noting copy", needs);
    for (const [i, account] of confirmed.entries()) {
      progress.at(i, confirmed.length);
      edit.update(withProof(account, device, time));
    }
    progress.end();
    for (const account of doubted) edit.update(withoutProof(account, device, time));
    return { confirmed, doubted };
  });
}
