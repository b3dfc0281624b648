/** May 30: new seeds, which the thief and Bob don't get. June 20: an old screenshot, a page in a browser, and nothing at risk. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { chromium } from "../helpers/chromium.ts";
import { until } from "../helpers/desktop.ts";
import { keyOf, oathtool, python, scanned } from "./authenticators.ts";
import type { Computers } from "./computers.ts";
import { type Phone, tenWords } from "./first-day.ts";
import { type Answer, ROWS, type Seat } from "./seat.ts";
import { pictureOf } from "./service.ts";
import { AT_BOBS, AT_THE_DESK, AT_THE_LAPTOP, codeIn, codeOf, does, photograph, put } from "./steps.ts";
import type { Page } from "./story-page.ts";

const AWS =
  "otpauth://totp/Amazon%20Web%20Services:root-account-mfa-device@123456789012" +
  "?secret=MRQXIYJAMZXXEIDBEB2G64TZEB2GQYLUEBUXGIDON52CAYJAONSWG4TFOQ&issuer=Amazon%20Web%20Services";
const GITHUB = "otpauth://totp/GitHub:alice?secret=NB2W45DFOIQGC3TEEB2GQZJAOJSXG5BA&issuer=GitHub";

export async function aNewStart(computers: Computers, page: Page): Promise<void> {
  const { desk, laptop, bob, setClock, now } = computers;
  setClock("2026-05-30T09:00:05Z");
  const seeds = { aws: keyOf(new URL(AWS)), github: keyOf(new URL(GITHUB)) };
  put(desk, "new-aws.png", pictureOf(AWS));
  put(desk, "new-github.png", pictureOf(GITHUB));
  const notNow: Answer[] = [
    ["[y/N]", "y"],
    ["[Y/n]", "n"],
  ];
  const replaced = await does(
    ...([desk, 0, ['replaced "aws-root"', '"tablet" holds the old seed', codeOf(seeds.aws, now())]] as const),
    "twinseed add new-aws.png --replace --name aws-root",
    AT_THE_DESK,
    ...notNow,
  );
  const again = "twinseed add new-github.png --replace --name github";
  await does(desk, 0, ['replaced "github"', codeOf(seeds.github, now())], again, AT_THE_DESK, ...notNow);
  const audit = [
    "2 accounts are only on this computer",
    "tablet has the old seed, which stopped working on 2026-05-30",
  ];
  page.show([replaced, await does(desk, 8, audit, "twinseed audit")]);

  page.show([
    await enrolls(desk, "aws-root", { tablet: python, newphone: oathtool }, seeds.aws, now()),
    await enrolls(desk, "github", { newphone: oathtool, tablet: python }, seeds.github, now()),
  ]);
  await does(desk, 0, ["pushed local changes"], "twinseed sync");
  await getsNothingNew(bob, AT_BOBS, seeds, now());
  await getsNothingNew(laptop, AT_THE_LAPTOP, seeds, now());

  setClock("2026-06-20T11:00:05Z");
  const known = ['this is the seed of "aws-root" that was replaced on 2026-05-30, which no longer works'];
  const found = await does(desk, 1, known, "twinseed add screenshot.png", AT_THE_DESK);
  page.show([found, await does(desk, 0, [], "rm screenshot.png")]);
  await does(desk, 8, ["the backup twinseed"], "twinseed audit");
  await opensThePage(computers, page, seeds);
}

/** Both devices scan the QR code off the screen, and show a code of it. */
async function enrolls(
  desk: Seat,
  account: string,
  devices: Readonly<Record<string, typeof oathtool>>,
  key: string,
  at: number,
) {
  const [[first, make] = ["", oathtool], [second, makeSecond] = ["", oathtool]] = Object.entries(devices);
  let seen = "";
  const scan = async () => {
    seen = keyOf(scanned(await photograph(desk, "skips", ROWS)));
    return make(seen).code(at);
  };
  const sentences = [
    `"${first}" is confirmed: it holds "${account}"`,
    `"${second}" is confirmed: it holds "${account}"`,
  ];
  const said = await does(
    ...([desk, 0, sentences, `twinseed qr ${account} --device ${first}`, AT_THE_DESK] as const),
    [`code that ${first} shows`, scan],
    ["Next device", second],
    [`code that ${second} shows`, () => makeSecond(seen).code(at)],
    ["Next device", ""],
  );
  expect(seen).toBe(key);
  return said;
}

/** Someone who knows the passphrase of a computer that is no member any more: whatever came, no code of a new seed. */
async function getsNothingNew(seat: Seat, [, passphrase]: Answer, seeds: Phone, at: number): Promise<void> {
  await seat.type("twinseed sync");
  for (const [account, key] of [
    ["aws-root", seeds.aws],
    ["github", seeds.github],
  ] as const) {
    const sentence = "is sealed with a data key that yours does not open";
    const command = `TWINSEED_PASSPHRASE='${passphrase}' twinseed code ${account}`;
    const said = await does(seat, 6, [sentence], command);
    expect(said.shown).not.toContain(codeOf(key, at));
  }
}

async function opensThePage({ desk, now }: Computers, page: Page, seeds: Phone): Promise<void> {
  const ten = tenWords();
  const create = "twinseed backup create june.html --page --follows twinseed";
  const made = await does(
    desk,
    0,
    ['wrote "june.html": the seeds of 2 accounts'],
    create,
    AT_THE_DESK,
    ...ten.answers,
  );
  const untested = await does(desk, 8, ["the backup june was never verified"], "twinseed audit");
  page.show([made, untested]);

  const browser = await chromium({
    timezone: "UTC",
    width: 720,
    height: 620,
    before: `Date.now = () => ${now()};`,
  });
  try {
    await browser.open(pathToFileURL(join(desk.home, "june.html")).href);
    const field = 'document.querySelector("main [type=password]")';
    await until("the page asks", async () => (await browser.evaluate(`Boolean(${field})`)) === true);
    await browser.evaluate(`${field}.focus()`);
    await browser.type(ten.words());
    await browser.evaluate('document.querySelector("button.main").click()');
    await until(
      "it is open",
      async () => (await browser.evaluate('Boolean(document.querySelector(".account"))')) === true,
    );
    const text = String(await browser.evaluate("document.body.innerText"));
    for (const key of [seeds.aws, seeds.github])
      for (const step of [-30_000, 0, 30_000]) expect(text).toContain(codeOf(key, now() + step));
    page.picture("story-page.png", await browser.screenshot(), text);
    expect(browser.requests).toHaveLength(1);
  } finally {
    await browser.close();
  }
  const code = codeOf(seeds.aws, now());
  const proved = await does(
    desk,
    0,
    ['"june" is confirmed'],
    `twinseed verify aws-root ${code} --device june`,
    AT_THE_DESK,
  );
  const verified = await does(
    ...([desk, 0, ["has 2 of your 2 accounts", '"june" is kept in "bank box"']] as const),
    'twinseed backup verify june.html --place "bank box"',
    ["Passphrase of the backup:", ten.words()],
    AT_THE_DESK,
  );
  const green = await does(desk, 0, ["2 accounts, none at risk"], "twinseed audit");
  expect(codeIn(await does(desk, 0, [], "twinseed code aws-root", AT_THE_DESK))).toBe(code);
  expect(readFileSync(join(desk.home, "june.html"), "latin1")).not.toContain(seeds.aws);
  page.show([proved, verified, green]);
}
