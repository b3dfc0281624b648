/** What is in a backup: out as it went in, and one bad entry never loses the rest. */
import { describe, expect, it } from "vitest";
import { type BackupContent, formatContent, parseContent } from "../../src/backup/backup-content.ts";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Account, Device } from "../../src/ledger/account.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { aws, counting, everyAccount, github } from "../helpers/accounts.ts";

const at = "2026-01-31T12:00:00.000Z";
const vault: Device = { id: "vaultvaultvaultv", name: "vault", kind: "backup", addedAt: at, state: "active" };

function account({ issuer, label, otp }: Enrollment, id: string, more: Partial<Account> = {}): Account {
  const copies = [{ device: vault.id, addedAt: at }];
  return {
    id,
    name: `${issuer}:${label}`,
    issuer,
    label,
    otp,
    addedAt: at,
    copies,
    fingerprint: "",
    ...more,
  };
}

const content: BackupContent = {
  createdAt: at,
  device: vault.id,
  accounts: everyAccount.map((enrollment, i) => ({
    account: account(enrollment, `account${i}`),
    enrollment,
  })),
  removed: [
    { account: account(github, "gone", { removedAt: at, replacedBy: "account1" }), enrollment: github },
  ],
  devices: [vault],
};

const fields = () => JSON.parse(formatContent(content));
const parse = (value: unknown) => parseContent(JSON.stringify(value));

it("comes back as it was", () => {
  const { content: back, faults } = parseContent(formatContent(content));
  expect(faults).toEqual([]);
  expect(back).toEqual(content);
  expect(formatContent(back)).toBe(formatContent(content));
  for (const [i, entry] of back.accounts.entries())
    expect(entry.enrollment.secret.equals(everyAccount[i]?.secret ?? github.secret)).toBe(true);
});

it("a counter goes into the URI", () => {
  const enrollment: Enrollment = {
    ...counting,
    otp: { ...counting.otp, type: "hotp", algorithm: "SHA1", counter: 7 },
  };
  const text = formatContent({ ...content, accounts: [{ account: account(enrollment, "a"), enrollment }] });
  expect(JSON.parse(text).accounts[0]).toMatchObject({
    counter: 7,
    uri: expect.stringContaining("counter=7"),
  });
});

describe("one bad entry is named, and the rest is there", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["no URI", { uri: undefined }, "it has no otpauth URI"],
    ["a broken URI", { uri: "otpauth://totp/x?secret=0!" }, "the key"],
    ["a path as its id", { id: "../../evil" }, "has no id"],
    ["a Windows device as its id", { id: "con" }, "has no id"],
    ["no id", { id: undefined }, "has no id"],
    ["the id of another one", { id: "account0" }, "has the same id as another one"],
    ["invalid digits", { digits: 99 }, "is invalid"],
    ["no name", { name: "" }, "no name"],
    ["an escape sequence as a date", { addedAt: "1 (\u001b]0;x\u0007)" }, "one of its dates is invalid"],
    ["copies that are none", { copies: "x" }, "copies"],
    ["a later version", { version: 2 }, "newer"],
  ];
  it.each(cases)("%s", (_, change, fault) => {
    const broken = fields();
    broken.accounts[2] = JSON.parse(JSON.stringify({ ...broken.accounts[2], ...change }));
    const { content: back, faults } = parse(broken);
    expect(back.accounts).toHaveLength(everyAccount.length - 1);
    expect(faults).toEqual([expect.stringContaining(fault)]);
    expect(faults[0]).toContain("account 3");
    expect(faults[0]).not.toMatch(/KRUGK|\u001b/);
  });

  it("entries that are no objects; devices that can't be read", () => {
    const { content: back, faults } = parse({
      ...fields(),
      removed: [null, 3, "x"],
      devices: [{}, vault, 1],
    });
    expect(back.devices).toEqual([vault]);
    expect(faults).toHaveLength(4);
  });
});

it("what would change other accounts is not taken over", () => {
  const broken = fields();
  Object.assign(broken.accounts[0], { replaces: "someone", removedAt: at, replacedBy: "other" });
  expect(parse(broken).content.accounts[0]?.account).toEqual(content.accounts[0]?.account);
});

it("where entry and URI differ, the URI makes the codes", () => {
  const broken = fields();
  broken.accounts[0].period = 60;
  const entry = parse(broken).content.accounts[0];
  expect(entry?.account.otp).toEqual(github.otp);
});

describe("as a whole unreadable: exit 5", () => {
  it.each([
    "",
    "[]",
    "null",
    "not JSON",
    '{"version":1}',
    `{"version":1,"createdAt":"${at}","device":"x","accounts":{}}`,
    `{"version":2,"createdAt":"${at}","device":"x","accounts":[]}`,
    `${"[".repeat(200_000)}`,
  ])("%.60s", (text) => {
    try {
      parseContent(text);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof UserError && error.exitCode).toBe(ExitCode.unreadable);
    }
  });
});

it("an AWS seed of 64 characters and its label come out whole", () => {
  const [, entry] = parseContent(formatContent(content)).content.accounts;
  expect(entry?.enrollment.label).toBe(aws.label);
});
