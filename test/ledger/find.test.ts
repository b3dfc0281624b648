import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import type { Account } from "../../src/ledger/account.ts";
import { findAccount } from "../../src/ledger/find.ts";

function account(name: string, more: Partial<Account> = {}): Account {
  return {
    id: `id of ${name}`,
    name,
    issuer: "",
    label: "",
    otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
    addedAt: "2026-01-31T12:00:00.000Z",
    copies: [],
    fingerprint: "",
    ...more,
  };
}

const find = (accounts: readonly Account[], query: string) =>
  findAccount(accounts, query, { unreadable: () => [] });

/** The names that are proposed in the place of one that nothing matches, the nearest first. */
async function proposed(names: readonly string[], query: string): Promise<string[]> {
  const hints = await find(
    names.map((name) => account(name)),
    query,
  ).then(
    () => expect.unreachable(`"${query}" matches`),
    (error) => {
      expect(error).toMatchObject({ exitCode: ExitCode.notFound });
      return String(error.hints[0]);
    },
  );
  return Array.from(hints.matchAll(/"([^"]*)"/g), ([, name = ""]) => name);
}

describe("what was meant", () => {
  it("is an exact name before an id, and that before a part", async () => {
    const accounts = [account("work"), account("id of work"), account("work too")];
    expect(await find(accounts, "work")).toBe(accounts[0]);
    expect(await find(accounts, "id of work")).toBe(accounts[1]);
    expect(await find(accounts.slice(0, 1), "id of work")).toBe(accounts[0]);
    expect(await find(accounts, "TOO")).toBe(accounts[2]);
    await expect(find(accounts, "wor")).rejects.toMatchObject({ exitCode: ExitCode.ambiguous });
  });

  it.each(["", " ", "\u00a0\t"])("is nothing if %j was typed, though names have spaces", async (query) => {
    const accounts = [account("root", { issuer: "Amazon Web\u00a0Services\t" })];
    await expect(find(accounts, query)).rejects.toMatchObject({ exitCode: ExitCode.notFound });
  });

  it("is near no name that shares no letter with it", async () => {
    expect(await proposed(["x"], "my")).toEqual([]);
    expect(await proposed(["ma"], "my")).toEqual(["ma"]);
  });

  it("may be several: ten are listed, and the others counted", async () => {
    const hints = (amount: number) =>
      find(
        Array.from({ length: amount }, (_, i) => account(`work ${i}`)),
        "work",
      ).then(
        () => expect.unreachable("it is ambiguous"),
        (error) => error.hints,
      );
    expect(await hints(10)).toHaveLength(10);
    expect(await hints(12)).toHaveLength(11);
    expect((await hints(12)).at(-1)).toBe("and 2 more");
  });

  it("is the whole name in other capitals before names that only contain it", async () => {
    const accounts = [account("Work too"), account("Work")];
    expect(await find(accounts, "WORK")).toBe(accounts[1]);
  });

  it("is an AWS account by the name that everybody calls it", async () => {
    const accounts = [account("root", { issuer: "Amazon Web Services" }), account("github")];
    expect(await find(accounts, "aws")).toBe(accounts[0]);
  });
});

describe("what may have been meant", () => {
  it.each([
    ["one letter is another", "mall"],
    ["two letters are the other way round", "mial"],
    ["two letters are others", "maxy"],
  ])("is proposed where of a short name %s", async (_, query) => {
    expect(await proposed(["mail", "something else"], query)).toEqual(["mail"]);
  });

  it.each([
    ["three letters of a short name are others", "mxyz"],
    ["nothing is alike", "example"],
  ])("is not guessed at where %s", async (_, query) => {
    expect(await proposed(["mail", "something else"], query)).toEqual([]);
  });

  it("may differ in more letters the longer it is", async () => {
    expect(await proposed(["accounting department"], "acounting-departmnet")).toEqual([
      "accounting department",
    ]);
  });

  it("is three names at most, the nearest first", async () => {
    expect(await proposed(["mailbox", "mails", "maily", "mailx", "mailto"], "mailz")).toEqual([
      "mails",
      "maily",
      "mailx",
    ]);
    expect(await proposed(["mailto", "mails"], "mailz")).toEqual(["mails", "mailto"]);
  });
});
