import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { COPY, FILL, useBulkMemory } from "../../src/images/bulk-memory.ts";

// What its types are, only a browser's say.
const { Module, Instance } = Reflect.get(globalThis, "WebAssembly") as {
  Module: new (wasm: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => { exports: { f: (...args: number[]) => void; m: { buffer: ArrayBuffer } } };
};

/** One page of memory, exported, and a function "f" of three i32 with two locals, whose code is given. */
function moduleOf(code: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = [0x01, 0x02, 0x7f, ...code, 0x0b];
  const section = (id: number, ...content: number[]) => [id, content.length, ...content];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(7, 2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0),
    ...section(10, 1, body.length, ...body),
  ]);
}

function run(wasm: Uint8Array<ArrayBuffer>, args: readonly number[]): string {
  const { f, m } = new Instance(new Module(wasm)).exports;
  const bytes = new Uint8Array(m.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i % 251;
  try {
    f(...args);
  } catch (error) {
    return (error as Error).name;
  }
  return Buffer.from(bytes).toString("latin1");
}

describe("loops over bytes, replaced by an instruction", () => {
  test.each([
    ["copy, forwards", COPY, [10, 1000, 500]],
    ["copy, backwards over itself", COPY, [1010, 1000, 500]],
    ["copy, forwards over itself", COPY, [990, 1000, 500]],
    ["copy of nothing", COPY, [10, 20, 0]],
    ["copy to the very end", COPY, [65_036, 0, 500]],
    ["copy from beyond the end", COPY, [0, 65_500, 500]],
    ["copy to beyond the end", COPY, [65_500, 0, 500]],
    ["fill", FILL, [10, 0x1ff, 500]],
    ["fill of nothing", FILL, [10, 7, 0]],
    ["fill to beyond the end", FILL, [65_500, 7, 500]],
  ] as const)("do the same: %s", (_, { loop }, args) => {
    const before = moduleOf(loop);
    const after = moduleOf(loop);
    useBulkMemory(after);
    expect(after).not.toEqual(before);
    expect(after.length).toBe(before.length);
    expect(run(after, args)).toBe(run(before, args));
  });

  test.each(["reader", "writer"])("are in zxing's %s, once each", (half) => {
    const file = createRequire(import.meta.url).resolve(`zxing-wasm/${half}/zxing_${half}.wasm`);
    const wasm = readFileSync(file);
    for (const { loop } of [COPY, FILL]) {
      expect(wasm.indexOf(loop)).toBeGreaterThan(0);
      expect(wasm.lastIndexOf(loop)).toBe(wasm.indexOf(loop));
    }
  });

  test("what is no such file is left alone", () => {
    const other = Uint8Array.from({ length: 5000 }, (_, i) => i % 256);
    const copy = Uint8Array.from(other);
    useBulkMemory(copy);
    expect(copy).toEqual(other);
  });
});
