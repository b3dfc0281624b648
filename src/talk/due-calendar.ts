/**
 * `audit --calendar`: an iCalendar file (RFC 5545) with the days on which devices and backups are due. Calendars live in clouds and
 * are shared: it names devices and backups, but no account, no place and no seed.
 */
import { printable } from "../base/printable.ts";
import type { DueProof } from "../ledger/due-proofs.ts";
import { fixLine } from "./audit-text.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Nine in the morning of that day, wherever the calendar is. */
const ALARM_AFTER = 9 * 3600;

/** How often `audit` itself is due: on the same day of the week. */
const EVERY_WEEKS = 4;

const AUDIT_TEXT = "Which accounts are at risk, and what fixes it:\n    twinseed audit\n";

/** Whole days without a time zone, as every calendar shows them on the same day. */
export async function calendar(due: readonly DueProof[], now: number): Promise<string> {
  const { default: ical, ...words } = await import("ical-generator");
  const made = ical({
    name: "twinseed",
    prodId: { company: "twinseed", product: "twinseed", language: "EN" },
  });
  const event = (id: string, at: number, summary: string, plain: string) => {
    const one = made.createEvent({
      id: `${id}@twinseed`,
      start: new Date(at), // of which the library takes the day in UTC, as the ledger does
      allDay: true,
      stamp: new Date(now),
      // A later file about the same device replaces what an earlier one said.
      sequence: Math.floor(now / MINUTE),
      transparency: words.ICalEventTransparency.TRANSPARENT,
      summary,
      description: { plain },
    });
    const alarm = one.createAlarm({ type: words.ICalAlarmType.display, triggerAfter: ALARM_AFTER });
    alarm.relatesTo(words.ICalAlarmRelatesTo.start); // as an option, version 10 ignores it
    return one;
  };
  for (const { device, at, fixes } of due)
    event(device.id, at, `twinseed: ${dueTitle(device)}`, dueText(fixes.map((fix) => fixLine(fix, []))));
  event("audit", now + EVERY_WEEKS * 7 * DAY, "twinseed: audit", AUDIT_TEXT).repeating({
    freq: words.ICalEventRepeatingFreq.WEEKLY,
    interval: EVERY_WEEKS,
  });
  return made.toString();
}

function dueTitle({ kind, name }: DueProof["device"]): string {
  const shown = printable(name, 60);
  return kind === "backup" ? `try the backup ${shown}` : `check that ${shown} still has its accounts`;
}

function dueText(commands: readonly string[]): string {
  const lines = commands.map((command, i) => `${i > 0 ? "or, for each account" : "Run"}:\n    ${command}\n`);
  return `${lines.join("")}After that, make this calendar again:\n    twinseed audit --calendar FILE.ics --force\n`;
}
