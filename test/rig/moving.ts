/** A home whose seeds move between the two stores: said again, a move that was killed is finished, and one store is in use. */
import type { Computer } from "../helpers/binary.ts";
import type { Inside } from "./inside.ts";
import { runUntil } from "./process.ts";
import type { Ended } from "./round.ts";
import { look, type View } from "./view.ts";
import { unexplained } from "./world.ts";

/** What is there after it; `before`, where nothing was moved in this round. */
export async function finishMove(
  ended: readonly Ended[],
  computer: Computer,
  here: Inside,
  before: View,
  said: (problem: string) => void,
): Promise<View> {
  const last = ended.findLast(({ operation }) => operation.args[1] === "move");
  if (last === undefined) return before;
  const { args, report } = last.operation;
  const { exitCode, stderr } = await runUntil("none", computer, args);
  if (exitCode !== 0 || !report.test(stderr) || /warning|can't/.test(stderr))
    said(`${args.join(" ")}, said again: exit ${exitCode}, ${stderr}`);
  const after = await look(here, said);
  const fault = unexplained(before.world, [{ step: last.operation, ending: "done" }], after.world);
  if (fault !== undefined) said(`after ${args.join(" ")}, said again: ${fault}`);
  await requireOneStore(here, said);
  return after;
}

/** But for what a killed restore had left in the keyring: that stays there, as it may be another home's. */
async function requireOneStore(here: Inside, said: (problem: string) => void): Promise<void> {
  const { ledger } = here;
  const other = here.storeInUse() === "file" ? "keyring" : "file";
  for (const { id, name, adopted } of [...ledger.accounts(), ...ledger.removed()]) {
    if (!adopted && (await here.holds(other, id))) said(`"${name}" is still in the ${other} store, too`);
  }
}
