/** Times as people type them into the page. A wrong one would make wrong codes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { momentOf, offsetOf, wallTime, zoneText } from "../../src/page/wall-clock.ts";

it.each([
  ["2026-01-31", "21:00:05", "+9", "2026-01-31T12:00:05Z"],
  ["2026-01-31", "21:00:05", "UTC+09:00", "2026-01-31T12:00:05Z"],
  ["2026-1-31", "6:30", "-3:30", "2026-01-31T10:00:00Z"],
  [" 2026-01-31 ", " 12:00:00 ", "0", "2026-01-31T12:00:00Z"],
  ["2026-01-31", "12:00:00", "5:45", "2026-01-31T06:15:00Z"],
  ["2024-02-29", "23:59:59", "\u22123", "2024-03-01T02:59:59Z"],
])("%s %s %s", (day, time, zone, expected) => {
  expect(momentOf(day, time, zone)).toBe(Date.parse(expected));
});

it.each([
  ["2026-02-29", "12:00:00", "0"],
  ["2026-13-01", "12:00:00", "0"],
  ["2026-01-31", "24:00:00", "0"],
  ["2026-01-31", "12:60", "0"],
  ["2026-01-31", "12:00:00", "+15"],
  ["2026-01-31", "12:00:00", ""],
  ["2026-01-31", "", "0"],
  ["31.1.2026", "12:00:00", "0"],
  ["1969-12-31", "12:00:00", "0"],
])("no time: %s %s %s", (day, time, zone) => {
  expect(momentOf(day, time, zone)).toBeUndefined();
});

it("what the page fills in is read back as the same moment, in every zone", () => {
  const zones = fc.integer({ min: -14 * 4, max: 14 * 4 }).map((quarters) => quarters * 15);
  fc.assert(
    fc.property(fc.integer({ min: 86_400, max: 9_000_000_000 }), zones, (seconds, minutes) => {
      expect(offsetOf(zoneText(minutes))).toBe(minutes);
      const { day, time } = wallTime(seconds * 1000, minutes);
      expect(momentOf(day, time, zoneText(minutes))).toBe(seconds * 1000);
    }),
  );
});
