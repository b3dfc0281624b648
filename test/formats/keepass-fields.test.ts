/** The one-time passwords of KeePass, its plugins and relatives: all the ways in which entries hold them. */
import { describe, expect, it } from "vitest";
import { WAYS } from "../../src/formats/keepass-fields.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { readBytes } from "./reading.ts";

/** RFC 6238's key, in every spelling. */
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TEXT = "12345678901234567890";
const HEX = "3132333435363738393031323334353637383930";
const BASE64 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";
const ENTRY = { Title: "Site", UserName: "alice" };
const PLAIN = `otpauth://totp/Site:alice?secret=${KEY}&issuer=Site`;

function readAll(fields: Readonly<Record<string, string | undefined>>): string[] {
  const entry = new Map(Object.entries({ ...ENTRY, ...fields }));
  return WAYS.flatMap((way) => way.read(entry) ?? []).map((one) => formatOtpauthUri(one, "short"));
}

function read(fields: Readonly<Record<string, string | undefined>>): string | undefined {
  return readAll(fields)[0];
}

describe("an entry's fields", () => {
  it.each([
    ["KeePassXC", { otp: `otpauth://totp/Site:alice?secret=${KEY}&period=30&digits=6&issuer=Site` }, PLAIN],
    [
      "a URI of another title",
      { otp: `otpauth://totp/A:b?secret=${KEY}` },
      PLAIN.replace("Site:alice", "A:b").replace("=Site", "=A"),
    ],
    ["a URI that leaves names open", { otp: `otpauth://totp/?secret=${KEY}` }, PLAIN],
    [
      "KeePassXC without a user",
      { otp: `otpauth://totp/Site:none?secret=${KEY}&issuer=Site`, UserName: "" },
      PLAIN.replace("alice", ""),
    ],
    ["KeePassXC, a user added later", { otp: `otpauth://totp/Site:none?secret=${KEY}&issuer=Site` }, PLAIN],
    [
      "a user whose name is none",
      { otp: `otpauth://totp/Site:none?secret=${KEY}&issuer=Site`, UserName: "none" },
      PLAIN.replace("alice", "none"),
    ],
    [
      "KeePassXC's Steam",
      { otp: `otpauth://totp/Site:alice?secret=${KEY}&period=30&digits=5&issuer=Site&encoder=steam` },
      PLAIN.replace("totp", "steam"),
    ],
    ["a bare key", { otp: " gezd gnbv gy3t qojq gezd gnbv gy3t qojq " }, PLAIN],
    ["KeeOtp", { otp: `key=${KEY}` }, PLAIN],
    [
      "KeeOtp, all of it",
      { otp: `key=${KEY}%3D%3D&size=8&step=60&otpHashMode=Sha256&type=Totp&counter=` },
      `${PLAIN}&algorithm=SHA256&digits=8&period=60`,
    ],
    [
      "KeeOtp, counting",
      { otp: `type=Hotp&key=${KEY}&counter=7` },
      `${PLAIN.replace("totp", "hotp")}&counter=7`,
    ],
    ["KeeOtp, in hex", { otp: `key=${HEX}&encoding=Hex` }, PLAIN],
    ["KeePass, text", { "TimeOtp-Secret": TEXT }, PLAIN],
    ["KeePass, hex", { "TimeOtp-Secret-Hex": HEX }, PLAIN],
    ["KeePass, base32", { "TimeOtp-Secret-Base32": KEY }, PLAIN],
    ["KeePass, base64", { "TimeOtp-Secret-Base64": BASE64 }, PLAIN],
    [
      "KeePass, all of it",
      {
        "TimeOtp-Secret-Base32": KEY,
        "TimeOtp-Length": "8",
        "TimeOtp-Period": "60",
        "TimeOtp-Algorithm": "HMAC-SHA-512",
      },
      `${PLAIN}&algorithm=SHA512&digits=8&period=60`,
    ],
    [
      "KeePass, counting",
      { "HmacOtp-Secret-Base32": KEY, "HmacOtp-Counter": "3" },
      `${PLAIN.replace("totp", "hotp")}&counter=3`,
    ],
    ["KeePass, never counted", { "HmacOtp-Secret": TEXT }, `${PLAIN.replace("totp", "hotp")}&counter=0`],
    [
      "KeeTrayTOTP",
      { "TOTP Seed": "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", "TOTP Settings": "30;6" },
      PLAIN,
    ],
    [
      "KeeTrayTOTP, with a time server",
      { "TOTP Seed": KEY, "TOTP Settings": "60;8;https://example.org/;x" },
      `${PLAIN}&digits=8&period=60`,
    ],
    ["KeeTrayTOTP's Steam", { "TOTP Seed": KEY, "TOTP Settings": "30;S" }, PLAIN.replace("totp", "steam")],
    ["KeeTrayTOTP, no settings", { "TOTP Seed": KEY }, PLAIN],
    ["none", {}, undefined],
    ["empty fields", { otp: " ", "TimeOtp-Secret": "", "TOTP Seed": "" }, undefined],
  ])("%s", (_, fields, uri) => {
    expect(read(fields)).toBe(uri);
  });

  it("each of several comes in", () => {
    const others = {
      "TimeOtp-Secret-Base32": "AAAAAAAA",
      "HmacOtp-Secret-Base32": "BBBBBBBB",
      "TOTP Seed": "CCCCCCCC",
    };
    expect(readAll({ otp: `otpauth://totp/?secret=${KEY}`, ...others })).toEqual([
      PLAIN,
      PLAIN.replace(KEY, "AAAAAAAA"),
      `${PLAIN.replace("totp", "hotp").replace(KEY, "BBBBBBBB")}&counter=0`,
      PLAIN.replace(KEY, "CCCCCCCC"),
    ]);
  });

  it.each([
    ["not base32", { "TOTP Seed": "1019" }, "0, 1, 8 or 9"],
    ["an unknown kind", { otp: `key=${KEY}&type=Yandex` }, "unknown type"],
    ["an unknown encoding", { otp: `key=${KEY}&encoding=Base58` }, "unknown encoding"],
    ["an unknown algorithm", { otp: `key=${KEY}&otpHashMode=Md5` }, "unknown algorithm"],
    ["no key", { otp: "key=&size=6" }, "it has no secret"],
    ["broken hex", { "TimeOtp-Secret-Hex": "123" }, "it has no secret, or a damaged one"],
    [
      "no digits to speak of",
      { "TOTP Seed": KEY, "TOTP Settings": "30;many" },
      "digits is not a whole number",
    ],
    ["still encrypted", { otp: undefined }, "its fields are still encrypted"],
  ])("put aside: %s", (_, fields, reason) => {
    expect(() => read(fields)).toThrow(reason);
  });
});

