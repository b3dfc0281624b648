import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitwardenJson } from "../../src/formats/bitwarden-json.ts";
import { EntryFault } from "../../src/formats/entries.ts";
import { enrollmentOfItem } from "../../src/formats/item-seed.ts";
import { OtpauthUriError, parseOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { readBytes } from "./reading.ts";
import { accepted, enrollmentLists, plain, readBack, written } from "./round-trip.ts";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const github = parseOtpauthUri(`otpauth://totp/GitHub:octocat?secret=${KEY}&issuer=GitHub`);
const { writer } = bitwardenJson;
if (writer === undefined) throw new Error("Bitwarden has a writer");

function fixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../fixtures/formats/bitwarden/${name}`, import.meta.url)));
}

describe("export", () => {
  it("what is written is read again", async () => {
    await fc.assert(
      fc.asyncProperty(enrollmentLists(), async (list) => {
        // A Steam key has no URI for its names: without an issuer, its label becomes the title.
        const named = list.filter(({ otp, issuer }) => otp.type !== "steam" || issuer !== "");
        const kept = accepted(writer, named);
        expect(await readBack(bitwardenJson, await written(bitwardenJson, kept))).toEqual(kept.map(plain));
      }),
      { numRuns: 300 },
    );
  });

  it("is a login for each account, with an id of its own", async () => {
    const steam = { ...parseOtpauthUri("steam://STEAMKEYSTEAMKEY"), label: "gordon" };
    const file = JSON.parse(await written(bitwardenJson, [github, steam]));
    expect(file).toMatchObject({
      encrypted: false,
      folders: [],
      items: [
        {
          type: 1,
          name: "GitHub",
          notes: null,
          login: {
            uris: null,
            username: "octocat",
            password: null,
            totp: `otpauth://totp/GitHub:octocat?secret=${KEY}&issuer=GitHub&algorithm=SHA1&digits=6&period=30`,
          },
        },
        { type: 1, name: "Steam", login: { username: "gordon", totp: "steam://STEAMKEYSTEAMKEY" } },
      ],
    });
    const ids: string[] = file.items.map(({ id }: { id: string }) => id);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(2);
  });

  it("leaves counter-based codes out, and nothing else", () => {
    const hotp = parseOtpauthUri(`otpauth://hotp/a?secret=${KEY}`);
    expect(writer.reasonToOmit(hotp, [])).toContain("counter-based");
    expect(writer.reasonToOmit(github, [github])).toBeUndefined();
  });
});

describe("import", () => {
  it("says that the file holds passwords, where it does", async () => {
    const notes = ["the file also contains passwords in plain text"];
    expect((await readBytes("vault.json", fixture("vault.json"), null)).notes).toEqual(notes);
    const without = await readBytes("authenticator.json", fixture("authenticator.json"), null);
    expect(without.notes ?? []).toEqual([]);
    const locked = await readBytes("x", fixture("password-pbkdf2.json"), "open sesame");
    expect(locked.notes ?? []).toEqual([]);
  });

  it("says how to export again what only the account opens", async () => {
    const failure = readBytes("account.json", fixture("account.json"), null);
    await expect(failure).rejects.toMatchObject({
      exitCode: 5,
      hints: ['export it again, as type "password protected"'],
    });
  });
});

describe("an item's one-time-password field", () => {
  const item = (totp: string, title = "Title", user = "user") => {
    const { issuer, label, otp, secret } = enrollmentOfItem(totp, title, user);
    return [issuer, label, otp.type, Buffer.from(secret.reveal()).toString("latin1")];
  };
  const bytes = "12345678901234567890";

  it.each([
    ["a key", KEY, ["Title", "user", "totp", bytes]],
    [
      "a key as people type it",
      ` ${KEY.toLowerCase().replace(/(.{4})/g, "$1 ")}`,
      ["Title", "user", "totp", bytes],
    ],
    ["steam://", `STEAM://${KEY.toLowerCase()}`, ["Title", "user", "steam", bytes]],
    ["a URI", `otpauth://totp/I:n?secret=${KEY}`, ["I", "n", "totp", bytes]],
    ["a URI without an issuer", `otpauth://totp/n?secret=${KEY}`, ["Title", "n", "totp", bytes]],
    ["a URI without a name", `otpauth://totp/?secret=${KEY}&issuer=I`, ["I", "user", "totp", bytes]],
  ])("%s", (_, totp, expected) => {
    expect(item(totp)).toEqual(expected);
  });

  it.each([`https://example.com/${KEY}`, `otpauth-migration://offline?data=${KEY}`, "1019", "", "steam://"])(
    "never quotes what it can't use: %s",
    (totp) => {
      try {
        expect(item(totp)).toBe("an error");
      } catch (error) {
        if (!(error instanceof EntryFault) && !(error instanceof OtpauthUriError)) throw error;
        expect(error.message).not.toContain(KEY);
        expect(error.message).not.toContain("1019");
      }
    },
  );
});
