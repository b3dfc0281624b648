/** Where URIs begin and end in texts of any kind. */
import { describe, expect, it } from "vitest";
import { urisIn } from "../../src/formats/find-uris.ts";
import { readBytes } from "./reading.ts";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI = `otpauth://totp/A:b?secret=${KEY}&issuer=A`;
const found = (text: string) => urisIn(text).map(({ uri }) => uri);

describe("a URI", () => {
  it.each([
    ["alone", URI],
    ["in a sentence", `Scan ${URI}, then sign in.`],
    ["at its end", `It is ${URI}.`],
    ["in a bullet", `  - MFA: ${URI}`],
    ["in quotes", `export MFA="${URI}"`],
    ["in single quotes", `MFA='${URI}'; run`],
    ["in backticks", `run \`${URI}\` now`],
    ["in curly quotes", `see \u201c${URI}\u201d`],
    ["in brackets", `the code (${URI}) is old`],
    ["in angle brackets", `<${URI}>`],
    ["as a Markdown link", `[scan](${URI})`],
    ["in bold", `**${URI}**`],
    ["in a table", `| a | ${URI} | b |`],
    ["in a tight table", `|${URI}|`],
    ["in CSV", `a,${URI},b`],
    ["in CSV with semicolons", `a;${URI};b`],
    ["in HTML", `<a href="${URI.replaceAll("&", "&amp;")}">x</a>`],
    ["in HTML, numeric", `<td>${URI.replaceAll("&", "&#x26;")}</td>`],
    ["escaped twice", `<td>${URI.replaceAll("&", "&amp;amp;")}</td>`],
    ["in JSON", `{"u":"${URI.replaceAll("/", "\\/").replaceAll("&", "\\u0026")}"}`],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ u: URI }))],
    [
      "for a shell",
      `qrencode ${URI.replace("?", "\\?").replaceAll("&", "\\&").replaceAll("=", "\\=")} -o x.png`,
    ],
    ["percent-encoded in a link", `https://qr.example/?data=${encodeURIComponent(URI)}&size=9`],
    ["encoded twice", `https://qr.example/?u=${encodeURIComponent(encodeURIComponent(URI))}`],
  ])("%s", (_, text) => {
    expect(found(text).map((uri) => uri.replace(/&size=9$/, ""))).toEqual([URI]);
  });

  it.each([
    ["spaces in the label", `see otpauth://totp/My Shop:me@x?secret=${KEY}&issuer=My Shop today`, "today"],
    ["a backslash in the label", `see otpauth://totp/CORP\\user?secret=${KEY} today`, "today"],
    ["quotes in the label", `otpauth://totp/The "Shop":me?secret=${KEY}`, "nothing"],
    [
      "an apostrophe, in quotes",
      `'otpauth://totp/Bob's:me?secret=${KEY}&issuer=Bob's&digits=8' today`,
      "today",
    ],
    ["a comma", `otpauth://totp/A:b?secret=${KEY}&issuer=Acme,Inc&digits=8, today`, "today"],
    ["brackets, in brackets", `(otpauth://totp/A (b):c?secret=${KEY}&issuer=A%20(b)) today`, "today"],
  ])("with %s", (_, text, after) => {
    const [uri = "", ...others] = found(text);
    expect(others).toEqual([]);
    expect(uri).not.toContain(after);
    expect(uri).toContain(KEY);
    if (text.includes("digits=8")) expect(uri).toMatch(/&digits=8$/);
  });

  it("of mail is decoded: as it stands, it would be another key", () => {
    const mail = `Content-Transfer-Encoding: quoted-printable\r\n\r\nx\r\n${URI.replaceAll("=", "=3D").replace("GNBV", "=\r\nGNBV")}\r\nlast`;
    expect(urisIn(mail)).toEqual([{ at: "line 4", uri: URI }]);
    expect(found(URI.replaceAll("=", "=3D"))).toEqual([URI]);
    expect(found(`otpauth://totp/x?secret=3D${KEY}`)).toEqual([`otpauth://totp/x?secret=3D${KEY}`]);
  });

  it("that is broken into lines, anywhere after the label's start, is whole again", async () => {
    const uri = `otpauth://totp/A:b?secret=${KEY}&issuer=A&digits=8&period=60`;
    const broken = Array.from({ length: uri.length - 20 }, (_, i) => i + 18).filter(
      // Inside of the last value, nothing tells.
      (at) => at < uri.lastIndexOf("=") + 2,
    );
    for (const at of broken)
      for (const end of ["\n", "\r\n", " \n  "]) {
        const text = `${uri.slice(0, at)}${end}${uri.slice(at)}`;
        for (const around of [text, `Hello\n\n${text}\n\nBye bye\n`, `${text}\n${URI}\n`]) {
          const { entries, skipped } = await readBytes("x.txt", Buffer.from(around), null);
          expect([around, entries[0]?.enrollment.otp]).toMatchObject([around, { digits: 8, period: 60 }]);
          expect(entries[0]?.enrollment.secret.reveal().length).toBe(20);
          expect([entries.length, skipped]).toEqual([around.endsWith(`${URI}\n`) ? 2 : 1, []]);
        }
      }
    expect(urisIn(`x\n${uri.slice(0, 40)}\n${uri.slice(40)}\n${URI}`)).toEqual([
      { at: "line 2", uri },
      { at: "line 4", uri: URI },
    ]);
  });

  it.each([`${URI}\nalice\n`, `${URI}\nurl=https://example.com/?digits=8\n`, `${URI}\n\n&digits=8`])(
    "is not joined with what comes after it: %j",
    (text) => {
      expect(found(text)).toEqual([URI]);
    },
  );

  it.each([
    "The scheme otpauth:// is Google's.",
    "steam://run/440 and steam://rungameid/440",
    "otpauth://totp/NAME",
    "authentication, hotpot, motp: no",
  ])("%j has none", (text) => {
    expect(found(text)).toEqual([]);
  });
});

