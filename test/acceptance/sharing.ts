/** March 7: the laptop and Bob's computer join. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { type Computers, USER } from "./computers.ts";
import type { Phone } from "./first-day.ts";
import type { Answer, Seat } from "./seat.ts";
import { AT_BOBS, AT_THE_DESK, AT_THE_LAPTOP, asNew, codeIn, codeOf, does } from "./steps.ts";
import type { Page } from "./story-page.ts";

export async function moreComputers(computers: Computers, page: Page, phone: Phone): Promise<void> {
  const { desk, laptop, bob, shared, setClock, now } = computers;
  setClock("2026-03-07T10:00:05Z");
  const repository = join(shared, "seeds.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", repository]);
  execFileSync("chown", ["-R", `${USER}:${USER}`, repository]);
  const first = ["this computer is the first member: alice/desk", "pushed local changes"];
  page.show([
    await does(desk, 0, first, "twinseed sync --init /srv/seeds.git --name alice/desk", AT_THE_DESK),
  ]);

  page.show(await joins(desk, laptop, "alice/laptop", AT_THE_LAPTOP));
  const code = await does(laptop, 0, [], "twinseed code aws-root", AT_THE_LAPTOP);
  expect(codeIn(code)).toBe(codeOf(phone.aws, now()));
  page.show([code]);

  await joins(desk, bob, "bob/desk", AT_BOBS);
  const bobs = await does(bob, 0, [], "twinseed code github", AT_BOBS);
  expect(codeIn(bobs)).toBe(codeOf(phone.github, now()));
  const synced = await does(desk, 0, ['changed: "aws-root", "github"'], "twinseed sync");
  const devices = ["desk  ", "alice/laptop  computer  2 accounts, last confirmed 2026-03-07", "bob/desk  "];
  await does(desk, 0, devices, "twinseed device list");
  const untested = await does(desk, 8, ["the backup twinseed was never verified"], "twinseed audit");
  expect(untested.shown).not.toContain("only this computer");
  page.show([synced, untested]);
}

/** A line to the member, and a line back. */
async function joins(member: Seat, joining: Seat, name: string, passphrase: Answer) {
  const asked = await does(
    ...([joining, 0, [`twinseed-member 1 ${name} age1`]] as const),
    `twinseed sync --join /srv/seeds.git --name ${name}`,
    ...asNew("this computer", passphrase),
  );
  const [line = ""] = /^twinseed-member .*$/m.exec(asked.shown) ?? [];
  const [, words = "?"] = /its words: ([a-z-]+)/.exec(asked.shown) ?? [];
  const added = await does(
    ...([member, 0, [`the words of its line: ${words}`, `"${name}" is a member now`]] as const),
    `twinseed store members add '${line}'`,
    ["[y/N]", "y"],
    AT_THE_DESK,
  );
  const [reply = ""] = /^twinseed sync --join .*$/m.exec(added.shown) ?? [];
  const joined = await does(
    ...([joining, 0, [`joined as ${name}`, 'added: "aws-root", "github"'], reply, passphrase] as const),
  );
  return [asked, added, joined];
}
