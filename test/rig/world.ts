/**
 * A model of a home: its content, how commands change it, and whether some order of the commands explains what was found. Pure.
 */

/** Maps a reliable key (for an account a code of its seed, for a device its name) to its state. */
export type World = ReadonlyMap<string, string>;

/**
 * How a command ended: it reported success, it refused, it was killed before it reported anything, or it refused for a reason
 * that the model does not know.
 */
export type Ending = "done" | "refused" | "killed" | "put off";

export interface Step {
  /** The keys in the World that it reads or changes. */
  readonly touches: readonly string[];
  /** The World after it; undefined if it must be refused and change nothing. */
  apply(world: World): World | undefined;
  /** Other Worlds that a kill may leave, in addition to the unchanged one and the one after it. */
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

/** Returns undefined if the commands, in some order, turn `before` into `found`; otherwise describes the difference. */
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
    const differences = keys.map((key) => `${key}: it was ${before.get(key)}, and is ${found.get(key)}`);
    return `${differences.join("; ")} after ${group.map(({ ending }) => ending).join(", ")}`;
  }
  return undefined;
}

/** Groups the commands that touch the same key, directly or through other commands. */
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
