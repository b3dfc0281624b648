/**
 * Dates in the future, which a clock wrote that was ahead. They are set back only if a time server says that the clock is right now:
 * otherwise every date of the ledger might be one.
 */
import type { Account, Copy, Device } from "../../ledger/account.ts";
import { count } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { CLOCK_TOLERANCE } from "./check-ledger.ts";
import type { Line } from "./lines.ts";

/** `clocks`: what the servers said that the user named. Returns sentences about what was done. */
export async function repairDates(
  clocks: readonly Line[],
  needs: Needs<"clock" | "ledger">,
): Promise<string[]> {
  if (clocks.length === 0 || clocks.some(({ state }) => state !== "ok")) return [];
  const now = needs.clock.now();
  const isFuture = (time: string | undefined): boolean =>
    time !== undefined && Date.parse(time) > now + CLOCK_TOLERANCE;
  const capped = <T extends object>(item: T, keys: readonly (keyof T)[]): T =>
    keys.reduce((one, key) => {
      const time = one[key];
      return typeof time === "string" && isFuture(time)
        ? { ...one, [key]: new Date(now).toISOString() }
        : one;
    }, item);
  const copyOf = (copy: Copy): Copy => {
    const { confirmedAt, ...unproved } = copy;
    // When it really was proved, no one knows: it has to be again.
    return capped(isFuture(confirmedAt) ? unproved : copy, ["addedAt", "deadSince", "wipedAt", "shownAt"]);
  };
  const accountOf = (account: Account): Account => {
    const copies = account.copies.map(copyOf);
    const isChanged = copies.some((copy, i) => copy !== account.copies[i]);
    return capped(isChanged ? { ...account, copies } : account, ["addedAt", "removedAt"]);
  };
  return needs.ledger.edit(async (edit) => {
    const before = [...needs.ledger.accounts(), ...needs.ledger.removed()];
    const changed = before.map(accountOf).filter((account, i) => account !== before[i]);
    for (const account of changed) edit.update(account);
    const devices = needs.ledger.devices();
    const known = devices.map(
      (device): Device => capped(device, ["addedAt", "stateSince", "wipedAt", "placedAt"]),
    );
    const set = known.filter((device, i) => device !== devices[i]);
    if (set.length > 0) edit.saveDevices(known);
    if (changed.length + set.length === 0) return [];
    return [
      `set dates in the future of ${count(changed.length, "account")} and ${count(set.length, "device")} back to now; proofs among them have to be given again`,
    ];
  });
}
