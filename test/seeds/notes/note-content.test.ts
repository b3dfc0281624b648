/** Notes merge like sets: whatever order computers learn of each other in, all end with the same, and no strike is ever lost. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { codesIn, noteAsText, noteFromText, noteTextOf } from "../../../src/otp/plain-note.ts";
import {
  codesOf,
  emptied,
  formatContent,
  joinedText,
  mergeContents,
  NOTHING,
  type NoteContent,
  onlyCodes,
  parseContent,
  summaryOf,
  textsOf,
  type Writing,
  withCodes,
  withNote,
  withStrike,
  withText,
} from "../../../src/seeds/notes/note-content.ts";

let made = 0;
const on = (by: string, at = "2026-01-31T12:00:00.000Z"): Writing => ({ by, at, newId: () => `id${++made}` });
const idsOf = ({ texts }: NoteContent) => new Set(texts.map(({ id }) => id));
const edited = (content: NoteContent, text: string, writing: Writing) =>
  withText(content, text, writing, idsOf(content));
const base = edited(withCodes(NOTHING, ["aaaa-1111", "bbbb-2222"], on("desk")), "first", on("desk"));

it("keeps and names both texts that two computers wrote at the same time", () => {
  const desk = edited(base, "from the desk", on("desk", "2026-02-01T10:00:00.000Z"));
  const laptop = edited(base, "from the laptop", on("laptop", "2026-02-01T11:00:00.000Z"));
  const merged = mergeContents([desk, laptop]);
  expect(textsOf(merged).map(({ by, text }) => `${by}: ${text}`)).toEqual([
    "desk: from the desk",
    "laptop: from the laptop",
  ]);
  expect(joinedText(merged)).toContain("[written on laptop, 2026-02-01 11:00]");
  expect(textsOf(edited(merged, "both", on("desk"))).map(({ text }) => text)).toEqual(["both"]);
});

it("keeps what was written while the editor was open", () => {
  const meanwhile = edited(base, "meanwhile", on("laptop"));
  const saved = withText(meanwhile, "saved", on("desk", "2026-02-02T00:00:00.000Z"), idsOf(base));
  expect(textsOf(saved).map(({ text }) => text)).toEqual(["meanwhile", "saved"]);
});

it("a text that one side changed and a code that the other struck are one change each", () => {
  const merged = mergeContents([
    edited(base, "second", on("desk")),
    withStrike(base, "aaaa-1111", "2026-02-01"),
  ]);
  expect(joinedText(merged)).toBe("second");
  expect(codesOf(merged)).toEqual([{ code: "aaaa-1111", usedAt: "2026-02-01" }, { code: "bbbb-2222" }]);
});

it("a code that was taken out and added again on one side stays struck if the other side struck it", () => {
  const again = withCodes(onlyCodes(base, []), ["aaaa-1111"], on("desk"));
  const merged = mergeContents([withStrike(base, "aaaa-1111", "2026-02-01T00:00:00.000Z"), again]);
  expect(codesOf(merged)).toEqual([{ code: "aaaa-1111", usedAt: "2026-02-01T00:00:00.000Z" }]);
});

type Change = (content: NoteContent, who: string) => NoteContent;
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom("x", "y", "z").map(
    (text): Change =>
      (content, who) =>
        edited(content, text, on(who)),
  ),
  fc.subarray(["c1", "c2", "c3"]).map(
    (codes): Change =>
      (content, who) =>
        withCodes(content, codes, on(who)),
  ),
  fc.constantFrom("c1", "c2", "c3").map(
    (code): Change =>
      (content) =>
        withStrike(content, code, "2026-03-01"),
  ),
  fc.subarray(["c1", "c2", "c3"]).map(
    (codes): Change =>
      (content) =>
        onlyCodes(content, codes),
  ),
  fc.constantFrom("x", "w").map(
    (text): Change =>
      (content, who) =>
        withNote(content, { text, codes: [{ code: "c2" }] }, on(who)),
  ),
);

it("merging is the same in any order and any number of times, and a strike is never lost", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { minLength: 3, maxLength: 3 }), (all) => {
      const sides = all.map((list, i) => list.reduce((sum, one) => one(sum, `pc${i}`), base));
      const [a = base, b = base, c = base] = sides;
      const whole = formatContent(mergeContents([a, b, c]));
      expect(formatContent(mergeContents([mergeContents([c, a]), b, a]))).toBe(whole);
      expect(formatContent(mergeContents([b, mergeContents([c, b, a])]))).toBe(whole);
      const merged = mergeContents([a, b, c]);
      for (const { code } of sides.flatMap(({ used }) => used))
        expect(merged.used.some((strike) => strike.code === code)).toBe(true);
      expect(parseContent(whole)).toEqual(merged);
    }),
  );
});

it("the ledger learns how many are left and since when, and nothing else", () => {
  expect(summaryOf(withStrike(base, "aaaa-1111", "2026-02-01"))).toEqual({
    since: "2026-01-31T12:00:00.000Z",
    unused: 1,
  });
  expect(summaryOf(emptied(base))).toBeUndefined();
  expect(summaryOf(edited(NOTHING, "only text", on("desk")))).toEqual({ since: "2026-01-31T12:00:00.000Z" });
});

it("takes codes as services show them", () => {
  expect(codesIn("1. 1234 5678\t 6. 8765 4321\n- abcd-efgh, ijkl-mnop\n\n1234 5678\n")).toEqual([
    "1234 5678",
    "8765 4321",
    "abcd-efgh",
    "ijkl-mnop",
  ]);
  expect(codesIn("1234567\n2345678")).toEqual(["1234567", "2345678"]);
});

it.each([
  ["binary content", Uint8Array.of(0xff, 0xfe, 0x00), /not text/],
  ["an escape sequence", Buffer.from("ok\n\u001b[2J"), /line 2 of the note has a control character/],
  ["more than 16 KiB", Buffer.alloc(16 * 1024 + 1, "x"), /more than 16384 bytes/],
])("refuses %s, and says what is wrong", (_, bytes, message) => {
  expect(() => noteTextOf(bytes)).toThrow(message);
  expect(noteTextOf(Buffer.alloc(16 * 1024, "x"))).toHaveLength(16 * 1024);
});

it("one text holds all of it, and gives it back", () => {
  const note = {
    text: "kept by\n\tAnna",
    codes: [{ code: "a b", usedAt: "2026-02-01T00:00:00.000Z" }, { code: "c" }],
  };
  expect(noteFromText(noteAsText(note))).toEqual(note);
  expect(noteFromText("Recovery codes:\n")).toEqual({ text: "Recovery codes:", codes: [] });
  expect(noteFromText(noteAsText({ text: "", codes: [{ code: "c" }] }))).toEqual({
    text: "",
    codes: [{ code: "c" }],
  });
});

it("takes 200 codes of 200 characters each, and no more", () => {
  const codes = (count: number) => Array.from({ length: count }, (_, i) => `code${i}`).join("\n");
  expect(codesIn(codes(200))).toHaveLength(200);
  expect(() => codesIn(codes(201))).toThrow(/more than 200 recovery codes/);
  expect(codesIn("x".repeat(200))).toHaveLength(1);
  expect(() => codesIn("x".repeat(201))).toThrow(/code 1 has more than 200 characters/);
});
