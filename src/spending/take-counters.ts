/** HOTP counters: the ledger hands out each value once, and this computer remembers the last one that it was given. */
import { quoted, warn } from "../talk/say.ts";
import type { Needs } from "../world.ts";
import { olderFolder, openMemory } from "./spent-memory.ts";

export type CounterNeeds = Needs<"ledger" | "folder" | "stateFolder" | "clock" | "stderr">;

/** Advances the account's counter, and returns the first of the values that are now reserved for us; none is below `least`. */
export async function takeCounters(
  id: string,
  amount: number,
  needs: CounterNeeds,
  least = 0,
): Promise<number> {
  const memory = await openMemory(needs);
  return needs.ledger.edit(async (edit) => {
    const account = needs.ledger.accounts().find((one) => one.id === id);
    if (account?.otp.type !== "hotp") throw new Error("a counter-based account has no counter in the ledger");
    const next = account.otp.counter;
    const spent = memory.last(id) ?? -1;
    if (spent >= next)
      warn(
        needs,
        olderFolder(
          `the next code of ${quoted(account.name)} would be number ${next}, but ${spent} was used here; continuing with ${spent + 1}`,
          needs,
        ),
      );
    const counter = Math.max(next, least, spent + 1);
    edit.update({ ...account, otp: { ...account.otp, counter: counter + amount } });
    await memory.remember(id, counter, amount);
    return counter;
  });
}
