/** Which of zxing's results count. Whole pictures: test/qr/read.test.ts. */
import { expect, it } from "vitest";
import type { ReadResult } from "zxing-wasm/reader";
import { wholeTexts } from "../../src/qr/scan.ts";
import { only } from "../helpers/only.ts";

function part(sequenceIndex: number, text: string): ReadResult {
  return only<ReadResult>({ isValid: true, text, sequenceIndex, sequenceSize: 3, sequenceId: "a" });
}

it("a text spread over several codes counts once, in the order of its parts, and only if all are there", () => {
  expect(wholeTexts([part(1, "two "), part(0, "one "), part(2, "three")])).toEqual(["one two three"]);
  expect(wholeTexts([part(1, "two "), part(0, "one ")])).toEqual([]);
});