it("lines are counted, two in one line are two", () => {
  expect(urisIn(`x\r\n\r\n${URI} ${URI}\notpauth-migration://offline?data=CgA%3D. End`)).toEqual([
    { at: "line 3", uri: URI },
    { at: "line 3", uri: URI },
    { at: "line 4", uri: "otpauth-migration://offline?data=CgA%3D" },
  ]);
});

describe("the same seed twice", () => {
  const read = async (text: string) => {
    const { entries, skipped } = await readBytes("x", Buffer.from(text), null);
    return [entries.map(({ at }) => at), skipped.map(({ at, reason }) => `${at}: ${reason}`)];
  };

  it("in prose is one account for each way in which it makes codes", async () => {
    expect(await read(`a: ${URI}\nb: ${URI}, ${URI}\nc: ${URI}&digits=8`)).toEqual([
      ["line 1", "line 3"],
      [],
    ]);
  });

  it("in a note of an entry is named if it makes other codes", async () => {
    const login = { username: "b", totp: KEY };
    const items = [{ type: 1, name: "A", login, notes: `${URI} or ${URI}&digits=8` }];
    const [at, skipped] = await read(JSON.stringify({ encrypted: false, items }));
    expect([at, skipped]).toEqual([
      ["entry 1"],
      [expect.stringContaining('items 1, "notes": it has the seed of')],
    ]);
  });
});

it("20,000 lines of prose with 500 URIs take less than two seconds", () => {
  const text = Array.from({ length: 20_000 }, (_, i) =>
    i % 40 === 0
      ? `line ${i}: ${URI}, and more`
      : "The quick brown fox & the lazy dog; authentication at steam: 5",
  ).join("\n");
  const begin = process.cpuUsage();
  expect(urisIn(text)).toHaveLength(500);
  expect(process.cpuUsage(begin).user / 1_000_000).toBeLessThan(2);
});

it.each([
  ["starts", "otpauth://".repeat(100_000)],
  ["labels", `otpauth://totp/${"a ".repeat(500_000)}`],
  ["parameters", `otpauth://totp/x?secret=A${"&issuer=a".repeat(100_000)}`],
  ["open brackets", `(otpauth://totp/x?secret=A${"()".repeat(500_000)}`],
  ["quotes", `"otpauth://totp/x?secret=A${`"x&digits=`.repeat(100_000)}`],
  ["entities", `otpauth ${"&amp;".repeat(200_000)}`],
  ["backslashes", `otpauth ${"\\".repeat(1_000_000)}`],
  ["percent signs", `otpauth%3A${"%25".repeat(300_000)}`],
  ["broken lines", `otpauth://totp/x?secret=A&a\n${"b&a\n".repeat(250_000)}`],
  ["mail", `?secret=3DA&a=3D ${"=3D=\n".repeat(200_000)}`],
])("a megabyte of %s takes no time", (_, text) => {
  const begin = process.cpuUsage();
  urisIn(text);
  expect(process.cpuUsage(begin).user / 1_000_000).toBeLessThan(2);
});
