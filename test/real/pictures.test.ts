/** The pictures of the README show what the program shows now. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readQrCodes } from "../../src/qr/read.ts";
import { ROOT } from "../helpers/binary.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { draw, PICTURE_NEEDS, takePictures, textIn, withText } from "../helpers/pictures.ts";
import { needs } from "../helpers/system-packages.ts";

const FOLDER = join(ROOT, "docs/pictures");
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));
const read = (name: string) => readFileSync(join(FOLDER, name));

it("each picture has the text that is next to it, in light and in dark", () => {
  expect(names).toEqual(["audit.txt", "qr.txt", "sheet.txt", "story.txt", "watch.txt"]);
  for (const name of names)
    for (const look of ["light", "dark"])
      expect(`${textIn(read(name.replace(".txt", `-${look}.png`)))}\n`).toBe(read(name).toString("utf8"));
});

it.each(["light", "dark"])("a phone can scan the QR code, in %s", async (look) => {
  const codes = await readQrCodes(read(`qr-${look}.png`));
  expect(codes).toEqual([EXAMPLE_URI]);
});

describe.skipIf(!needs(...PICTURE_NEEDS))("with the program (needs tmux, chromium)", () => {
  it("shows the same; if not: npm run build && node docs/make-pictures.mjs", async () => {
    const pictures = await takePictures();
    const now = Object.fromEntries(pictures.map(({ name, text }) => [`${name}.txt`, `${text}\n`]));
    expect(now).toEqual(Object.fromEntries(names.map((name) => [name, read(name).toString("utf8")])));
    const [story] = pictures;
    if (story === undefined) throw new Error("no picture");
    const [light, dark] = [await draw(story, false), await draw(story, true)];
    expect(light.equals(dark)).toBe(false);
    expect(textIn(withText(light, story.text))).toBe(story.text);
    expect(textIn(light)).toBeUndefined();
  });
});
