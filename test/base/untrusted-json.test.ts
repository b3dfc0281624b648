/** The reader itself, and that src has no other one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/base/limits.ts";
import {
  isText,
  isTime,
  isWhole,
  objectOf,
  objectsOf,
  parseFields,
  parseJson,
} from "../../src/base/untrusted-json.ts";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

it("nothing else in src parses JSON", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const parsers = files.filter((name) =>
    /\bJSON\s*(\.\s*parse\b|\[)|=\s*JSON\s*;/.test(withoutComments(readFileSync(join(SRC, name), "utf8"))),
  );
  expect(parsers.map((name) => name.replaceAll("\\", "/")).sort()).toEqual(["base/untrusted-json.ts"]);
});

describe("parseJson", () => {
  it.each([
    ["an object", '{"a":[1,"x",null,true]}', { a: [1, "x", null, true] }],
    ["an array", " \n[{}]", [{}]],
  ])("reads %s", (_, text, value) => expect(parseJson(text)).toEqual(value));

  it.each([
    ["nothing", ""],
    ["a number", "1"],
    ["a text", '"{}"'],
    ["null", "null"],
    ["what is cut off", '{"a":'],
    ["what goes on behind its end", "{} {}"],
    ["a comment", "{} // x"],
    ["JavaScript", "{a:1}"],
  ])("refuses %s", (_, text) => expect(parseJson(text)).toBeUndefined());

  it("goes as deep as the limit, and counts no brackets within texts", () => {
    expect(parseJson(nested(LIMITS.jsonDepth))).toBeDefined();
    expect(parseJson(nested(LIMITS.jsonDepth + 1))).toBeUndefined();
    const quoted = String.raw`["\"${"[{".repeat(LIMITS.jsonDepth)}\\"]`;
    expect(parseJson(quoted)).toEqual([`"${"[{".repeat(LIMITS.jsonDepth)}\\`]);
    expect(parseJson(`[${'["a"],'.repeat(1000)}[]]`)).toBeDefined();
  });

  it("does not go down a million brackets", () => expect(parseJson("[".repeat(1_000_000))).toBeUndefined());
});

describe("objects", () => {
  it.each(["constructor", "toString", "hasOwnProperty", "__proto__", "valueOf"])(
    "%s is no member",
    (name) => {
      expect(objectOf({})?.[name]).toBeUndefined();
      expect(Object.hasOwn(objectOf({}) ?? {}, name)).toBe(false);
    },
  );

  it("have __proto__ as a member like any other, and pollute nothing", () => {
    const fields = objectOf(
      parseJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    );
    expect(Object.keys(fields ?? {})).toEqual(["__proto__", "constructor"]);
    expect(Object.values(fields ?? {})[0]).toEqual({ polluted: 1 });
    expect(fields?.polluted).toBeUndefined();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("are written as they were read", () => {
    const text = '{"__proto__":1,"b":2,"a":{"c":[]}}';
    expect(JSON.stringify(parseFields(text))).toBe(text);
  });

  it("are neither arrays nor anything else", () => {
    for (const value of [[], [{ a: 1 }], null, undefined, "", "{}", 1, true])
      expect(objectOf(value)).toBeUndefined();
  });

  it("of a list, each in its place", () => {
    expect(objectsOf([{ a: 1 }, [], "{}"])).toEqual([{ a: 1 }, undefined, undefined]);
    for (const value of [{ 0: {}, length: 1 }, null, "[{}]"]) expect(objectsOf(value)).toEqual([]);
  });

  it("of a text: none where it is something else", () => {
    expect(parseFields('{"a":1}')).toEqual({ a: 1 });
    for (const text of ["", "[1]", "1", '"a"', "null", '{"a":1', nested(LIMITS.jsonDepth + 1)])
      expect(Object.keys(parseFields(text))).toEqual([]);
  });
});

it("tells texts, times and whole numbers", () => {
  expect(["", "a", 1, null, undefined, {}].map(isText)).toEqual([true, true, false, false, false, false]);
  expect(["2026-01-31T12:00:00Z", "soon", "", 0, null].map(isTime)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  const numbers = [
    0,
    1,
    2 ** 53 - 1,
    2 ** 53,
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "1",
    null,
    true,
  ];
  expect(numbers.map(isWhole)).toEqual([true, true, true, ...Array(8).fill(false)]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
