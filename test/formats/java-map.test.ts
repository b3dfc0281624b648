import { describe, expect, it } from "vitest";
import { readJavaMap } from "../../src/formats/java-map.ts";

const CLASS =
  "aced0005 7372 0011 6a6176612e7574696c2e486173684d6170 0507dac1c31660d1 03 0002" +
  "46 000a 6c6f6164466163746f72 49 0009 7468726573686f6c64 78 70 3f400000 0000000c";

function bytes(...hex: string[]): Buffer {
  return Buffer.from(hex.join("").replaceAll(" ", ""), "hex");
}

function map(count: number, ...entries: string[]): Buffer {
  return bytes(CLASS, "77 08 00000010", count.toString(16).padStart(8, "0"), ...entries, "78");
}

const A = "74 0001 61";

describe("a Java-serialized map", () => {
  it("is read", () => {
    expect(readJavaMap(map(0))).toEqual(new Map());
    expect(readJavaMap(map(1, A, "74 0002 6263"))).toEqual(new Map([["a", "bc"]]));
    expect(readJavaMap(map(1, A, "7c 0000000000000002 6263"))).toEqual(new Map([["a", "bc"]]));
  });

  it("knows Java's own UTF-8", () => {
    expect(readJavaMap(map(1, A, "74 000d c3a9 e282ac eda0bd edb491 c080"))?.get("a")).toBe(
      "é€🔑\0".normalize(),
    );
  });

  it("resolves what it names a second time", () => {
    expect(readJavaMap(map(1, A, "71 007e0002"))).toEqual(new Map([["a", "a"]]));
    for (const handle of ["007e0000", "007e0001", "007e0003", "00000000", "ffffffff"])
      expect(readJavaMap(map(1, A, "71", handle))).toBeUndefined();
  });

  it.each([
    ["nothing", bytes("")],
    ["the header alone", bytes("aced0005")],
    ["another class", bytes(CLASS.replace("486173684d6170", "486173684d6171"))],
    ["a text longer than the file", map(1, A, "74 ffff 61")],
    ["a long text longer than the file", map(1, A, "7c 00000000ffffffff 61")],
    ["a long text of more than 32 bits", map(1, A, "7c 0000000100000001 61")],
    ["fewer entries than it says", map(2, A, A)],
    ["more entries than are allowed", map(0xffff_ffff, A, A)],
    ["an object among the texts", map(1, A, "73 72 0000")],
    ["null among the texts", map(1, A, "70")],
    ["a broken letter", map(1, A, "74 0002 c361")],
    ["a letter cut off", map(1, A, "74 0001 c3")],
    ["a field of an unknown type", bytes(CLASS.replace("46 000a", "4c 000a"))],
    ["no end", map(1, A, A).subarray(0, -1)],
  ])("%s is none", (_, file) => {
    expect(readJavaMap(file)).toBeUndefined();
  });

  it("is none wherever it is cut", () => {
    const file = map(1, A, "74 0002 6263");
    for (let end = 0; end < file.length; end++) expect(readJavaMap(file.subarray(0, end))).toBeUndefined();
  });
});
