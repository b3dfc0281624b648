import { describe, expect, it } from "vitest";
import { readPassEntry } from "../../src/formats/pass.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI = `otpauth://totp/GitHub:octocat?secret=${KEY}&issuer=GitHub`;

async function read(path: string, text: string) {
  const { entries, skipped } = await readPassEntry(path, text);
  return {
    uris: entries.map(({ enrollment }) => formatOtpauthUri(enrollment, "short")),
    skipped: skipped.map(({ at, reason }) => `${at}: ${reason}`),
  };
}

describe("an entry of pass or gopass", () => {
  it.each([
    ["pass-otp", `hunter2\n${URI}\nuser: octocat\n`],
    ["nothing but the URI", URI],
    ["Windows line ends", `hunter2\r\n${URI}\r\n`],
    ["gopass with a key", `hunter2\n---\nuser: octocat\notpauth: ${URI}\n`],
    ["gopass that took the URI for a key", `hunter2\n${URI.replace("otpauth:", "otpauth: ")}\n`],
    ["quoted", `hunter2\n---\n  totp: "${URI}"\n`],
    ["twice the same", `hunter2\n${URI}\notp: ${URI}\n`],
  ])("%s", async (_, text) => {
    expect(await read("web/github.com/octocat", text)).toEqual({ uris: [URI], skipped: [] });
  });

  it("names a bare key by its path", async () => {
    const key = { skipped: [], uris: [`otpauth://totp/github.com:octocat?secret=${KEY}&issuer=github.com`] };
    expect(await read("web/github.com/octocat", `hunter2\ntotp: ${KEY.toLowerCase()}`)).toEqual(key);
    expect((await read("octocat", `hunter2\nTOTP: ${KEY}`)).uris).toEqual([
      `otpauth://totp/octocat?secret=${KEY}`,
    ]);
    expect(await read("github.com/octocat", `otpauth://totp/?secret=${KEY}`)).toEqual(key);
  });

  it("keeps HOTP's counter", async () => {
    const uri = `otpauth://hotp/Token:42?secret=${KEY}&issuer=Token&counter=3`;
    expect((await read("token", `x\n${uri}`)).uris).toEqual([uri]);
  });

  it("has none, and its password is never looked at", async () => {
    expect(await read("github.com", `${KEY}\nuser: octocat\nnote: see otpauth://totp/`)).toEqual({
      uris: [],
      skipped: [],
    });
    expect((await read("github.com", `totp: ${KEY}`)).uris).toEqual([]);
    expect((await read("github.com", "")).uris).toEqual([]);
  });

  it("says where a bad one is, and not what it is", async () => {
    const { uris, skipped } = await read("web/github.com", "hunter2\ntotp: not!a!key\n");
    expect(uris).toEqual([]);
    expect(skipped).toEqual(["web/github.com: the key is not base32 (letters A to Z and digits 2 to 7)"]);
  });
});
