/** One account's row: marks, code, name, how many devices hold it, a bar of the time left. Pure. */
import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Steam, Totp } from "../../otp/enrollment.ts";
import { codeOf, remainingSeconds, stepAt } from "../../otp/one-time-code.ts";
import { columnsOf, fitted, fittedName } from "../../talk/columns.ts";
import { count } from "../../talk/say.ts";
import type { Watched } from "./watched.ts";

/** Widths in columns; 0: left out. */
export interface Layout {
  readonly all: number;
  readonly code: number;
  readonly name: number;
  readonly copies: number;
  readonly bar: number;
}

export interface RowState {
  readonly selected: boolean;
  readonly copied: boolean;
  /** HOTP: the code that was asked for. */
  readonly hotpCode: string | undefined;
}

/** Applies these SGR parameters to a text, if colors are wanted. */
export type Tint = (text: string, ...parameters: readonly string[]) => string;

export const TINTS = { bold: "1", dim: "2", red: "31", green: "32", yellow: "33" } as const;

const MARKS = 2;
const GAP = 2;
const TIME = 4;
/** With this many seconds left, a code that is typed now may arrive too late. */
const SOON = 5;

/** The name column is only as wide as the longest name, so that the bar stays near it in a wide window. */
export function layoutFor(watched: readonly Watched[], columns: number): Layout {
  const code = Math.max(...watched.map(({ maker }) => (maker instanceof UserError ? 0 : maker.otp.digits)));
  const longest = Math.max(...watched.map(({ account }) => columnsOf(printable(account.name))));
  const [copies, bar] = columns >= 60 ? [14, 10] : columns >= 32 ? [4, 6] : [0, 0];
  const room = columns - MARKS - code - GAP - copies - GAP - bar - TIME;
  return { all: columns, code, name: Math.max(0, Math.min(room, longest)), copies, bar };
}

export function drawRow(one: Watched, state: RowState, layout: Layout, now: number, tint: Tint): string {
  const { account, maker } = one;
  const strong = state.selected ? [TINTS.bold] : [];
  const marks = `${state.selected ? ">" : " "}${state.copied ? tint("✓", TINTS.green) : " "}`;
  if (maker instanceof UserError) {
    const text = `${printable(account.name)}: ${printable(maker.message, 300)}`;
    const room = layout.all - MARKS - layout.code - GAP;
    return `${marks}${"".padEnd(layout.code + GAP)}${tint(fitted(text, room), ...strong, TINTS.red)}`;
  }
  const { secret, otp } = maker;
  const seconds = otp.type === "hotp" ? undefined : remainingSeconds(otp, now);
  const ending = seconds !== undefined && seconds <= SOON ? [TINTS.red] : [];
  const code = otp.type === "hotp" ? (state.hotpCode ?? "") : codeOf(secret, otp, stepAt(otp, now));
  return [
    marks,
    tint(code.padEnd(layout.code), ...strong, ...ending),
    "".padEnd(GAP),
    tint(fittedName(printable(account.name), layout.name), ...strong),
    copiesCell(one, layout, tint),
    "".padEnd(GAP),
    otp.type === "hotp"
      ? tint(fitted(hotpText(code, layout), layout.bar + TIME), TINTS.dim)
      : timeCell(otp, seconds ?? 0, layout, tint, ending),
  ].join("");
}

function copiesCell({ copies, risk }: Watched, layout: Layout, tint: Tint): string {
  if (layout.copies === 0) return "";
  const number = layout.copies > 4 ? `  ${count(copies, "device")}` : ` ${copies}`;
  const cell = `${number}${risk === undefined ? "" : "!"}`;
  return tint(fitted(cell, layout.copies), ...(risk === undefined ? [] : [TINTS.yellow]));
}

function hotpText(code: string, { bar }: Layout): string {
  if (code !== "") return "used up";
  return bar > 6 ? "press Enter" : "<Enter>";
}

function timeCell(
  { period }: Totp | Steam,
  seconds: number,
  { bar }: Layout,
  tint: Tint,
  ending: string[],
): string {
  const filled = "━".repeat(Math.ceil((bar * seconds) / period)).padEnd(bar);
  const time = shortTime(seconds).padStart(TIME);
  return ending.length > 0 ? tint(filled + time, ...ending) : tint(filled, TINTS.green) + time;
}

/** At most four columns. */
function shortTime(seconds: number): string {
  if (seconds < 1000) return `${seconds}s`;
  return seconds < 60_000 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}
