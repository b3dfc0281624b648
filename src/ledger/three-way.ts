/** Merges one value that two sides may have changed since they last agreed. Pure; the same result on either side. */

export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The value of the side that changed it; if both changed it differently, `resolve` decides, which must be symmetric. */
export function threeWay<T>(base: T, ours: T, theirs: T, resolve: (ours: T, theirs: T) => T): T {
  if (sameValue(ours, theirs) || sameValue(theirs, base)) return ours;
  return sameValue(ours, base) ? theirs : resolve(ours, theirs);
}

/** The defined one of two values; if both are, the first in the order of their JSON: arbitrary, but the same everywhere. */
export function firstOf<T>(a: T, b: T): T {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return JSON.stringify(a) <= JSON.stringify(b) ? a : b;
}

/** Of two ISO 8601 times, the earlier one; a missing or invalid time loses. */
export function earlier(a: unknown, b: unknown): unknown {
  return chosen(a, b, timeOf(a) < timeOf(b));
}

export function later(a: unknown, b: unknown): unknown {
  return chosen(a, b, timeOf(a) > timeOf(b));
}

function chosen(a: unknown, b: unknown, isFirst: boolean): unknown {
  if (a === undefined || b === undefined) return firstOf(a, b);
  const [isA, isB] = [!Number.isNaN(timeOf(a)), !Number.isNaN(timeOf(b))];
  if (isA !== isB) return isA ? a : b;
  return !isA || timeOf(a) === timeOf(b) ? firstOf(a, b) : isFirst ? a : b;
}

function timeOf(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}

/** Sorted in the order of `known`; items that are not in it follow, sorted by `compare`. */
export function inOrderOf<T>(
  list: readonly T[],
  known: readonly string[],
  nameOf: (item: T) => string,
  compare: (a: T, b: T) => number,
): T[] {
  const place = (item: T): number => {
    const at = known.indexOf(nameOf(item));
    return at < 0 ? known.length : at;
  };
  return list.toSorted((a, b) => place(a) - place(b) || compare(a, b));
}

export function byAge(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
  const key = (one: Readonly<Record<string, unknown>>): string =>
    `${String(one.addedAt)} ${String(one.id ?? one.device)}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
