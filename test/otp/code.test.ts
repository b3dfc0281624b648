import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formatBase32 } from "../../src/otp/base32.ts";
import { type Algorithm, type OtpParameters, STEAM, type Totp } from "../../src/otp/enrollment.ts";
import { codeOf, remainingSeconds, stepAt, windowOf } from "../../src/otp/one-time-code.ts";
import { Secret } from "../../src/otp/secret.ts";
import { key } from "../helpers/accounts.ts";
import { needs } from "../helpers/system-packages.ts";

const ascii = (text: string) => Secret.of(Buffer.from(text, "ascii"));

describe("RFC 6238 appendix B", () => {
  const digits20 = "12345678901234567890";
  const seeds = {
    SHA1: ascii(digits20),
    SHA256: ascii(`${digits20}123456789012`),
    SHA512: ascii(`${digits20.repeat(3)}1234`),
  };
  const table: [seconds: number, SHA1: string, SHA256: string, SHA512: string][] = [
    [59, "94287082", "46119246", "90693936"],
    [1111111109, "07081804", "68084774", "25091201"],
    [1111111111, "14050471", "67062674", "99943326"],
    [1234567890, "89005924", "91819424", "93441116"],
    [2000000000, "69279037", "90698825", "38618901"],
    [20000000000, "65353130", "77737706", "47863826"],
  ];
  it.each(table)("at %i s", (seconds, ...codes) => {
    const algorithms: Algorithm[] = ["SHA1", "SHA256", "SHA512"];
    const got = algorithms.map((algorithm) => {
      const otp: Totp = { type: "totp", algorithm, digits: 8, period: 30 };
      return codeOf(seeds[algorithm], otp, stepAt(otp, seconds * 1000));
    });
    expect(got).toEqual(codes);
  });
});

it("RFC 4226 appendix D: the first ten counter values", () => {
  const seed = ascii("12345678901234567890");
  const codes = Array.from({ length: 10 }, (_, counter) =>
    codeOf(seed, { type: "hotp", algorithm: "SHA1", digits: 6, counter }, counter),
  );
  expect(codes).toEqual([
    "755224",
    "287082",
    "359152",
    "969429",
    "338314",
    "254676",
    "287922",
    "162583",
    "399871",
    "520489",
  ]);
});

it.each([
  ["STEAMKEY", 1742298622, "NTK5M"],
  ["63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1511200518, "FR8RV"],
  ["63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1511200714, "9P3VP"],
])("Steam: %s at %i", (text, seconds, code) => {
  expect(codeOf(key(text), STEAM, stepAt(STEAM, seconds * 1000))).toBe(code);
});

describe("steps", () => {
  const otp: Totp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 };
  it("begin at 1970 and change on the second", () => {
    expect([0, 29_999, 30_000].map((time) => stepAt(otp, time))).toEqual([0, 0, 1]);
    expect(windowOf(otp, 1)).toEqual({ from: 30_000, until: 60_000 });
  });
  it("count the seconds left from 30 down to 1", () => {
    expect([30_000, 30_001, 31_000, 59_000, 59_999].map((time) => remainingSeconds(otp, time))).toEqual([
      30, 30, 29, 1, 1,
    ]);
  });
  it("do not exist before 1970 or at no time", () => {
    expect(() => stepAt(otp, -1)).toThrow("before 1970");
    expect(() => stepAt(otp, Number.NaN)).toThrow("before 1970");
  });
});

/** Deterministic, and odd on purpose. */
function generated(i: number): { secret: Secret; otp: OtpParameters; step: number; seconds: number } {
  const bytes = createHash("sha512").update(`account ${i}`).digest();
  const algorithm = (["SHA1", "SHA256", "SHA512"] as const)[i % 3] ?? "SHA1";
  const secret = Secret.of(Uint8Array.from(bytes.subarray(0, 10 + (i % 54))));
  const seconds = bytes.readUInt32BE(0);
  if (i % 2 === 0) {
    const counter = bytes.readUInt32BE(4) * (i % 4 === 0 ? 1 : 4096);
    // oathtool knows SHA-1 only for HOTP, and 6 to 8 digits in all.
    return {
      secret,
      otp: { type: "hotp", algorithm: "SHA1", digits: 6 + (i % 3), counter },
      step: counter,
      seconds,
    };
  }
  const period = [1, 7, 10, 15, 20, 30, 45, 60, 90, 300, 3600][i % 11] ?? 30;
  const otp: Totp = { type: "totp", algorithm, digits: 6 + (i % 3), period };
  return { secret, otp, step: stepAt(otp, seconds * 1000), seconds };
}

type Generated = ReturnType<typeof generated>;

/** Its codes, line by line; by one shell, as starting a process from here takes longer than all it does. */
function oathtool(accounts: readonly Generated[], digitsOf = ({ otp }: Generated) => otp.digits): string[] {
  const commands = accounts.map((account) => {
    const { secret, otp, seconds } = account;
    const period = otp.type === "totp" ? otp.period : 30;
    const mode =
      otp.type === "hotp"
        ? `--hotp -c ${otp.counter}`
        : `--totp=${otp.algorithm.toLowerCase()} -s ${period}s -N @${seconds}`;
    return `oathtool ${mode} -d ${digitsOf(account)} -b ${formatBase32(secret)}\n`;
  });
  const input = `set -e\n${commands.join("")}`;
  return execFileSync("sh", { input, encoding: "utf8" }).trim().split("\n");
}

describe.skipIf(!needs("oathtool"))("agree with oathtool (needs oathtool)", () => {
  it("500 generated accounts, all hashes, odd periods and key lengths", () => {
    const accounts = Array.from({ length: 500 }, (_, i) => generated(i));
    const ours = accounts.map(({ secret, otp, step }) => codeOf(secret, otp, step));
    expect(ours).toEqual(oathtool(accounts));
  });

  // oathtool prints 6 to 8 digits; RFC 4226 section 5.3 makes every length from one number, so the last 5 digits of
  // its 8 check our 5, and its 8 check the end of our 9 and 10.
  it("5, 9 and 10 digits end like 8", () => {
    const accounts = Array.from({ length: 30 }, (_, i) => generated(2 * i + 1));
    const codes = oathtool(accounts, () => 8);
    expect(codes).toHaveLength(accounts.length);
    for (const [i, account] of accounts.entries()) {
      const eight = codes[i] ?? "";
      const code = (digits: number) =>
        codeOf(account.secret, { ...account.otp, digits } as Totp, account.step);
      expect(code(5)).toBe(eight.slice(3));
      expect(code(9).slice(1)).toBe(eight);
      expect(code(10)).toMatch(/^[0-2]/);
      expect(code(10).slice(2)).toBe(eight);
    }
  });
});
