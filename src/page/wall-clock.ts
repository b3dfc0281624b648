/** The time that codes are made for: this device's, corrected by the user. Pure. */

const MINUTE = 60_000;

/** Milliseconds since 1970 of a date, a time and a zone as people type them; undefined if one of them is none. */
export function momentOf(day: string, time: string, zone: string): number | undefined {
  const date = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(day);
  const clock = /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$/.exec(time);
  const offset = offsetOf(zone);
  if (date === null || clock === null || offset === undefined) return undefined;
  const [year = 0, month = 0, dayOfMonth = 0] = date.slice(1).map(Number);
  const [hour = 0, minute = 0, second = 0] = clock.slice(1).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const moment = Date.UTC(year, month - 1, dayOfMonth, hour, minute, second);
  const isReal = new Date(moment).getUTCDate() === dayOfMonth && new Date(moment).getUTCMonth() === month - 1;
  const utc = moment - offset * MINUTE;
  return isReal && utc >= 0 ? utc : undefined;
}

/** Minutes east of UTC. */
export function offsetOf(zone: string): number | undefined {
  const parts = /^(?:utc|gmt)?([+\u2212-]?)(\d{1,2})(?::?([0-5]\d))?$/i.exec(zone.replaceAll(" ", ""));
  if (parts === null) return undefined;
  const [, sign = "", hours = "", minutes = "0"] = parts;
  const offset = Number(hours) * 60 + Number(minutes);
  if (offset > 14 * 60) return undefined;
  return sign === "" || sign === "+" ? offset : -offset;
}

/** As in "+9" or "-3:30". */
export function zoneText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** The date and time on a wall in a zone, as "2026-01-31" and "21:00:05". */
export function wallTime(moment: number, minutes: number): { readonly day: string; readonly time: string } {
  const [day = "", rest = ""] = new Date(moment + minutes * MINUTE).toISOString().split("T");
  return { day, time: rest.slice(0, 8) };
}
