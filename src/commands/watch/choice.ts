/** What the keys do to the list: the filter and the selected account. Pure. */

import { matches } from "../../ledger/find.ts";
import type { Key, KeyName } from "../../ports/terminal.ts";
import type { Watched } from "./watched.ts";

export interface Choice {
  readonly filter: string;
  /** The account's id; it stays selected while it is shown. */
  readonly selected?: string;
}

const LONGEST_FILTER = 30;
const PAGE = 10;

/** Rows down (or up), wrapping around at the ends. */
const STEPS: Partial<Readonly<Record<KeyName, number>>> = { down: 1, tab: 1, up: -1, "back-tab": -1 };
/** These stop at the ends. */
const LEAPS: Partial<Readonly<Record<KeyName, number>>> = {
  "page-down": PAGE,
  "page-up": -PAGE,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

/** The accounts that match every word of the filter, as for `code`. A "/" only begins it. */
export function matching(watched: readonly Watched[], filter: string): readonly Watched[] {
  const words = filter
    .replace(/^\//, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  return watched.filter(({ account }) => words.every((word) => matches(account, word)));
}

/** The position of the selected account, or of the first one if it is not shown. */
export function positionOf(shown: readonly Watched[], selected: string | undefined): number {
  return Math.max(
    0,
    shown.findIndex(({ account }) => account.id === selected),
  );
}

export function press(choice: Choice, key: Key, watched: readonly Watched[]): Choice | "copy" | "quit" {
  const { filter } = choice;
  if (key.name === "text")
    return filter === "" && key.text === "q" ? "quit" : filtered(choice, filter + key.text);
  if (key.name === "enter") return "copy";
  if (key.name === "escape") return filter === "" ? "quit" : filtered(choice, "");
  if (key.name === "clear") return filtered(choice, "");
  if (key.name === "backspace") return filtered(choice, [...filter].slice(0, -1).join(""));
  return moved(choice, key.name, matching(watched, filter));
}

function filtered(choice: Choice, filter: string): Choice {
  return { ...choice, filter: [...filter].slice(0, LONGEST_FILTER).join("") };
}

function moved(choice: Choice, name: KeyName, shown: readonly Watched[]): Choice {
  const [step, leap] = [STEPS[name], LEAPS[name] ?? 0];
  const last = shown.length - 1;
  const at = positionOf(shown, choice.selected);
  const to =
    step === undefined
      ? Math.min(Math.max(at + leap, 0), last)
      : (at + step + shown.length) % Math.max(1, shown.length);
  const account = shown[to]?.account;
  return account === undefined ? choice : { ...choice, selected: account.id };
}
