/** Keys as they are typed; RFC 4648's own vectors, and what is said of the rest. */
import { expect, it } from "vitest";
import { attempt, faultOf, UserError } from "../../src/base/errors.ts";
import { formatBase32, parseBase32 } from "../../src/otp/base32.ts";

it.each([
  ["MZXW6YTB", "fooba"],
  ["MZXW6YTBOI======", "foobar"],
  ["mzxw 6ytb-oi", "foobar"],
  ["MZXW6YTBO", "fooba"],
  ["\u202aMZXW\u200b6YTB\u202c\u200e", "fooba"],
  ["\ufeffMZXW\u00a06YTB\u2060", "fooba"],
])("%j", (text, bytes) => expect(Buffer.from(parseBase32(text).reveal()).toString()).toBe(bytes));

it("is written without padding", () =>
  expect(formatBase32(parseBase32("mzxw6ytboi======"))).toBe("MZXW6YTBOI"));

it.each([
  ["", "the key is empty or too short"],
  ["A", "the key is empty or too short"],
  ["MZXW0YTB", "the key holds a digit 0, 1, 8 or 9, which base32 does not have (mistaken for O, I, L or B?)"],
  ["MZXW!YTB", "the key is not base32 (letters A to Z and digits 2 to 7)"],
  ["MZXW0YTB!", "the key is not base32 (letters A to Z and digits 2 to 7)"],
])("%j: what is wrong is said, and nothing of the key", (text, fault) => {
  expect(attempt(() => parseBase32(text))).toBeInstanceOf(UserError);
  expect(faultOf(() => parseBase32(text))).toBe(fault);
});
