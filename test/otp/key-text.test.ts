/** Keys as services and tokens write them. What can be read in two ways is said to be so; nothing is guessed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { isSurelyHex, keyReadings, looksLikeKey, parseKey } from "../../src/otp/key-text.ts";
import { Secret } from "../../src/otp/secret.ts";

/** RFC 6238's key. */
const BYTES = Buffer.from("12345678901234567890");
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const AWS = "CZWZMCQNW4DEXAMPLE3VOUGXJFZYSUW7EXAMPLECR4NJFD65GX2SLUDW2EXAMPLE";

const hexOf = (secret: Secret) => Buffer.from(secret.reveal()).toString("hex");
const read = (text: string) =>
  keyReadings(text).map(({ encoding, secret }) => `${encoding} ${hexOf(secret)}`);
const RFC = BYTES.toString("hex");

describe("a key", () => {
  it.each([
    ["base32", KEY, "base32"],
    ["in groups and lower case", "gezd gnbv-gy3t qojq gezd gnbv gy3t qojq", "base32"],
    ["hex, as oathtool takes it", RFC, "hex"],
    ["hex in upper case", "3132333435363738393031323334353637383930", "hex"],
    ["hex with colons", "31:32:33:34:35:36:37:38:39:30:31:32:33:34:35:36:37:38:39:30", "hex"],
    ["hex with spaces and 0x", "0x31323334 35363738 39303132 33343536 37383930", "hex"],
    ["base64", BYTES.toString("base64"), "base64"],
    ["base64 without padding", BYTES.toString("base64").replaceAll("=", ""), "base64"],
  ])("%s", (_, text, encoding) => {
    expect(read(text)).toEqual([`${encoding} ${RFC}`]);
  });

  it("that is base32 inside of base64, as AWS's API has it, is the key inside", () => {
    const [only, ...others] = keyReadings(Buffer.from(AWS).toString("base64"));
    expect([formatBase32(only.secret), others]).toEqual([AWS, []]);
  });

  it.each([
    ["only digits and letters that hex has, too", "ABCDEF2345672345ABCDEF2345672345", ["base32", "hex"]],
    ["in mixed case", "jbSWY3DPEHPK3PXPjbSWY3DPEHPK3PXP", ["base32", "base64"]],
  ])("can be read in two ways: %s", (_, text, encodings) => {
    expect(keyReadings(text).map(({ encoding }) => encoding)).toEqual(encodings);
  });

  it.each(["JBSWY3DPEHPK3PX0", "492039", "4155550123", "not!a!key", "", "GEZDGNBVGY3TQOJ0/ABCD"])(
    "%j is none, and is not quoted",
    (text) => {
      expect(() => keyReadings(text)).toThrow(/^the key /);
      if (text !== "") expect(() => keyReadings(text)).not.toThrow(text);
    },
  );

  it("is found in any encoding, whatever its bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 64 }), (bytes) => {
        const secret = Secret.of(bytes);
        const buffer = Buffer.from(bytes);
        for (const text of [
          formatBase32(secret),
          buffer.toString("hex"),
          buffer.toString("hex").toUpperCase(),
        ])
          expect(keyReadings(text).map((one) => hexOf(one.secret))).toContain(hexOf(secret));
        expect(hexOf(parseKey(buffer.toString("hex"), "hex"))).toBe(hexOf(secret));
        expect(hexOf(parseKey(formatBase32(secret), "base32"))).toBe(hexOf(secret));
      }),
    );
  });

  it.each([
    ["hex", "abc"],
    ["hex", "xyz1"],
    ["base64", "a"],
    ["base64", "ab=c"],
    ["base32", "18"],
  ] as const)("is not %s: %j", (encoding, text) => {
    expect(() => parseKey(text, encoding)).toThrow(new RegExp(`^the key .*${encoding}`));
  });
});

it.each(["GEZDGNBVGY3TQOJQ", "3132333435363738393031323334353637383930", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="])(
  "%s is the same key between the invisible marks of pasted text",
  (key) => {
    for (const [before, after] of ["\u200e\u200e", "\u202a\u202c", "\u2066\u2069", "\ufeff\u200b"].map(
      (pair) => [...pair],
    )) {
      const pasted = `${before}${key}${after}`;
      expect(looksLikeKey(pasted)).toBe(true);
      expect(keyReadings(pasted).map(({ encoding }) => encoding)).toEqual(
        keyReadings(key).map(({ encoding }) => encoding),
      );
      expect(keyReadings(pasted)[0].secret.equals(keyReadings(key)[0].secret)).toBe(true);
    }
  },
);

it("only what can't be base32 is surely hex", () => {
  expect([RFC, "ABCDEF2345672345", "1019", KEY].map(isSurelyHex)).toEqual([true, false, false, false]);
});

it.each([
  [KEY, true],
  ["gezd gnbv gy3t qojq", true],
  [RFC, true],
  ["JBSWY3DPEHPK3PX0", true],
  [BYTES.toString("base64"), true],
  ["correct horse battery staple", false],
  ["internationalization", false],
  ["4111 1111 1111 1111", false],
  ["call me at 5 pm", false],
  ["12345678", false],
])("%j looks like a key: %j", (text, expected) => {
  expect(looksLikeKey(text)).toBe(expected);
});
