/** What is only guessed at must not take what is something else, or nothing at all. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openForeignFile } from "../../src/formats/foreign-file.ts";
import { formatOf } from "../../src/formats/index.ts";

async function formatOfBytes(bytes: Uint8Array | string, name = "file"): Promise<string | undefined> {
  const file = await openForeignFile(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
  return formatOf(file)?.id;
}

const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("texts", () => {
  it.each([
    ["prose", "The quick brown fox\njumps over the lazy dog\n"],
    ["a word of small letters", "internationalization\n"],
    ["a title and a long word", "Title: internationalization\n"],
    ["a title and a sentence", "Note: this is some text that says nothing\n"],
    ["settings", `user: bob\ntotp: ${SEED}\n`],
    ["other YAML", "- name: build\n  steps:\n    - run: make\n"],
    ["a hash", `${"0123456789abcdef".repeat(4)}\n`],
    ["words, one a line", "alpha\nbravo\ncharlie\ndelta\n"],
    ["a table", "name 6 apples\npear 7 pears and more\n"],
    ["an empty list", "[]"],
    ["an empty object", "{}"],
    ["other JSON", '{"accounts": [], "entries": [{"name": "x"}], "data": [1], "tokens": []}'],
  ])("%s is nothing", async (_, text) => {
    expect(await formatOfBytes(text)).toBeUndefined();
  });

  it.each([
    ["aws", `${SEED}${SEED}\n`],
    ["aws", Buffer.from(`${SEED}${SEED}`).toString("base64")],
    ["plain-lines", `github 6 ${SEED}\n`],
    ["plain-lines", `GitHub:${SEED}\n`],
    ["totp-authenticator", randomBytes(320).toString("base64")],
    ["uris", `otpauth://totp/x?secret=${SEED}\n`],
  ])("%s", async (id, text) => {
    expect(await formatOfBytes(text)).toBe(id);
  });

  it("encrypted maFiles are told by their name, as nothing else tells them", async () => {
    expect(await formatOfBytes(randomBytes(320).toString("base64"), "1.maFile")).toBe("steam");
  });
});

describe("bytes", () => {
  it("an encrypted andOTP backup is told by its name, as nothing else tells it", async () => {
    const noise = randomBytes(600);
    expect(await formatOfBytes(noise, "otp_accounts.json.aes")).toBe("andotp");
    expect(await formatOfBytes(noise, "otp_accounts_2021-05-01.json.aes")).toBe("andotp");
    expect(await formatOfBytes(noise, "andotp-backup.bin")).toBe("andotp");
    expect(await formatOfBytes(noise, "backup.bin")).toBeUndefined();
    expect(await formatOfBytes(noise, "stdin")).toBeUndefined();
  });

  it.each([
    [
      "a program",
      Buffer.concat([Buffer.from("\x7fELF\x02\xff\xfe", "latin1"), Buffer.alloc(300), randomBytes(300)]),
    ],
    ["zeros", Buffer.alloc(1000)],
    ["Latin-1 text", Buffer.from("Größe und Maße der Straße, außen und innen.".repeat(10), "latin1")],
    ["a few bytes", Buffer.from([0xff, 0x00, 0x80])],
  ])("%s is nothing", async (_, bytes) => {
    expect(await formatOfBytes(bytes)).toBeUndefined();
  });
});
