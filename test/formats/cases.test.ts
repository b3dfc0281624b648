/** Small inputs after public reports, ../shared/cases/formats next to the project's folder: never a part of it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defaultName } from "../../src/otp/enrollment.ts";
import { readBytes } from "./reading.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/cases/formats", import.meta.url));

async function names(file: string, password: string | null = null) {
  const { entries, skipped } = await readBytes(file, readFileSync(join(FOLDER, file)), password);
  return {
    names: [...new Set(entries.map(({ enrollment }) => defaultName(enrollment)))],
    skipped: skipped.map(({ at }) => at),
  };
}

describe.skipIf(!existsSync(FOLDER))("cases", () => {
  it("odd.kdbx: seven codes", async () => {
    expect(await names("odd.kdbx", "pw")).toEqual({
      names: ["a:b", "a:c", "20 OTP Seed:user", "a:d", "a:e", "a:f", "a:g"],
      skipped: [],
    });
  });

  it("fields.kdbx: both seeds of entry 22, and the bad one is named", async () => {
    const { entries, skipped } = await readBytes("x.kdbx", readFileSync(join(FOLDER, "fields.kdbx")), "pw");
    const own = entries.filter(({ at }) => at === "entry 22");
    expect(
      new Set(own.map(({ enrollment }) => Buffer.from(enrollment.secret.reveal()).toString("hex"))).size,
    ).toBe(2);
    expect(skipped.map(({ at }) => at)).toEqual(["entry 27"]);
  });

  it.each([
    ["bw-custom.json", ["Exchange:me", "Exchange:funding", "Old:me", "N:me"]],
    ["note.txt", ["AWS:root", "GitHub:me", "GitLab:me"]],
    ["gotp.json", ["AWS:AWS"]],
    ["old-aws-uri.txt", ["root-account-mfa-device@123456789012"]],
    ["zoho.csv", ["AWS:root"]],
    ["bitwarden.zip", ["AWS:root"]],
    ["authenticator-extension.json", ["GitHub:alice@example.com"]],
    ["google_authenticator", [""]],
    ["users.oath", ["alice", "bob", "carol"]],
    ["enpass.json", ["AWS root:root"]],
    ["entra-oath.csv", ["Contoso:alice@contoso.com"]],
    ["pskc.xml", ["AWS:alice"]],
    ["keeper.json", ["Amazon Web Services:root@123456789012"]],
  ])("%s", async (file, expected) => {
    expect(await names(file)).toEqual({ names: expected, skipped: [] });
  });

  it.each([
    ["authy-gdpr.csv", ["Amazon"]],
    ["authy-authenticator_tokens.json", ["Amazon Web Services:root"]],
  ])("%s, with the backup password", async (file, expected) => {
    expect(await names(file, "backup-pass")).toEqual({ names: expected, skipped: [] });
  });

  // The second token is under another master key.
  it("tokenBackup.xml: the second token is under another master key", async () => {
    expect(await names("tokenBackup.xml", "backup-pass")).toEqual({
      names: ["AWS:root"],
      skipped: ["entry 2"],
    });
  });

  it("OTP Auth's backup comes in", async () => {
    const { names: found, skipped } = await names("backup-1.1.otpauthdb", "abc123");
    expect(skipped).toEqual([]);
    expect(found).toHaveLength(6);
  });
});
