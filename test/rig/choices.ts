/** Chooses the commands of a round. */
import type { Enrollment } from "../../src/otp/enrollment.ts";
import type { Known, Operation, Tools } from "./operations.ts";
import * as operations from "./operations.ts";
import type { View } from "./view.ts";

const MOST_AT_ONCE = 8;
const MANY_ACCOUNTS = 24;
/** Moving copies, reads back and deletes each account. */
const MANY_TO_MOVE = 8;

interface Situation {
  readonly view: View;
  readonly codeAccounts: readonly Enrollment[];
  /** The commands killed in the last round. */
  readonly again: readonly Operation[];
  readonly canMove: boolean;
}

/** Two to eight commands for one round. */
export async function choose(
  { view, codeAccounts, again, canMove }: Situation,
  tools: Tools,
): Promise<Operation[]> {
  const { random } = tools;
  const keys = codeAccounts.map(operations.keyOf);
  const [counting, hasty] = keys.map((key) => view.here.find((one) => one.key === key));
  // A removed seed may be added again: then it is there twice, as requested.
  const chosen: Operation[] = again.filter(
    ({ touches }) => random() < 0.7 && !view.removed.some(({ key }) => touches.includes(key)),
  );
  const repeated = chosen.flatMap(({ touches }) => touches);
  const free = view.here.filter(({ key }) => ![...keys, ...repeated].includes(key));

  const some = (amount: number) => Array.from({ length: amount }, () => operations.newEnrollment(tools));
  const pick = (list: readonly Known[]): Known | undefined => list[Math.floor(random() * list.length)];
  const of = (account: Known | undefined, make: (account: Known, tools: Tools) => Operation): Operation[] =>
    account === undefined ? [] : [make(account, tools)];
  /** Two commands that want the same name are refused for reasons that the model does not know. */
  const replaced = (): Operation[] => {
    const old = pick(free);
    if (old === undefined || chosen.some(({ touches }) => touches.includes(old.key))) return [];
    free.splice(free.indexOf(old), 1);
    return [operations.replace(old, operations.newEnrollment(tools))];
  };
  const twice = (operation: Operation): Operation[] => [operation, operation];
  const newOnes: Choices = [
    [3, () => [operations.add(some(1))]],
    [2, () => [operations.add(some(3))]],
    [2, () => twice(operations.add(some(2)))],
    [3, () => [operations.importFile(some(5), tools)]],
    [3, async () => [await operations.restoreBackup(some(4), tools)]],
  ];
  /** Only commands that survive can get in each other's way. */
  const spared = (operation: Operation): Operation => ({ ...operation, isSpared: true });
  const moves: Choices = [
    [12, () => [operations.moveStore("keyring")]],
    [12, () => [operations.moveStore("file")]],
    [4, () => twice(spared(operations.moveStore("keyring")))],
    [4, () => twice(spared(operations.moveStore("file")))],
  ];
  const choices: Choices = [
    ...(free.length > (canMove ? MANY_TO_MOVE : MANY_ACCOUNTS) ? [] : newOnes),
    ...(canMove ? moves : []),
    [3, () => [operations.addDevice(tools)]],
    [8, () => of(pick(free), operations.rename)],
    [6, () => of(pick(free), operations.remove)],
    [6, () => of(pick(view.removed), operations.restore)],
    [3, replaced],
    [6, () => of(counting, (one) => operations.code(one))],
    [6, () => of(counting, (one) => operations.code(one, "--once"))],
    [3, () => of(counting, (one) => operations.code(one, "--once", "--pair"))],
    [6, () => of(hasty, (one) => operations.code(one, "--once", "--no-wait"))],
    [3, () => (hasty === undefined ? [] : operations.race(hasty, tools))],
  ];
  if (view.here.length === 0) chosen.push(operations.add(codeAccounts));
  const wanted = 2 + Math.floor(random() * (MOST_AT_ONCE - 1));
  while (chosen.length < wanted) chosen.push(...(await weighted(choices, random)()));
  return chosen.slice(0, MOST_AT_ONCE);
}

export type Choices = readonly (readonly [weight: number, make: () => Operation[] | Promise<Operation[]>])[];

export function weighted(choices: Choices, random: () => number): Choices[number][1] {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of choices) {
    left -= weight;
    if (left < 0) return make;
  }
  return () => [];
}
