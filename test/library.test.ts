/** The library: the test vectors of the RFC, the input it refuses, and that it reveals no secret. */
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  freshTotp,
  parseOtpauthUri,
  remainingSeconds,
  type SeedOrUri,
  totp,
  verify,
} from "../src/library.ts";
import { formatBase32 } from "../src/otp/base32.ts";
import { formatOtpauthUri } from "../src/otp/otpauth-uri.ts";
import { Secret } from "../src/otp/secret.ts";
import { github, key, steam } from "./helpers/accounts.ts";

const seeds = {
  SHA1: "12345678901234567890",
  SHA256: "12345678901234567890123456789012",
  SHA512: "1234567890123456789012345678901234567890123456789012345678901234",
} as const;
const base32 = (ascii: string) => formatBase32(Secret.of(Uint8Array.from(Buffer.from(ascii))));

/** RFC 6238 appendix B. */
const VECTORS: readonly (readonly [number, string, string, string])[] = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
];

describe("RFC 6238 appendix B", () => {
  it.each(VECTORS)("at %d s", (seconds, ...codes) => {
    for (const [i, algorithm] of (["SHA1", "SHA256", "SHA512"] as const).entries()) {
      const secret = base32(seeds[algorithm]);
      const at = seconds * 1000;
      const uri = `otpauth://totp/RFC:6238?secret=${secret}&digits=8&algorithm=${algorithm}`;
      for (const code of [
        totp(secret, { at, algorithm, digits: 8 }),
        totp(uri, { at }),
        totp(parseOtpauthUri(uri), { at: new Date(at) }),
      ])
        expect(code).toBe(codes[i]);
      expect(verify(uri, codes[i] ?? "", { at, window: 0 })).toBe(0);
    }
  });
});

const uri = formatOtpauthUri(github);
const at = 1_111_111_109_000;

it("reads a URI", () => {
  const { issuer, label, otp } = parseOtpauthUri(uri);
  expect({ issuer, label, otp }).toEqual({
    issuer: "GitHub",
    label: "octocat",
    otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  });
});

it("accepts a key as people write it, and Steam's URIs", () => {
  expect(totp("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq==", { at })).toBe("081804");
  expect(totp(formatOtpauthUri(steam), { at })).toMatch(/^[2-9B-Y]{5}$/);
});

it("returns the drift of a code, the nearest first", () => {
  for (const drift of [-2, -1, 0, 1, 2]) {
    const code = totp(uri, { at: at + drift * 30_000 });
    expect(verify(uri, code, { at, window: 2 })).toBe(drift);
    expect(verify(uri, ` ${code.slice(0, 3)} ${code.slice(3)}`, { at })).toBe(Math.abs(drift) <= 1 && drift);
  }
  expect(verify(uri, totp(uri, { at: 0 }), { at: 0 })).toBe(0);
  for (const wrong of ["", "12345", "1234567", "🙂🙂🙂", "０８１８０４"])
    expect(verify(uri, wrong, { at })).toBe(false);
});

it("returns the seconds that are left", () => {
  expect(remainingSeconds(uri, { at: 0 })).toBe(30);
  expect(remainingSeconds(uri, { at: 29_999 })).toBe(1);
  expect(remainingSeconds(base32(seeds.SHA1), { at: 30_000, period: 60 })).toBe(30);
});

it("reads the clock if no time is given", () => {
  const before = Date.now();
  const drift = verify(uri, totp(uri), { at: before, window: 1 });
  expect([0, 1]).toContain(drift);
});

const SECRET = "GEZDGNBVGY3TQOJQ";

it.each<[string, () => unknown, string]>([
  ["a key that is none", () => totp(`${SECRET}!`), "TypeError"],
  ["an empty key", () => totp(""), "TypeError"],
  ["HOTP", () => totp(`otpauth://hotp/x?secret=${SECRET}&counter=1`), "TypeError"],
  ["another scheme", () => totp(`https://example.org/?secret=${SECRET}`), "OtpauthUriError"],
  ["a URI without a secret", () => parseOtpauthUri("otpauth://totp/x"), "OtpauthUriError"],
  ["MD5", () => totp(`otpauth://totp/x?secret=${SECRET}&algorithm=MD5`), "OtpauthUriError"],
  ["digits beside a URI", () => totp(uri, { digits: 8 }), "TypeError"],
  ["too many digits", () => totp(SECRET, { digits: 11 }), "RangeError"],
  ["no period", () => totp(SECRET, { period: 0 }), "RangeError"],
  ["a time before 1970", () => totp(SECRET, { at: -1 }), "RangeError"],
  ["no time at all", () => totp(SECRET, { at: new Date("never") }), "RangeError"],
  ["half a window", () => verify(SECRET, "123456", { window: 0.5 }), "RangeError"],
  ["a huge window", () => verify(SECRET, "123456", { window: 1e9 }), "RangeError"],
])("refuses %s, without quoting it", (_, call, name) => {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name });
  expect(inspect(thrown)).not.toContain(SECRET);
});

it("a parsed seed prints as [secret]", () => {
  const parsed = parseOtpauthUri(uri);
  const text = [inspect(parsed, { showHidden: true }), JSON.stringify(parsed), `${parsed.secret}`].join();
  expect(text).toContain("[secret]");
  expect(text).not.toMatch(/GEZDGN|49, *50, *51/);
  expect(parsed.secret.reveal()).toEqual(key("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").reveal());
  const copy: SeedOrUri = { ...parsed };
  expect(totp(copy, { at })).toBe("081804");
});

describe("freshTotp", () => {
  const uri = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(1_111_111_109_000); // one second before a new code
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("waits for the next code where the current one has too little time left", async () => {
    const before = totp(uri);
    const fresh = freshTotp(uri, { minRemaining: 10 });
    await vi.advanceTimersByTimeAsync(999);
    expect(await Promise.race([fresh, "still waiting"])).toBe("still waiting");
    await vi.advanceTimersByTimeAsync(1);
    expect(await fresh).toBe(totp(uri));
    expect(await fresh).not.toBe(before);
  });

  it("gives the current code where it has enough", async () => {
    expect(await freshTotp(uri, { minRemaining: 1 })).toBe(totp(uri));
    expect(await freshTotp(uri, { minRemaining: 0 })).toBe(totp(uri));
    vi.setSystemTime(1_111_111_110_000);
    expect(await freshTotp(uri, { minRemaining: 30 })).toBe(totp(uri));
    expect(await freshTotp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", { digits: 8 })).toHaveLength(8);
  });

  it("looks again after a timer that woke up early", async () => {
    const fresh = freshTotp(uri);
    vi.setSystemTime(1_111_111_108_000); // the clock was set back meanwhile
    await vi.advanceTimersByTimeAsync(1000);
    expect(await Promise.race([fresh, "still waiting"])).toBe("still waiting");
    await vi.advanceTimersByTimeAsync(1000);
    expect(await fresh).toBe(totp(uri));
  });

  it.each([31, -1, Number.NaN])("refuses %d seconds of a code that lives 30", async (minRemaining) => {
    await expect(freshTotp(uri, { minRemaining })).rejects.toThrow(RangeError);
  });
});
