/** A home whose seeds move between the two stores: repeating a killed move finishes it, and then one store is in use. */
import type { Computer } from "../helpers/binary.ts";
import type { Inside } from "./inside.ts";
import { runUntil } from "./process.ts";
import type { Ended } from "./round.ts";
import { readView, type View } from "./view.ts";
import { unexplained } from "./world.ts";

/** Returns the view after the move, or `before` if nothing was moved in this round. */
export async function finishMove(
  ended: readonly Ended[],
  computer: Computer,
  here: Inside,
  before: View,
  addProblem: (problem: string) => void,
): Promise<View> {
  const last = ended.findLast(({ operation }) => operation.args[1] === "move");
  if (last === undefined) return before;
  const { args, report } = last.operation;
  const { exitCode, stderr } = await runUntil("none", computer, args);
  if (exitCode !== 0 || !report.test(stderr) || /warning|can't/.test(stderr))
    addProblem(`${args.join(" ")}, repeated: exit ${exitCode}, ${stderr}`);
  const after = await readView(here, addProblem);
  const fault = unexplained(before.world, [{ step: last.operation, ending: "done" }], after.world);
  if (fault !== undefined) addProblem(`after ${args.join(" ")}, repeated: ${fault}`);
  await requireOneStore(here, addProblem);
  return after;
}

/** Except for seeds that a killed restore left in the keyring: they stay there, because they may belong to another home. */
async function requireOneStore(here: Inside, addProblem: (problem: string) => void): Promise<void> {
  const { ledger } = here;
  const other = here.storeInUse() === "file" ? "keyring" : "file";
  for (const { id, name, adopted } of [...ledger.accounts(), ...ledger.removed()]) {
    if (!adopted && (await here.holds(other, id)))
      addProblem(`"${name}" is also still in the ${other} store`);
  }
}
