/** Counter-based accounts (HOTP) that were here already: the higher counter is right, because the service has moved on. */

import { note, quoted } from "../../talk/say.ts";
import type { Enrolled } from "../../vault/enrolled.ts";
import type { Needs } from "../../world.ts";

export function isAhead({ status, account, enrollment }: Enrolled): boolean {
  const [here, there] = [account.otp, enrollment.otp];
  return status === "exists" && here.type === "hotp" && there.type === "hotp" && there.counter > here.counter;
}

export async function advanceCounters(
  enrolled: readonly Enrolled[],
  needs: Needs<"stderr" | "ledger">,
): Promise<void> {
  const counters = new Map<string, number>();
  for (const { status, account, enrollment } of enrolled) {
    if (status !== "exists" || enrollment.otp.type !== "hotp") continue;
    counters.set(account.id, Math.max(counters.get(account.id) ?? 0, enrollment.otp.counter));
  }
  if (counters.size === 0) return;
  await needs.ledger.edit(async (edit) => {
    for (const account of needs.ledger.accounts()) {
      const counter = counters.get(account.id);
      if (counter === undefined || account.otp.type !== "hotp" || counter <= account.otp.counter) continue;
      edit.update({ ...account, otp: { ...account.otp, counter } });
      note(needs, `the counter of ${quoted(account.name)} is now ${counter}, as in the import`);
    }
  });
}
