/**
 * zxing-wasm is built for engines that can't move memory in one go: in the place of `memory.copy` and `memory.fill` it has loops
 * over single bytes (Binaryen's pass llvm-memory-copy-fill-lowering), a third of what a picture takes to read. Node has both
 * instructions since 16, and does with them what the loops do, out of bounds included.
 */

/** Code of a function of three i32, as WebAssembly encodes it (core specification 2.0, 5.4), up to its last `end`. */
interface Lowered {
  readonly loop: Buffer;
  readonly instruction: Buffer;
}

const NOP = 0x01;

export const COPY: Lowered = {
  loop: Buffer.from(
    "3f004110742203200020026a49200120026a20034b720440000b200020014b047f200241016b2103417f2102417f05410021034101" +
      "0b210403402002200346450440200020036a200120036a2d00003a0000200320046a21030c010b0b",
    "hex",
  ),
  instruction: Buffer.from("200020012002fc0a0000", "hex"), // local.get 0, 1, 2; memory.copy
};

export const FILL: Lowered = {
  loop: Buffer.from(
    "200020026a3f004110744b0440000b034020020440200241016b220220006a20013a00000c010b0b",
    "hex",
  ),
  instruction: Buffer.from("200020012002fc0b00", "hex"), // local.get 0, 1, 2; memory.fill
};

/** In place, and of the same length. What a later release of the library does otherwise is left alone. */
export function useBulkMemory(wasm: Uint8Array): void {
  const bytes = Buffer.from(wasm.buffer, wasm.byteOffset, wasm.length);
  for (const { loop, instruction } of [COPY, FILL]) {
    const at = bytes.indexOf(loop);
    if (at < 0) continue;
    bytes.fill(NOP, at, at + loop.length - instruction.length);
    bytes.set(instruction, at + loop.length - instruction.length);
  }
}
