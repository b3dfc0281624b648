import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { foreignText } from "../../src/formats/foreign-file.ts";
import { otpauthList, readUriList } from "../../src/formats/otpauth-list.ts";
import { type Enrollment, sameCodes } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { base32Of, everyAccount, github } from "../helpers/accounts.ts";
import { anyCharacter, enrollments } from "../helpers/arbitraries.ts";

const options = { random: (bytes: number) => new Uint8Array(bytes), now: 0 };
const write = async (accounts: readonly Enrollment[]) =>
  String(await otpauthList.writer?.write(accounts, options));

async function comesBack(accounts: readonly Enrollment[], text: string): Promise<void> {
  const { entries, skipped } = await readUriList(text);
  expect(skipped).toEqual([]);
  expect(entries.map(({ enrollment: { issuer, label, otp } }) => ({ issuer, label, otp }))).toEqual(
    accounts.map(({ issuer, label, otp }) => ({ issuer, label, otp })),
  );
  const same = entries.map(({ enrollment }, i) => accounts[i] && sameCodes(enrollment, accounts[i]));
  expect(same).toEqual(accounts.map(() => true));
}

describe("a round trip", () => {
  it("of every account", async () => {
    const text = await write(everyAccount);
    expect(text.split("\n")).toHaveLength(everyAccount.length + 1);
    await comesBack(everyAccount, text);
    expect(everyAccount.map((one) => otpauthList.writer?.reasonToOmit(one, []))).not.toContainEqual(
      expect.anything(),
    );
  });
  it("of any, also as Ente's one line and as JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(enrollments(), { minLength: 1, maxLength: 5 }), async (accounts) => {
        const text = await write(accounts);
        expect(otpauthList.detect(foreignText("x", text))).toBe(true);
        await comesBack(accounts, text);
        const uris = text.trimEnd().split("\n");
        await comesBack(accounts, uris.join(","));
        const json = JSON.stringify({ items: uris.map((rawData) => ({ rawData })) });
        expect(otpauthList.detect(foreignText("x", json))).toBe(true);
        await comesBack(accounts, json);
      }),
      { numRuns: 200 },
    );
  });
});

describe("what is no such list", () => {
  it.each([
    "",
    "hello",
    "# only a comment",
    "https://example.org/otpauth://totp/",
    "hello\notpauth://totp/a?secret=GEZDGNBVGY3TQOJQ",
    "[]",
    '["hello"]',
    '{"items":[]}',
    '{"items":[{"name":"a","login":{"totp":"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ"}}]}',
    '{"items":{}}',
  ])("%s", (text) => {
    expect(otpauthList.detect(foreignText("x", text))).toBe(false);
  });
});

describe("what is put aside", () => {
  it("says where, who and why, never the seed", async () => {
    const secret = base32Of(github);
    const lines = [
      `otpauth://totp/Git%20Hub:me?secret=${secret}&algorithm=MD5`,
      `otpauth://totp/me?issuer=GitHub&secret=${secret}&digits=0`,
      `otpauth://totp/${secret}`,
      `otpauth://totp/secret=${secret}?x`,
      `steam://${secret}1`,
      `${secret}`,
      `otpauth-migration://offline?data=${secret}`,
    ];
    const { entries, skipped } = await readUriList(lines.join("\r"));
    expect(entries).toEqual([]);
    expect(skipped.map(({ at, who }) => [at, who])).toEqual([
      ["line 1", "Git Hub: me"],
      ["line 2", "GitHub: me"],
      ...["3", "4", "5", "6", "7"].map((line) => [`line ${line}`, ""]),
    ]);
    expect(JSON.stringify(skipped)).not.toContain(secret.slice(0, 8));
  });
  it("never throws anything but UserError, whatever it is given", async () => {
    const lines = fc.array(
      fc.oneof(fc.string({ unit: anyCharacter }), fc.constant(formatOtpauthUri(github))),
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom("\n", ",", " ", "\r\n"), async (some, between) => {
        await readUriList(some.join(between));
      }),
      { numRuns: 300 },
    );
  });
  it("more than 10,000 entries are refused", async () => {
    const text = `${formatOtpauthUri(github)}\n`.repeat(10_001);
    await expect(readUriList(text)).rejects.toThrow(UserError);
  });
  it("a long line of blanks takes no long time", async () => {
    const { skipped } = await readUriList(`x${" ,".repeat(200_000)}x`);
    expect(skipped).toHaveLength(1);
  });
});
