/** Parses the value of `--at`. */
import { usageError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";

const SECONDS = /^\d{1,12}(\.\d+)?$/;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Seconds since 1970, or ISO 8601 (UTC where no offset is given), as milliseconds since 1970. */
export function pointInTime(option: string, text: string): number {
  const time = SECONDS.test(text)
    ? Number(text) * 1000
    : ISO_8601.test(text) && isDay(text.slice(0, 10))
      ? Date.parse(inUtc(text))
      : Number.NaN;
  if (time >= 0) return time;
  throw usageError(
    `${option} takes seconds since 1970 or ISO 8601 (2026-01-31T12:00:00Z), not "${printable(text)}"`,
  );
}

/** Date.parse makes 2 March of 30 February. */
function isDay(day: string): boolean {
  const time = Date.parse(day);
  return time >= 0 && new Date(time).toISOString().startsWith(day);
}

/** JavaScript reads a date and time without an offset as local time; scripts want the same answer everywhere. */
function inUtc(text: string): string {
  const hasTime = /[T ]\d{2}:/.test(text);
  return hasTime && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
}
