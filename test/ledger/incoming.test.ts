import { expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { type Account, NEWER } from "../../src/ledger/account.ts";
import { formatIncoming, parseIncoming } from "../../src/ledger/incoming.ts";

const account: Account = {
  id: "aaaaaaaaaaaaaaaa",
  name: "github",
  issuer: "GitHub",
  label: "octocat",
  otp: { type: "totp", algorithm: "SHA1", digits: 6, period: 30 },
  addedAt: "2026-01-31T12:00:00.000Z",
  copies: [],
  fingerprint: "",
};

it("comes back as it went out", () => {
  expect(parseIncoming(formatIncoming([account]))).toEqual([account]);
});

it.each([
  ["another version", { version: 0 }],
  ["a version that is no number", { version: "1" }],
  ["no version", { version: undefined }],
  ["no list", { accounts: undefined }],
  ["an account without an id", { accounts: [{ ...account, id: 1 }] }],
])("with %s is damaged, and no account comes of it", (_, change) => {
  const text = JSON.stringify({ ...JSON.parse(formatIncoming([account])), ...change });
  expect(() => parseIncoming(text)).toThrow(
    expect.objectContaining({ name: "UserError", exitCode: ExitCode.unreadable }),
  );
});

it("of a later version is not called damaged", () => {
  const text = JSON.stringify({ ...JSON.parse(formatIncoming([account])), version: 2 });
  expect(() => parseIncoming(text)).toThrow(NEWER);
});