describe("in a database, a field that has been read", () => {
  const read = async (fields: Readonly<Record<string, string>>) => {
    const strings = Object.entries({ ...ENTRY, ...fields }).map(
      ([name, value]) => `<String><Key>${name}</Key><Value>${value}</Value></String>`,
    );
    const entry = `<Entry>${strings.join("")}</Entry>`;
    const xml = `<KeePassFile><Root><Group>${entry}</Group></Root></KeePassFile>`;
    const { entries, skipped } = await readBytes("x.xml", Buffer.from(xml), null);
    return [
      entries.map(({ enrollment }) => formatOtpauthUri(enrollment, "short")),
      skipped.map(({ reason }) => reason),
    ];
  };

  it.each([
    [{ "TimeOtp-Secret-Base32": KEY, "TimeOtp-Length": "8" }, `${PLAIN}&digits=8`],
    [{ "TOTP Seed": KEY, "TOTP Settings": "60;6" }, `${PLAIN}&period=60`],
    [{ "TimeOtp-Secret-Base32": KEY, "TimeOtp-Secret-Hex": HEX }, PLAIN],
    // As base32 it would be another key.
    [{ "TimeOtp-Secret-Hex": "abcdefabcdefabcdefab" }, PLAIN.replace(KEY, "VPG67K6N56V4335L")],
  ])("is not read once more as a bare key: %j", async (fields, uri) => {
    expect(await read(fields)).toEqual([[uri], []]);
  });

  it("and that has another key in another encoding makes the entry unusable, not half of it", async () => {
    const reason = "it has several keys, and only one of them can be right";
    expect(await read({ "TimeOtp-Secret-Base32": `${KEY}AA`, "TimeOtp-Secret-Hex": HEX })).toEqual([
      [],
      [reason],
    ]);
  });
});
