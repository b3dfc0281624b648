/**
 * What is matched against an expression comes from files, pictures, servers and other programs, and one that tries the same
 * text again and again takes minutes for what fits into a mail. Each of src/ is timed on texts that are written against it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { hostileTexts, textOf } from "./helpers/hostile-texts.ts";
import { expressionsIn } from "./helpers/source-expressions.ts";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
/** Characters, and milliseconds for them. */
const LENGTH = 100_000;
const MOST = 50;

/**
 * Short texts tell whether a long one is worth its time: what is quadratic takes 5 ms or more for 8,000 characters, and what is
 * linear 0.02. They grow slowly, as what is exponential is over soon for one of them and never for the next.
 */
const SHORT = [8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 1000, 8000];
const LONG = [16_000, 32_000, 64_000, LENGTH];
const SUSPICIOUS = 0.5;
const HOPELESS = 5;

it("no expression of src/ takes more than 50 ms for 100 KB", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const sources = files.map((file) => ({ file, ...expressionsIn(readFileSync(join(SRC, file), "utf8")) }));
  expect(sources.flatMap(({ expressions }) => expressions).length).toBeGreaterThan(300);
  expect(sources.filter(({ unknown }) => unknown > 0)).toEqual([]);
  const slow = sources.flatMap(({ file, expressions }) =>
    expressions.filter(isSlow).map((expression) => `${file}: ${expression}`),
  );
  expect(slow).toEqual([]);
}, 60_000);

describe("what is slow is noticed", () => {
  it.each([
    /(issuer=[^&]*?)(period=)/,
    /<code\b[^>]*>([^<]*)<\/code>/gi,
    /<code\b[^>]*>\s*(otpauth|motp):\/\//i,
    /^\ufeff?\s*(QR-Code:)?\s*((apple-)?otpauth|steam):\/\//i,
    /^profile\s+(?:"([^"]*)"|'([^']*)'|(.*))$/,
    /^([^\s#;=:[][^=:]*?)\s*[=:]\s*(.*?)\s*$/,
    /config profile \(.*\) could not be found/i,
    /^\s*([a-z-]*otp[a-z-]*|steam):/i,
    /[\r\n]+$/,
    /^!\t.*\t\[[^\]]*\] \((.*)\)$/m,
    /^!\t[^\t\n]*\t\[[^\]\n]*\] \((.*)\)$/m,
    /\bof the backup "(.*)", (\d{4}-\d\d-\d\d)\b/i,
    /stale info|remote rejected.*(lock|exists)/i,
    /^[a-z+]+:\/\/[^/@]*:[^/@]*@/i,
    /^([a-z][a-z+]*:\/\/|[\w.-]+@?[\w.-]*:|\/)/,
    /\(Did you mean (?:one of )?(.*)\?\)/,
    /\s+$/,
    /^(a+)+$/,
    /^(a|aa)+$/,
    /^(\w+\s?)*$/,
    /^(?:[a-z]+[0-9]*)*!/,
    /(?=.*x)./g,
    /(?<=x.*)y/,
    /\p{L}+\d/u,
  ])("%s", (expression) => expect(isSlow(expression)).toBe(true));
});

it("an expression that is made of values, and one that stands in a call, are found", () => {
  const source =
    "const a = /x+y/g; const b = new RegExp(`^[$" +
    "{LETTERS}]+z$" +
    '`, "i"); text.replace(RegExp("b+"), "");';
  const { expressions, unknown } = expressionsIn(source);
  expect(expressions.map(String)).toEqual(["/x+y/g", "/^[1]+z$/i", "/b+/"]);
  expect(unknown).toBe(0);
  expect(expressionsIn("new RegExp(source)").unknown).toBe(1);
});

function isSlow(expression: RegExp): boolean {
  // All matches: some callers ask for them, and the first alone costs less.
  const every = new RegExp(expression.source, expression.flags.replace(/[gy]|$/, "g"));
  return hostileTexts(expression).some((hostile) => {
    let time = 0;
    for (const length of SHORT) {
      time = takes(every, textOf(hostile, length));
      if (time > HOPELESS) return true;
    }
    return time > SUSPICIOUS && LONG.some((length) => takes(every, textOf(hostile, length)) > MOST);
  });
}

/** Milliseconds, the best of three: a busy machine makes one or the other slow. */
function takes(expression: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && best > SUSPICIOUS; round++) {
    const begin = performance.now();
    text.replace(expression, "");
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}
