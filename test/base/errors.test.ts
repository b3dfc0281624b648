import { expect, it } from "vitest";
import { asUserError, attempt, ExitCode, faultOf, UserError } from "../../src/base/errors.ts";

const damaged = new UserError("it is damaged", ExitCode.unreadable);
const fails = (error: unknown) => () => {
  throw error;
};

it("what a person can fix comes back, with all that it says", async () => {
  expect(attempt(fails(damaged))).toBe(damaged);
  expect(faultOf(fails(damaged))).toBe("it is damaged");
  expect(await Promise.reject(damaged).catch(asUserError)).toBe(damaged);
});

it("what was right comes back as it is", () => {
  expect(attempt(() => "a text")).toBe("a text");
  expect(faultOf(() => "a text")).toBeUndefined();
});

it("a bug is not hidden", async () => {
  const bug = new TypeError("x is not a function");
  expect(() => attempt(fails(bug))).toThrow(bug);
  expect(() => faultOf(fails(bug))).toThrow(bug);
  await expect(Promise.reject(bug).catch(asUserError)).rejects.toBe(bug);
});
