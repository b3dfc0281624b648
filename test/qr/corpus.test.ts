/**
 * Half of the measured corpus of other people's pictures, where it lies beside the checkout. It is no part of the
 * repository: neither a picture nor a text of it may be copied here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
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
  const webp = all.filter(({ name }) => name.endsWith(".webp"));
  const readable = all.filter(({ name, texts }) => !name.endsWith(".webp") && texts.length > 0);

  test.each(readable.filter(({ set }) => set === "real-otp"))("reads $set/$name", async (picture) => {
    expect(await reads(picture)).toBe(true);
  });

  test("reads at least nine tenths of every fifth other picture", async () => {
    const sample = readable.filter(({ set }) => set !== "real-otp").filter((_, i) => i % 5 === 0);
    let read = 0;
    for (const picture of sample) if (await reads(picture)) read++;
    console.info(`QR corpus: read ${read} of ${sample.length}`);
    expect(read / sample.length).toBeGreaterThanOrEqual(0.9);
  });

  test("sees no code in pictures without one", async () => {
    for (const { file, name, texts } of all.filter(({ texts }) => texts.length === 0).slice(0, 8))
      if (!name.endsWith(".webp")) expect(await readQrCodes(readFileSync(file))).toEqual(texts);
  });

  test("refuses WebP by its name", async () => {
    for (const { file } of webp.slice(0, 5))
      await expect(readQrCodes(readFileSync(file))).rejects.toThrow(UserError);
  });
});
