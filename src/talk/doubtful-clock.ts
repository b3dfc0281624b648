/** A clock that was reset, such as to 1970, makes wrong codes: what the ledger has noted later shows that it is wrong. */
import type { Account } from "../ledger/account.ts";
import type { Ports } from "../ports/index.ts";
import { warn } from "./say.ts";

/** Milliseconds by which the clocks of computers that share a ledger may differ. */
const TOLERANCE = 3_600_000;

/** Warns if the time of codes is before one of the accounts was added. */
export function doubtClock(accounts: readonly Account[], now: number, needs: Pick<Ports, "stderr">): void {
  const later = accounts.find(({ addedAt }) => Date.parse(addedAt) > now + TOLERANCE);
  if (later === undefined) return;
  const [here, there] = [new Date(now).toISOString(), later.addedAt].map((time) => time.slice(0, 10));
  warn(
    needs,
    `this computer's clock says ${here}, but this was added on ${there}: if the clock is wrong, so is the code`,
  );
}
