/** The known answer of the Twofish paper for 256 bits, and CBC. */
import { expect, it } from "vitest";
import { openTwofishCbc } from "../../src/formats/twofish.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const KEY = hex("0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff");
/** Of a block of zeros. */
const SEALED = hex("37527be0052334b89f0cfccae87cfa20");

/** The IV is added after decryption, so it can make the padding right. */
it("decrypts the paper's block", () => {
  expect(openTwofishCbc(KEY, new Uint8Array(16).fill(16), SEALED)).toEqual(new Uint8Array());
  expect(openTwofishCbc(KEY, hex(`${"41".repeat(12)}04040404`), SEALED)).toEqual(hex("41".repeat(12)));
});

it("chains blocks", () => {
  const two = Uint8Array.from([...SEALED, ...SEALED]);
  expect(openTwofishCbc(KEY, new Uint8Array(16), two)).toBeUndefined();
  // The second block is the first sealed one, whose last byte 0x20 is no padding.
  const one = SEALED.map((byte, i) => (i === 15 ? byte ^ 0x21 : byte));
  expect(openTwofishCbc(KEY, new Uint8Array(16), one)).toBeUndefined();
});

it("refuses what is not whole blocks", () => {
  for (const size of [0, 1, 15, 17])
    expect(openTwofishCbc(KEY, new Uint8Array(16), new Uint8Array(size))).toBeUndefined();
  expect(openTwofishCbc(KEY.subarray(1), new Uint8Array(16), SEALED)).toBeUndefined();
});
