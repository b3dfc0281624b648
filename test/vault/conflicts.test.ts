/** Whose place a new seed takes: the wrong answer puts a sound account aside. */
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import type { Account } from "../../src/ledger/account.ts";
import { takenBy } from "../../src/vault/conflicts.ts";
import { github } from "../helpers/accounts.ts";

const account = (id: string, name: string, label: string): Account => ({
  id,
  name,
  issuer: github.issuer,
  label,
  otp: github.otp,
  addedAt: "2026-01-31T12:00:00.000Z",
  copies: [],
  fingerprint: "",
});

/** The name that a new seed of octocat's would get by itself. */
const NAME = "GitHub:octocat";
const renamed = account("renamed", "hub", "octocat");
const namesake = account("namesake", NAME, "hubot");

describe("a new seed", () => {
  it("takes the place of the account of its name before that of the same login under another name", () => {
    expect(takenBy(github, NAME, false, [renamed, namesake])?.id).toBe("namesake");
    expect(takenBy(github, NAME, false, [namesake, renamed])?.id).toBe("namesake");
  });

  it("takes the place of its login, whatever that is called here, unless the person chose a name", () => {
    expect(takenBy(github, NAME, false, [renamed])?.id).toBe("renamed");
    expect(takenBy(github, NAME, undefined, [renamed])?.id).toBe("renamed");
    expect(takenBy(github, NAME, true, [renamed])).toBeUndefined();
  });

  it("of a login that is not here takes nobody's", () => {
    expect(takenBy({ ...github, issuer: "GitLab" }, "GitLab:octocat", false, [renamed])).toBeUndefined();
    expect(takenBy({ ...github, label: "cat" }, "GitHub:cat", false, [renamed])).toBeUndefined();
  });

  it("that could be of several is a question, not a guess", () => {
    const other = account("other", "cat", "octocat");
    expect(() => takenBy(github, NAME, false, [renamed, other])).toThrow(
      expect.objectContaining({ exitCode: ExitCode.ambiguous }),
    );
    expect(takenBy(github, NAME, false, [renamed, other, namesake])?.id).toBe("namesake");
  });
});
