/** What there is in a home, what commands make of it, and whether some order of them explains what was found. Pure. */

/** By what it is known for sure (an account by the code of its seed, a device by its name): how it stands. */
export type World = ReadonlyMap<string, string>;

/**
 * How a command ended: said to be done, refused, killed before it said anything, or refused for a reason that the world does
 * not know.
 */
export type Ending = "done" | "refused" | "killed" | "put off";

export interface Step {
  /** The keys in the world that it looks at or changes. */
  readonly touches: readonly string[];
  /** The world after it; undefined where it has to be refused, and changes nothing. */
  apply(world: World): World | undefined;
  /** The worlds that a kill may leave besides the untouched one and the one after it. */
  readonly parts?: readonly ((world: World) => World | undefined)[];
}

export interface Ended {
  readonly step: Step;
  readonly ending: Ending;
}

export function changed(world: World, ...changes: readonly (readonly [string, string | undefined])[]): World {
  const next = new Map(world);
  for (const [key, value] of changes) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** undefined where `found` is what the commands, in some order, make of `before`; else what it is not. */
export function unexplained(before: World, ended: readonly Ended[], found: World): string | undefined {
  const groups = together(ended);
  const touched = new Set(ended.flatMap(({ step }) => step.touches));
  const others = [...new Set([...before.keys(), ...found.keys()])].filter((key) => !touched.has(key));
  const strayed = others.filter((key) => before.get(key) !== found.get(key));
  if (strayed.length > 0)
    return strayed.map((key) => `${key}: ${before.get(key)} became ${found.get(key)}, untouched`).join("; ");
  for (const group of groups) {
    const keys = group.flatMap(({ step }) => step.touches);
    if (reaches(before, group, (world) => keys.every((key) => world.get(key) === found.get(key)))) continue;
    const said = keys.map((key) => `${key}: it was ${before.get(key)}, and is ${found.get(key)}`);
    return `${said.join("; ")} after ${group.map(({ ending }) => ending).join(", ")}`;
  }
  return undefined;
}

/** Those that touch the same thing, directly or over others. */
function together(ended: readonly Ended[]): Ended[][] {
  const groups: { keys: Set<string>; ended: Ended[] }[] = [];
  for (const one of ended) {
    const joined = { keys: new Set(one.step.touches), ended: [one] };
    for (const group of groups.filter(({ keys }) => one.step.touches.some((key) => keys.has(key)))) {
      for (const key of group.keys) joined.keys.add(key);
      joined.ended.push(...group.ended);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map((group) => group.ended);
}

function reaches(world: World, left: readonly Ended[], isIt: (world: World) => boolean): boolean {
  if (left.length === 0) return isIt(world);
  return left.some((one) => {
    const others = left.filter((other) => other !== one);
    return outcomes(world, one).some((next) => reaches(next, others, isIt));
  });
}

function outcomes(world: World, { step, ending }: Ended): World[] {
  const after = step.apply(world);
  if (ending === "put off") return [world];
  if (ending === "refused") return after === undefined ? [world] : [];
  if (ending === "done") return after === undefined ? [] : [after];
  const parts = (step.parts ?? []).map((part) => part(world));
  return [world, after, ...parts].filter((one) => one !== undefined);
}
