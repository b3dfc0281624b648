import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OTP_LIMITS } from "../../src/base/limits.ts";
import { DRIFT_STEPS, LOOK_AHEAD, prove } from "../../src/ledger/proof.ts";
import { type Enrollment, STEAM, type Totp } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { bank, counting, github, steam } from "../helpers/accounts.ts";
import { enrollments } from "../helpers/arbitraries.ts";

const now = Date.parse("2026-01-31T12:00:17Z"); // 17 s into a step of 30 s

const withOtp = (otp: Totp): Enrollment => ({ ...github, otp });
const totp = (period: number): Totp => ({ type: "totp", algorithm: "SHA1", digits: 8, period });

/** What a device shows whose clock is `seconds` ahead. */
function shown({ secret, otp }: Enrollment, seconds: number): string {
  if (otp.type === "hotp") throw new Error("no clock");
  return codeOf(secret, otp, stepAt(otp, now + seconds * 1000));
}

describe("the device's clock", () => {
  const periods = [1, 7, 10, 15, 20, 30, 45, 60, 90, 300, 3600, 86_400];
  it.each(periods)("period %i s: found from -10 to +10 steps", (period) => {
    const account = withOtp(totp(period));
    for (let steps = -DRIFT_STEPS; steps <= DRIFT_STEPS; steps++) {
      expect(prove(account, shown(account, steps * period), now)).toMatchObject({ right: true, steps });
    }
  });
  it("every period there is, any time", () => {
    const steps = fc.integer({ min: -DRIFT_STEPS, max: DRIFT_STEPS });
    const times = fc.integer({ min: 4e9, max: 4e12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), steps, times, (period, steps, time) => {
        const { secret, otp } = withOtp(totp(period));
        const step = stepAt(totp(period), time) + steps;
        fc.pre(step >= 0);
        const proof = prove({ ...github, secret, otp }, codeOf(secret, otp, step), time);
        // Of two steps that show the same code by chance, the nearer one is the likely one.
        expect(proof.right && "steps" in proof && Math.abs(proof.steps) <= Math.abs(steps)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
  it("one step more is not searched", () => {
    for (const steps of [-DRIFT_STEPS - 1, DRIFT_STEPS + 1]) {
      expect(prove(github, shown(github, steps * 30), now)).toEqual({ right: false, why: "no-match" });
    }
  });
  it.each([
    [0, 0],
    [-62, -62],
    [-60, -62],
    [62, 58],
    [-300, -302],
    [20, 28],
    [-17, 0], // the code before, typed 17 s late at the most: nobody's fault, or not certain
  ])("%i s off is reported as %i s", (seconds, reported) => {
    const proof = prove(github, shown(github, seconds), now);
    expect(proof).toMatchObject({ right: true });
    const drift = "driftSeconds" in proof ? proof.driftSeconds : Number.NaN;
    expect(Math.abs(drift - reported)).toBeLessThanOrEqual(15);
    expect(Math.sign(drift) === Math.sign(reported) || drift === 0).toBe(true);
  });
  it("a code that has just changed is not held against the clock", () => {
    const justAfter = Date.parse("2026-01-31T12:00:04Z");
    const code = codeOf(github.secret, github.otp, stepAt(github.otp as Totp, justAfter) - 1);
    expect(prove(github, code, justAfter)).toEqual({ right: true, steps: -1, driftSeconds: 0 });
  });
  it("Steam and eight digits too", () => {
    expect(prove(steam, shown(steam, -30).toLowerCase(), now)).toMatchObject({ right: true, steps: -1 });
    expect(prove(bank, shown(bank, 120), now)).toMatchObject({ right: true, steps: 2 });
  });
});

describe("what people type", () => {
  it("spaces and dashes do not count", () => {
    const code = shown(github, 0);
    for (const text of [` ${code.slice(0, 3)} ${code.slice(3)}\n`, `${code.slice(0, 3)}-${code.slice(3)}`]) {
      expect(prove(github, text, now)).toMatchObject({ right: true, steps: 0 });
    }
  });
  it.each([
    ["12345", "digits"],
    ["1234567", "digits"],
    ["", "digits"],
    ["12345a", "characters"],
    ["１２３４５６", "characters"],
  ])("%j is told by its shape", (text, why) => {
    expect(prove(github, text, now)).toEqual({ right: false, why });
  });
});

describe("HOTP", () => {
  const at = (counter: number) => codeOf(counting.secret, counting.otp, counter);
  it("looks ahead, and the counter moves past the code", () => {
    expect(prove(counting, at(0), now)).toEqual({ right: true, nextCounter: 1 });
    expect(prove(counting, at(LOOK_AHEAD), now)).toEqual({ right: true, nextCounter: LOOK_AHEAD + 1 });
    expect(prove(counting, at(LOOK_AHEAD + 1), now)).toMatchObject({ right: false });
  });
  it("never back", () => {
    const used = { ...counting, otp: { ...counting.otp, counter: 5 } } as Enrollment;
    expect(prove(used, at(4), now)).toMatchObject({ right: false });
  });
});

it("a code of another account never confirms", () => {
  // Ten digits, so that chance (21 of 2,147,483,648) stays out of the test.
  const long = (account: Enrollment): Enrollment => ({
    ...account,
    otp:
      account.otp.type === "hotp"
        ? { ...account.otp, counter: 7, digits: OTP_LIMITS.digits.most }
        : { ...totp(30), digits: OTP_LIMITS.digits.most },
  });
  fc.assert(
    fc.property(enrollments(), enrollments(), (one, other) => {
      fc.pre(!one.secret.equals(other.secret) && one.otp !== STEAM && other.otp !== STEAM);
      // A key and the same key with zero bytes behind it are one key to HMAC (RFC 2104).
      fc.pre(
        Buffer.from(one.secret.reveal())
          .toString("hex")
          .replace(/(00)+$/, "") !==
          Buffer.from(other.secret.reveal())
            .toString("hex")
            .replace(/(00)+$/, ""),
      );
      const { secret, otp } = long(other);
      const step = otp.type === "hotp" ? otp.counter : stepAt(otp, now);
      expect(prove(long(one), codeOf(secret, otp, step), now).right).toBe(false);
    }),
    { numRuns: 300 },
  );
});
