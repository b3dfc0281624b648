import { expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { openForeignFile } from "../../src/formats/foreign-file.ts";
import { formatOf } from "../../src/formats/index.ts";
import { twofauth } from "../../src/formats/twofauth.ts";

const entry = {
  otp_type: "totp",
  service: "A",
  account: "b",
  secret: "GEZDGNBVGY3TQOJQ",
  digits: 6,
  algorithm: "sha1",
  period: 30,
};

async function read(fields: object) {
  const content = JSON.stringify({ app: "2fauth_v5.6.0", schema: 1, data: [entry], ...fields });
  const file = await openForeignFile("2fauth.json", Buffer.from(content));
  expect(formatOf(file)).toBe(twofauth);
  return twofauth.read(file, async () => Promise.reject(new Error("asked for a password")));
}

it("is read in the version that we know, and where it does not say which it is", async () => {
  for (const schema of [1, 0, undefined]) {
    const { entries, skipped } = await read({ schema });
    expect([entries.length, skipped]).toEqual([1, []]);
  }
});

it("of a later version is refused, and not half understood", async () => {
  await expect(async () => read({ schema: 2 })).rejects.toMatchObject({ exitCode: ExitCode.unreadable });
});
