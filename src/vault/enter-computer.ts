/** Enters this computer among the devices where a command stores seeds in it. */
import type { LedgerEdit } from "../ledger/edit-ledger.ts";
import { type HereNeeds, renewed, type ThisComputer, thisComputer } from "../ledger/this-computer.ts";
import { sayComputer } from "../talk/say-computer.ts";
import type { Needs } from "../world.ts";

export type EnterNeeds = HereNeeds & Needs<"stderr">;

/** Call it under the lock, with the store open. undefined where this computer is not to be a device: see thisComputer. */
export async function enterComputer(edit: LedgerEdit, needs: EnterNeeds): Promise<ThisComputer | undefined> {
  const here = await thisComputer(edit, needs);
  if (here === undefined) return undefined;
  sayComputer(here, needs);
  return { ...here, device: renewed(here.device, edit, needs) };
}
