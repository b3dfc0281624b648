/**
 * The whole, as people will meet it: new computers without the checkout, the README and docs/ followed from the screenshot to the day
 * after everything went wrong, and devices that know nothing of twinseed. docs/story.md is what it has shown; UPDATE_STORY=1 writes
 * that again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { mayMakeSystems } from "../helpers/debian-root.ts";
import { needs } from "../helpers/system-packages.ts";
import { TMUX_NEEDS } from "../helpers/tmux.ts";
import { XTERM_NEEDS } from "../helpers/xterm.ts";
import { makeComputers } from "./computers.ts";
import { firstDay } from "./first-day.ts";
import { everythingGoesWrong } from "./losses.ts";
import { aNewStart } from "./new-start.ts";
import { moreComputers } from "./sharing.ts";
import { storyPage } from "./story-page.ts";

/** Against hanging: two minutes are usual, on computers with nothing else to do. */
const BOUND = 900_000;

const NEEDS = [
  "dpkg-deb",
  "git",
  "oathtool",
  "python3",
  "zbarimg",
  "chromium",
  ...TMUX_NEEDS,
  ...XTERM_NEEDS,
];

describe.skipIf(!(mayMakeSystems() && needs(...NEEDS)))(
  `in new Debian systems (needs root, mmdebstrap, ${NEEDS.join(", ")})`,
  () => {
    it("from the screenshot to the day when nothing is at risk any more", { timeout: BOUND }, async () => {
      const folder = mkdtempSync("/tmp/twinseed-acceptance-");
      onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
      const computers = await makeComputers(folder);
      onTestFinished(() => computers.stop());
      const page = storyPage();
      const phone = await firstDay(computers, page);
      await moreComputers(computers, page, phone);
      await everythingGoesWrong(computers, page, phone);
      await aNewStart(computers, page);
      const { shown, written } = page.finish(process.env.UPDATE_STORY === "1");
      expect(
        written,
        "docs/story.md is out of date; run: UPDATE_STORY=1 npx vitest run test/acceptance",
      ).toEqual(shown);
    });
  },
);
