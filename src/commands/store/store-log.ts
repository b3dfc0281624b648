/** `store log`: who changed what and when in a shared store. */
import { usageError } from "../../base/errors.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { type Change, type Event, historyOf } from "../../sync/history.ts";
import { note, quoted, warn } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface LogOptions {
  limit: string;
  json?: boolean;
}

const MOST = 10_000;

export async function log(
  options: LogOptions,
  needs: Needs<"stdout" | "stderr" | "folder" | "workTree" | "sharedKeys">,
): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw usageError(`--limit must be a whole number from 1 to ${MOST}`);
  const view = await needs.sharedKeys.view();
  if (view?.standing.stop !== undefined) warn(needs, (await view.undecided()).message);
  const events = await historyOf(view?.standing.path ?? [], limit, needs);
  if (options.json) {
    const rows = events.map(({ at, by, changes }) => ({
      at,
      by: by ?? null,
      signed: by !== undefined,
      changes,
    }));
    needs.stdout.write(`${printableJson(rows)}\n`);
    return;
  }
  for (const event of events) needs.stdout.write(`${lineOf(event)}\n`);
  if (events.length === 0) note(needs, "this store was never shared");
}

function lineOf({ at, by, changes }: Event): string {
  const who = by ?? "(signed by no member)";
  return `${at.slice(0, 16).replace("T", " ")}  ${who}  ${printable(changes.map(said).join(", "), 300)}`;
}

function said({ what, name }: Change): string {
  return name === undefined ? what : `${what}: ${quoted(name)}`;
}
