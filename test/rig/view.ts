/** Reads a home into the form of the model (World). */
import type { Inside } from "./inside.ts";
import type { Known } from "./operations.ts";
import * as operations from "./operations.ts";
import type { World } from "./world.ts";

export interface View {
  readonly world: World;
  readonly here: readonly Known[];
  readonly removed: readonly Known[];
  readonly counters: ReadonlyMap<string, number>;
}

/** Reads everything in the home, including seeds. Anything that can't be read, and any message about it, is a problem. */
export async function readView(here: Inside, addProblem: (problem: string) => void): Promise<View> {
  const inUse = here.storeInUse();
  const world = new Map<string, string>(inUse === undefined ? [] : [[operations.STORE, inUse]]);
  const lists = { here: [] as Known[], removed: [] as Known[] };
  const counters = new Map<string, number>();
  const { ledger } = here;
  const all = [
    ...ledger.accounts().map((account) => ({ account, isRemoved: false })),
    ...ledger.removed().map((account) => ({ account, isRemoved: true })),
  ];
  const store = all.length === 0 ? undefined : await here.seeds();
  for (const { account, isRemoved } of all) {
    const { id, name, otp } = account;
    const enrollment = await store
      ?.get(id)
      .catch((error: unknown) => addProblem(`"${name}" has no seed: ${error}`));
    if (!enrollment) continue;
    const key = operations.keyOf(enrollment);
    if (world.has(key)) addProblem(`"${name}" is there twice`);
    world.set(key, operations.stateOf(name, isRemoved));
    lists[isRemoved ? "removed" : "here"].push({ id, key, name });
    if (otp.type === "hotp") counters.set(id, otp.counter);
  }
  for (const { name, state, kind } of ledger.devices())
    if (kind !== "computer") world.set(operations.deviceKey(name), state);
  const computers = ledger.devices().filter(({ kind }) => kind === "computer");
  if (new Set(computers.map(({ computer }) => computer)).size < computers.length)
    addProblem("a computer is there twice, or without an id");
  for (const text of here.messages()) addProblem(`message: ${text}`);
  return { world, ...lists, counters };
}
