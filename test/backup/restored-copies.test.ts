/** A backup brings copies into an account that is here already: what it says counts only where it is later. */
import { expect, it } from "vitest";
import { mergeCopies } from "../../src/backup/restored-copies.ts";
import type { Copy } from "../../src/ledger/account.ts";
import { stateOf } from "../../src/ledger/copy-states.ts";

const day = (number: number) => `2026-01-${String(number).padStart(2, "0")}T00:00:00.000Z`;
const phone = (times: Omit<Copy, "device" | "addedAt"> & { readonly addedAt?: string }): Copy => ({
  device: "p",
  addedAt: day(1),
  ...times,
});
const active = { kind: "phone", state: "active" } as const;
const lost = { kind: "phone", state: "lost" } as const;

it("a copy that was forgotten here does not come back proved, unless it was proved after all that is known here", () => {
  const here = [{ device: "laptop", addedAt: day(1), confirmedAt: day(5) }];
  const [, early] = mergeCopies(here, [phone({ confirmedAt: day(4) })], true);
  expect(early).toEqual(phone({ doubtedAt: day(5) }));
  const [, late] = mergeCopies(here, [phone({ confirmedAt: day(6) })], true);
  expect(late).toEqual(phone({ confirmedAt: day(6) }));
  // Of another account with the same seed, this ledger never knew.
  const [, other] = mergeCopies(here, [phone({ confirmedAt: day(4) })], false);
  expect(other).toEqual(phone({ confirmedAt: day(4) }));
});

// The state on a phone that is in use, and on one that is lost.
it.each([
  ["proved before the doubt", { doubtedAt: day(5) }, { confirmedAt: day(3) }, "shown", "left-behind"],
  ["proved after the doubt", { doubtedAt: day(5) }, { confirmedAt: day(6) }, "proved", "left-behind"],
  ["doubted after the proof here", { confirmedAt: day(3) }, { doubtedAt: day(4) }, "shown", "left-behind"],
  ["doubted before the proof here", { confirmedAt: day(5) }, { doubtedAt: day(4) }, "proved", "left-behind"],
  ["proved before the wipe here", { wipedAt: day(5) }, { confirmedAt: day(4) }, "wiped", "wiped"],
  ["proved after the wipe here", { wipedAt: day(5) }, { confirmedAt: day(6) }, "proved", "left-behind"],
  ["shown after the wipe here", { wipedAt: day(5) }, { addedAt: day(6) }, "shown", "left-behind"],
  ["wiped after the proof here", { confirmedAt: day(5) }, { wipedAt: day(6) }, "wiped", "wiped"],
  ["wiped before the proof here", { confirmedAt: day(5) }, { wipedAt: day(4) }, "proved", "left-behind"],
  ["proved after it died here", { deadSince: day(5) }, { confirmedAt: day(6) }, "proved", "left-behind"],
  ["proved before it died here", { deadSince: day(5) }, { confirmedAt: day(4) }, "dead", "dead"],
  [
    "shown again after it died here",
    { deadSince: day(5) },
    { deadSince: day(5), shownAt: day(6) },
    "dead",
    "left-behind",
  ],
])("%s", (_, known, there, inUse, gone) => {
  const once = mergeCopies([phone(known)], [phone(there)], true);
  expect(once.map((copy) => [stateOf(copy, active), stateOf(copy, lost)])).toEqual([[inUse, gone]]);
  expect(mergeCopies(once, [phone(there)], true), "once more changes nothing").toBe(once);
});
