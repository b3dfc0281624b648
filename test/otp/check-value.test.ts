import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBase32 } from "../../src/otp/base32.ts";
import { checkValueOf, splitTypedKey } from "../../src/otp/check-value.ts";
import { STEAM } from "../../src/otp/enrollment.ts";
import { Secret } from "../../src/otp/secret.ts";
import { base32Of, counting, everyAccount, github, key } from "../helpers/accounts.ts";

const totp = github.otp;
if (totp.type !== "totp") throw new Error("the account is another one");

describe("checkValueOf", () => {
  it("is as its description says", () => {
    const bytes = Buffer.concat([
      Buffer.from("twinseed check 1\ntotp\nSHA1\n6\n30\n"),
      Buffer.from("12345678901234567890"),
    ]);
    const digest = createHash("sha256").update(bytes).digest();
    const bits = Array.from(digest.subarray(0, 3), (byte) => byte.toString(2).padStart(8, "0")).join("");
    const spelled = [0, 5, 10, 15]
      .map((at) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(bits.slice(at, at + 5), 2)])
      .join("");
    expect(checkValueOf(github)).toBe(spelled);
  });
  it("never changes: it is on paper", () => {
    expect(everyAccount.map(checkValueOf)).toEqual(["OVC6", "OZQG", "ZXES", "GICU", "BI3A", "SLK2"]);
  });
  it("tells each parameter", () => {
    const { secret } = github;
    const values = [
      totp,
      { ...totp, digits: 8 },
      { ...totp, period: 60 },
      { ...totp, algorithm: "SHA256" } as const,
      { ...totp, algorithm: "SHA512" } as const,
      { type: "hotp", algorithm: "SHA1", digits: 6, counter: 0 } as const,
      STEAM,
    ].map((otp) => checkValueOf({ otp, secret }));
    expect(new Set(values).size).toBe(values.length);
  });
  it("does not move with the counter", () => {
    const { otp, secret } = counting;
    if (otp.type !== "hotp") throw new Error("the account is another one");
    expect(checkValueOf({ otp: { ...otp, counter: 99 }, secret })).toBe(checkValueOf(counting));
  });
  it("notices each mistyped character, and two that changed places", () => {
    const text = base32Of(github);
    const mistyped = Array.from(text, (letter, i) => {
      const other = letter === "A" ? "B" : "A";
      return `${text.slice(0, i)}${other}${text.slice(i + 1)}`;
    });
    const swapped = Array.from(
      text.slice(1),
      (letter, i) => `${text.slice(0, i)}${letter}${text[i]}${text.slice(i + 2)}`,
    ).filter((one) => one !== text);
    for (const one of [...mistyped, ...swapped])
      expect(checkValueOf({ ...github, secret: key(one) })).not.toBe(checkValueOf(github));
  });
});

describe("splitTypedKey", () => {
  it.each([
    ["ABCD EFGH", { key: "ABCD EFGH", check: undefined }],
    ["ABCD EFGH/QZ27", { key: "ABCD EFGH", check: "QZ27" }],
    ["ABCD EFGH / qz 27 ", { key: "ABCD EFGH ", check: "QZ27" }],
    ["ABCDEFGH/q-z-2-7", { key: "ABCDEFGH", check: "QZ27" }],
    ["ABCD/", undefined],
    ["ABCD/QZ2", undefined],
    ["ABCD/QZ278", undefined],
    ["ABCD/QZ01", undefined],
  ])("%j", (text, split) => expect(splitTypedKey(text)).toEqual(split));

  it("takes back what a sheet says, for each key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 64 }), (bytes) => {
        const secret = Secret.of(bytes);
        const enrollment = { ...github, secret };
        const typed = splitTypedKey(`${base32Of(enrollment)}/${checkValueOf(enrollment)}`);
        const back = parseBase32(typed?.key ?? "");
        expect(back.equals(secret)).toBe(true);
        expect(typed?.check).toBe(checkValueOf(enrollment));
      }),
    );
  });
});
