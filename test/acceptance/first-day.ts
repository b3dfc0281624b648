/** March 2: a screenshot, a phone, a tablet, and a backup that is put off. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { EXAMPLE } from "../helpers/binary.ts";
import { keyOf, oathtool, python, scanned } from "./authenticators.ts";
import type { Computers } from "./computers.ts";
import { ROWS } from "./seat.ts";
import { pictureOf } from "./service.ts";
import { AT_THE_DESK, asNew, codeIn, codeOf, does, photograph, put } from "./steps.ts";
import type { Page } from "./story-page.ts";

const GITHUB = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub";

/** The keys that Alice's phone has, in base32. */
export interface Phone {
  readonly aws: string;
  readonly github: string;
}

export async function firstDay({ desk, setClock, now }: Computers, page: Page): Promise<Phone> {
  setClock("2026-03-02T09:00:13Z");
  await does(desk, 1, [], "command -v node nodejs bun npm");
  put(desk, "screenshot.png", readFileSync(EXAMPLE));
  const key = keyOf(scanned(readFileSync(EXAMPLE)));
  const added = await does(
    ...([desk, 0, [codeOf(key, now()), codeOf(key, now() + 30_000), "is on this computer only"]] as const),
    "twinseed add screenshot.png --name aws-root",
    ...asNew("the seeds", AT_THE_DESK),
    ...([
      ["[y/N]", "n"],
      ["[Y/n]", "n"],
    ] as const),
  );
  page.show([
    added,
    await does(desk, 8, ["only this computer has it", "1 of 1 account at risk"], "twinseed audit"),
  ]);

  let picture: Buffer = Buffer.alloc(0);
  let text = "";
  const onScreen = async () => {
    picture = await photograph(desk, "Scan", ROWS);
    text = await desk.tmux.screen();
    return "phone";
  };
  const phone = () => oathtool(keyOf(scanned(picture))).code(now());
  const tablet = () => python(keyOf(scanned(picture))).code(now());
  const shown = await does(
    ...([
      desk,
      0,
      ['"phone" is confirmed', '"tablet" is confirmed'],
      "twinseed qr aws-root",
      AT_THE_DESK,
    ] as const),
    ["Scan it", onScreen],
    ["code that phone shows", phone],
    ["Next device", "tablet"],
    ["code that tablet shows", tablet],
    ["Next device", ""],
  );
  page.picture("story-scan.png", picture, text);
  expect(keyOf(scanned(picture))).toBe(key);
  expect(await desk.tmux.scrollback()).not.toMatch(/[▀▄█]/);
  const signIn = await does(desk, 0, [], "twinseed code aws-root", AT_THE_DESK);
  expect(codeIn(signIn)).toBe(phone());
  page.show([shown, signIn]);

  put(desk, "github.png", pictureOf(GITHUB));
  const second = await does(
    ...([
      desk,
      0,
      ['"phone" is not confirmed yet'],
      "twinseed add github.png --name github",
      AT_THE_DESK,
    ] as const),
    ["[y/N]", "y"],
    ["[Y/n]", ""],
    ["Scan it", "phone"],
    ["code that phone shows", ""],
    ["Next device", ""],
  );
  const unsure = ["github", "the copy on phone was never confirmed", "1 of 2 accounts at risk"];
  page.show([second, await does(desk, 8, unsure, "twinseed audit")]);

  const ten = tenWords();
  const backup = await does(
    ...([
      desk,
      0,
      ['wrote "twinseed.html": the seeds of 2 accounts'],
      "twinseed backup create twinseed.html --page",
    ] as const),
    ...[AT_THE_DESK, ...ten.answers],
  );
  const untested = ["the copy on phone was never confirmed", "the backup twinseed was never verified"];
  page.show([backup, await does(desk, 8, untested, "twinseed audit")]);
  return { aws: key, github: keyOf(new URL(GITHUB)) };
}

/** Has twinseed make up a passphrase for a backup, reads it off the screen, and types it in again. */
export function tenWords() {
  let words = "";
  return {
    words: () => words,
    answers: [
      ["New passphrase for the backup", ""],
      [
        "Written down?",
        (screen: string) => {
          words =
            screen
              .match(/^ {4}[a-z ]+$/gm)
              ?.join(" ")
              .trim()
              .split(/\s+/)
              .join(" ") ?? "";
          return "";
        },
      ],
      ["Type it from what you wrote down", () => words],
    ] as const,
  };
}
