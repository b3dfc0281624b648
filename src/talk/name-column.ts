/** The first column of a table: names, as wide as the widest, cut in the middle only where a window would wrap the lines. */

import type { Ports } from "../ports/index.ts";
import { columnsOf, fittedName, padded } from "./columns.ts";
import { isInteractive } from "./say.ts";

/** A name needs as many columns in any window; a narrower one wraps. */
const LEAST = 12;

/** `rest`: the columns that the other cells take. */
export function nameColumn(
  names: readonly string[],
  rest: number,
  needs: Pick<Ports, "stdout" | "terminal">,
): string[] {
  const widest = Math.max(0, ...names.map(columnsOf));
  const window = isInteractive(needs) ? needs.terminal()?.size.columns : undefined;
  const width = window === undefined ? widest : Math.min(widest, Math.max(LEAST, window - rest));
  return names.map((name) => (columnsOf(name) > width ? fittedName(name, width) : padded(name, width)));
}
