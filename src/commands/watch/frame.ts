/** What `watch` draws: the filter, the rows, a line about the selected account, and the keys. Pure. */

import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Size } from "../../ports/terminal.ts";
import { columnsOf, fitted, fittedName } from "../../talk/columns.ts";
import { count } from "../../talk/say.ts";
import { type Choice, matching, positionOf } from "./choice.ts";
import { drawRow, layoutFor, TINTS, type Tint } from "./row.ts";
import type { Watched } from "./watched.ts";

/** Holds from `from` until `until` (exclusive), in milliseconds since 1970. */
interface Temporary {
  readonly from: number;
  readonly until: number;
}

export interface Notice extends Temporary {
  readonly text: string;
  /** The account whose code was copied. */
  readonly copied?: string;
}

/** An HOTP code that the user asked for. */
export interface HotpCode extends Temporary {
  readonly account: string;
  readonly code: string;
}

export interface View extends Choice {
  readonly watched: readonly Watched[];
  readonly notice: Notice | undefined;
  readonly hotpCode: HotpCode | undefined;
}

/** With this many rows or more, there is room for empty rows around the list. */
const ROOMY = 14;

export function isNow(what: Temporary, now: number): boolean {
  return what.from <= now && now < what.until;
}

export function drawWatch(view: View, { columns, rows }: Size, now: number, color: boolean): string {
  const tint: Tint = (text, ...parameters) =>
    color && parameters.length > 0 ? `\x1b[${parameters.join(";")}m${text}\x1b[0m` : text;
  const shown = matching(view.watched, view.filter);
  const at = positionOf(shown, view.selected);
  const space = rows >= ROOMY ? [""] : [];
  const height = Math.max(1, rows - 3 - 2 * space.length);
  const top = Math.max(0, Math.min(at - Math.floor(height / 2), shown.length - height));
  const layout = layoutFor(view.watched, columns);
  const notice = view.notice !== undefined && isNow(view.notice, now) ? view.notice : undefined;
  const hotpCode = view.hotpCode !== undefined && isNow(view.hotpCode, now) ? view.hotpCode : undefined;
  const list = shown.slice(top, top + height).map((one, i) => {
    const { id } = one.account;
    const state = {
      selected: top + i === at,
      copied: notice?.copied === id,
      hotpCode: hotpCode?.account === id ? hotpCode.code : undefined,
    };
    return drawRow(one, state, layout, now, tint);
  });
  if (list.length === 0) list.push(fitted("  no account matches", columns));
  const counted =
    shown.length > height
      ? `${top + 1}-${top + list.length} of ${shown.length}`
      : count(shown.length, "account");
  const status = notice?.text ?? about(shown[at]);
  return [
    header(view.filter, counted, columns),
    ...space,
    ...list,
    ...Array.from({ length: height - list.length }, () => ""),
    ...space,
    fitted(printable(status, 300), columns),
    tint(fitted(hints(view.filter, columns), columns), TINTS.dim),
  ].join("\n");
}

function header(filter: string, counted: string, columns: number): string {
  const room = columns - columnsOf(counted) - 1;
  if (room < "Filter: _".length) return fitted(printable(`${filter}_`), columns);
  return `Filter: ${fittedName(printable(`${filter}_`), room - "Filter: ".length)} ${counted}`;
}

function about(one: Watched | undefined): string {
  if (one === undefined) return "";
  if (one.maker instanceof UserError) return one.maker.message;
  if (one.maker.otp.type === "hotp") return "Counter-based (HOTP): Enter uses up its next code.";
  return one.risk === undefined ? "" : `! ${one.risk} (see: twinseed audit)`;
}

/** A "q" quits only where it can't be meant for the filter. */
function hints(filter: string, columns: number): string {
  const long =
    filter === ""
      ? "type (or /) to filter   ↑↓ choose   Enter copies   q quits"
      : "↑↓ choose   Enter copies   Esc clears the filter   Ctrl-C quits";
  const short = filter === "" ? "Enter: copy  type: filter  q: quit" : "Enter: copy  Esc: clear  ^C: quit";
  return columnsOf(long) <= columns ? long : short;
}
