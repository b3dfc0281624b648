/**
 * Dates in the future, which a clock wrote that was ahead. They are set back only if a time server says that the clock is right now:
 * otherwise every date of the ledger might be one.
 */
import type { Account, Copy, Device } from "../../ledger/account.ts";
import { deviceOf } from "../../ledger/copy-states.ts";
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
  const capped = <T extends object>(item: T, keys: readonly (keyof T & string)[]): T => {
    const late = keys.filter((key) => {
      const time = item[key];
      return typeof time === "string" && isFuture(time);
    });
    if (late.length === 0) return item;
    return { ...item, ...Object.fromEntries(late.map((key) => [key, new Date(now).toISOString()])) };
  };
  const copyOf = (copy: Copy, devices: readonly Device[]): Copy => {
    const { confirmedAt, ...unproved } = copy;
    // When another device really proved it, no one knows: it has to do so again. A computer proves its copy with each code.
    const isLost = isFuture(confirmedAt) && deviceOf(copy, devices)?.computer === undefined;
    const kept: Copy = isLost ? unproved : copy;
    return capped(kept, ["addedAt", "confirmedAt", "doubtedAt", "deadSince", "wipedAt", "shownAt"]);
  };
  const accountOf = (account: Account, devices: readonly Device[]): Account => {
    const copies = account.copies.map((copy) => copyOf(copy, devices));
    const isChanged = copies.some((copy, i) => copy !== account.copies[i]);
    return capped(isChanged ? { ...account, copies } : account, ["addedAt", "removedAt"]);
  };
  return needs.ledger.edit(async (edit) => {
    const devices = needs.ledger.devices();
    const before = [...needs.ledger.accounts(), ...needs.ledger.removed()];
    const changed = before
      .map((account) => accountOf(account, devices))
      .filter((account, i) => account !== before[i]);
    for (const account of changed) edit.update(account);
    const known = devices.map(
      (device): Device => capped(device, ["addedAt", "stateSince", "wipedAt", "placedAt", "openedAt"]),
    );
    const set = known.filter((device, i) => device !== devices[i]);
    if (set.length > 0) edit.saveDevices(known);
    if (changed.length + set.length === 0) return [];
    return [
      `set dates in the future of ${count(changed.length, "account")} and ${count(set.length, "device")} back to now; proofs among them have to be given again`,
    ];
  });
}
