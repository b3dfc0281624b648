/**
 * Half of the measured corpus of other people's pictures, where it lies beside the checkout. It is no part of the
 * repository: neither a picture nor a text of it may be copied here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readQrCodes } from "../../src/qr/read.ts";

const corpus = new URL("../../../shared/corpus/qr/", import.meta.url);

interface Picture {
  readonly set: string;
  readonly name: string;
  readonly file: URL;
  readonly texts: readonly string[];
}

function pictures(): Picture[] {
  const sets = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return sets.flatMap(({ name: set }) => {
    const folder = new URL(`${set}/`, corpus);
    const expected: Record<string, { basis: string; expected: string[] | null }> = JSON.parse(
      readFileSync(new URL("expected.json", folder), "utf8"),
    );
    return Object.entries(expected)
      .filter(([, { basis }]) => !basis.startsWith("structured-append")) // single parts of a text
      .map(([name, { expected }]) => ({ set, name, file: new URL(name, folder), texts: expected ?? [] }));
  });
}

async function reads({ file, texts }: Picture): Promise<boolean> {
  const unixLines = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  const found = (await readQrCodes(readFileSync(file))).map(unixLines);
  return texts.some((text) => found.includes(unixLines(text)));
}

describe.skipIf(!existsSync(corpus))("the QR corpus in ../shared/corpus/qr", { timeout: 60_000 }, () => {
  const all = existsSync(corpus) ? pictures() : [];
  const readable = all.filter(({ texts }) => texts.length > 0);
  const always = ["real-otp", "boofcv-monitor"];

  test.each(readable.filter(({ set }) => always.includes(set)))("reads $set/$name", async (picture) => {
    expect(await reads(picture)).toBe(true);
  });

  test("reads nearly all of every fifth other picture", async () => {
    const sample = readable.filter(({ set }) => !always.includes(set)).filter((_, i) => i % 5 === 0);
    let read = 0;
    for (const picture of sample) if (await reads(picture)) read++;
    console.info(`QR corpus: read ${read} of ${sample.length}`);
    expect(read / sample.length).toBeGreaterThanOrEqual(0.95);
  });

  test("sees no code in pictures without one", async () => {
    for (const { file, name, texts } of all.filter(({ texts }) => texts.length === 0).slice(0, 8))
      expect.soft(await readQrCodes(readFileSync(file)), name).toEqual(texts);
  });
});
