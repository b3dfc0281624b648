/** May: the phone and the laptop are gone, and Bob leaves. */
import { expect } from "vitest";
import type { Computers } from "./computers.ts";
import type { Phone } from "./first-day.ts";
import { COLUMNS, ROWS } from "./seat.ts";
import { AT_BOBS, AT_THE_DESK, AT_THE_LAPTOP, codeIn, codeOf, does, photograph } from "./steps.ts";
import type { Page } from "./story-page.ts";

const FEW_ROWS = 20;

export async function everythingGoesWrong(computers: Computers, page: Page, phone: Phone): Promise<void> {
  const { desk, laptop, bob, setClock, now } = computers;
  setClock("2026-05-11T18:30:05Z");
  const lost = [
    '"phone" is marked as lost since 2026-05-11',
    "1. aws-root  (codes here: yes; also on tablet",
  ];
  page.show([await does(desk, 0, lost, "twinseed device lost phone")]);
  const phoneLost = "2 accounts are on phone, which is lost: anyone with that device can make codes";
  page.show([await does(desk, 8, [phoneLost], "twinseed audit")]);

  const stolen = await does(
    ...([desk, 0, ['The key of "alice/laptop" is removed: it can\'t open new seeds or changes.']] as const),
    "twinseed device lost alice/laptop",
    AT_THE_DESK,
  );
  page.show([stolen]);
  const laptopLost = "2 accounts are on alice/laptop, which is lost";
  // Until new seeds are issued, what the thief has is right: that is why audit does not let go.
  const thief = await does(laptop, 0, [], "twinseed code aws-root", AT_THE_LAPTOP);
  expect(codeIn(thief)).toBe(codeOf(phone.aws, now()));
  await does(desk, 8, [phoneLost, laptopLost], "twinseed audit");
  const [, words = "?"] =
    /^Let every other member paste: (twinseed store follow \S+)$/m.exec(stolen.shown) ?? [];
  await does(bob, 0, ["this computer follows list 4 of the members, by alice/desk"], words);
  await does(bob, 0, [], "twinseed sync");
  expect(codeIn(await does(bob, 0, [], "twinseed code github", AT_BOBS))).toBe(codeOf(phone.github, now()));

  setClock("2026-05-29T16:00:05Z");
  const removed = await does(
    ...([desk, 0, ['removed "bob/desk": they can\'t open new seeds or changes']] as const),
    "twinseed store members remove bob",
    AT_THE_DESK,
  );
  const alone = await does(
    desk,
    0,
    ["alice/desk  reads and writes  this computer"],
    "twinseed store members",
  );
  expect(alone.shown).not.toMatch(/bob|laptop/);
  page.show([removed, alone]);

  await desk.clear();
  await desk.tmux.resize(COLUMNS, FEW_ROWS);
  await does(desk, 8, [phoneLost, laptopLost, "2 accounts are on bob/desk, which is lost"], "twinseed audit");
  const picture = await photograph(desk, "risk", FEW_ROWS);
  page.picture("story-losses.png", picture, await desk.tmux.screen());
  await desk.tmux.resize(COLUMNS, ROWS);
}
