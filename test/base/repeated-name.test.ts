/** Members of one name in one object. */
import { expect, it } from "vitest";
import { repeatedName } from "../../src/base/repeated-name.ts";

it.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":{"b":1},"c":[{"d":1,"d" :2}]}', "d"],
  ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', undefined],
  ['{"a":"a","b":"a"}', undefined],
  ['["a","a",{"a":"\\"a\\":1"}]', undefined],
  ['{"secret":1,"\\u0073ecret":2}', "secret"],
  ['{"a":"}","a":1}', "a"],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ["[]", undefined],
])("%s", (text, name) => {
  JSON.parse(text);
  expect(repeatedName(text)).toBe(name);
});

it("four megabytes take less than a second", () => {
  const text = JSON.stringify(
    Array.from({ length: 100_000 }, (_, i) => ({ [`name ${i}`]: '{["', secret: i })),
  );
  const begin = process.cpuUsage();
  expect(repeatedName(text)).toBe(undefined);
  expect(process.cpuUsage(begin).user / 1_000_000).toBeLessThan(1);
});
