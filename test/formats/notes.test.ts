/** Recovery codes and notes go with the account where the other app has a place for them, and come back the same. */
import { describe, expect, it } from "vitest";
import { foreignText, openForeignFile } from "../../src/formats/foreign-file.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { type Note, noteAsText } from "../../src/otp/plain-note.ts";
import { bank, github } from "../helpers/accounts.ts";

const note: Note = {
  text: 'kept by "Anna", in the safe; <b> & é\n\n  second, line',
  codes: [{ code: "1234 5678", usedAt: "2026-01-31T00:00:00.000Z" }, { code: "=abcd-efgh" }],
};
const random = (bytes: number) => new Uint8Array(bytes).fill(5);
const writers = FORMATS.filter(({ writer }) => writer?.holdsNotes);

async function read(id: string, content: string | Uint8Array) {
  const format = FORMATS.find((one) => one.id === id);
  const file = typeof content === "string" ? foreignText("x", content) : await openForeignFile("x", content);
  return (await format?.read(file, async () => "secret"))?.entries ?? [];
}

it("these formats hold them", () =>
  expect(writers.map(({ id }) => id).sort()).toEqual([
    "aegis",
    "apple",
    "bitwarden",
    "json",
    "kdbx",
    "keepassxc-csv",
  ]));

it.each(writers.map(({ id }) => id))(
  "%s gives back what it got, and nothing where there was nothing",
  async (id) => {
    const writer = FORMATS.find((one) => one.id === id)?.writer;
    const options = { random, now: 0, names: ["a", "b"], notes: [note, undefined] };
    const locked = writer?.password === "always" ? { passphrase: "secret" } : {};
    const content = (await writer?.write([github, bank], { ...options, ...locked })) ?? "";
    const [first, second] = await read(id, content);
    expect(first?.note).toEqual(note);
    expect(second).not.toHaveProperty("note");
  },
);

const URI = "otpauth://totp/GitHub:me?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
const CODES = "aaaa-1111\nbbbb-2222";

describe("what other apps have", () => {
  const json = (value: unknown) => JSON.stringify(value);
  it.each<[string, string, Note]>([
    [
      "bitwarden",
      json({
        encrypted: false,
        items: [
          {
            type: 1,
            name: "GitHub",
            notes: "text",
            fields: [
              { name: "Recovery codes", value: CODES, type: 1 },
              { name: "Recovery email", value: "a@b.example", type: 0 },
            ],
            login: { totp: URI },
          },
        ],
      }),
      { text: "text", codes: [{ code: "aaaa-1111" }, { code: "bbbb-2222" }] },
    ],
    [
      "1password",
      json({
        accounts: [
          {
            vaults: [
              {
                items: [
                  {
                    overview: { title: "GitHub" },
                    details: {
                      notesPlain: "text",
                      sections: [
                        {
                          fields: [
                            { title: "one-time password", value: { totp: URI } },
                            { title: "backup codes", value: { concealed: CODES } },
                          ],
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
      { text: "text", codes: [{ code: "aaaa-1111" }, { code: "bbbb-2222" }] },
    ],
    [
      "proton-pass",
      json({
        vaults: {
          v: {
            items: [
              {
                state: 1,
                data: {
                  metadata: { name: "GitHub", note: "text" },
                  content: { totpUri: URI },
                  extraFields: [
                    { fieldName: "Recovery code", type: "hidden", data: { content: "aaaa-1111" } },
                  ],
                },
              },
            ],
          },
        },
      }),
      { text: "text", codes: [{ code: "aaaa-1111" }] },
    ],
    [
      "proton",
      json({ version: 1, entries: [{ content: { uri: URI, name: "me" }, note: "text" }] }),
      { text: "text", codes: [] },
    ],
    ["csv", `name,username,notes,totp\nGitHub,me,"text\nmore",${URI}\n`, { text: "text\nmore", codes: [] }],
    [
      "keepass-xml",
      `<KeePassFile><Root><Group><Entry><String><Key>Notes</Key><Value>text</Value></String><String><Key>otp</Key><Value>${URI.replaceAll("&", "&amp;")}</Value></String><String><Key>Recovery codes</Key><Value>${CODES}</Value></String></Entry></Group></Root></KeePassFile>`,
      { text: "text", codes: [{ code: "aaaa-1111" }, { code: "bbbb-2222" }] },
    ],
  ])("%s", async (id, content, expected) => {
    expect((await read(id, content)).map((entry) => entry.note)).toEqual([expected]);
  });

  it("a note that can't be kept says why, and loses no account", async () => {
    for (const text of ["a\u0007b", "x".repeat(20_000)]) {
      const content = json({
        encrypted: false,
        items: [{ type: 1, name: "GitHub", notes: text, login: { totp: URI } }],
      });
      const [entry] = await read("bitwarden", content);
      expect(entry?.noteFault).toMatch(/control character|more than 16384/);
      expect(entry?.enrollment.issuer).toBe("GitHub");
      expect(entry?.noteFault).not.toContain(text);
    }
  });
});

it("as one text, a person reads which codes are used", () =>
  expect(noteAsText(note)).toMatch(/\n\nRecovery codes:\n1234 5678 \(used 2026-01-31\)\n=abcd-efgh$/));
