/** Which texts can stand in a line that is pasted, and what real shells make of them. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellOption, shellWord } from "../../src/base/shell-words.ts";
import { typedWord } from "../../src/sheet/typed-words.ts";
import { needs } from "../helpers/system-packages.ts";

describe("shellWord", () => {
  it.each([
    ["a", "a"],
    ["GitHub:octocat", "GitHub:octocat"],
    ["alice@example.org", "alice@example.org"],
    ["arn:aws:iam::123456789012:mfa/alice", "arn:aws:iam::123456789012:mfa/alice"],
    ["./a-b_c.json", "./a-b_c.json"],
    ["a=b", "a=b"],
    ["a+1", "a+1"],
    ["Token Ltd", '"Token Ltd"'],
    ["a - b", '"a - b"'],
    ["Marks & Spencer", '"Marks & Spencer"'],
    ["Joe's (work) #2", `"Joe's (work) #2"`],
    // PowerShell would make a list of one, and take the other for the name of a table.
    ["a,b", '"a,b"'],
    ["@work", '"@work"'],
    // zsh would look for a program of that name.
    ["=ls", '"=ls"'],
    ["C:\\Users\\me\\b.age", '"C:\\Users\\me\\b.age"'],
  ])("%j", (text, word) => expect(shellWord(text)).toBe(word));

  it.each([
    ["nothing", ["", " "]],
    ["an option", ["-", "--", "-x", "--name", "--name=a b", "- a"]],
    ["a variable, a command, a quotation mark", ["$HOME", "a$b", "`id`", 'a"b', "$(id)", '"']],
    ["history, in bash and zsh", ["!", "a!b", "!!", "a !b"]],
    ["a variable of cmd", ["%PATH%", "a%b", "100 %"]],
    ["a home folder", ["~", "~root", "a ~", "a=~"]],
    ["patterns", ["*", "a?", "[a]", "{a,b}", "a^b"]],
    ["more than one command", ["a;b", "a|b", "a>b", "a<b", "a\nb", "a\rb", "a\0b"]],
    ["&, which PowerShell would hand to a .cmd without quotation marks", ["a&b", "a &b", "a& b", "&", "& a"]],
    ["spaces that are lost on the way", [" a", "a ", "a  b", "a\tb", "a\u00a0b"]],
    ["a backslash that could take the next character along", ["a\\", "\\\\a", "a\\ b", "a\\'b", "a\\-b"]],
    ["what terminals in other encodings change", ["é", "Zoë", "“a”", "a–b"]],
  ])("refuses %s", (_, texts) => {
    for (const text of texts) expect([text, shellWord(text)]).toEqual([text, undefined]);
  });
});

it("shellOption takes options too, and nothing that shellWord refuses for another reason", () => {
  for (const text of ["--", "--profile", "-x", "--endpoint-url=http://127.0.0.1:1"]) {
    expect(shellOption(text)).toBe(text);
  }
  expect(shellOption("--query=a b")).toBe('"--query=a b"');
  expect(shellOption("a b")).toBe('"a b"');
  for (const text of ["--a=$b", "--%", "--a=%b%", "-a ", "", "--a=!"])
    expect(shellOption(text)).toBeUndefined();
});

it("typedWord takes the letters of all scripts, in quotation marks", () => {
  expect(typedWord("Bücher & Söhne")).toBe('"Bücher & Söhne"');
  expect(typedWord("zoë@example.org")).toBe('"zoë@example.org"');
  expect(typedWord("サーバー")).toBe('"サーバー"');
  expect(typedWord("Token")).toBe("Token");
  for (const text of [
    "-ü",
    "“ü”",
    "ü–a",
    "ü$a",
    "ü!",
    "\u0301a",
    "ü\u00a0a",
    "ü\u202ea",
    "ü\u200ba",
    "a\u2028b",
  ])
    expect([text, typedWord(text)]).toEqual([text, undefined]);
});

// PowerShell and cmd are not here: what matters to them stands in the tables above.
const SHELLS = [
  ["sh", ["-c"]],
  ["dash", ["-c"]],
  ["bash", ["--norc", "-O", "extglob", "-O", "failglob", "-c"]],
  ["zsh", ["-f", "-o", "extendedglob", "-o", "kshglob", "-o", "magicequalsubst", "-c"]],
  ["fish", ["--no-config", "-c"]],
] as const;

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const TEXTS = [
  ...ASCII,
  ...ASCII.flatMap((first) => ASCII.map((second) => first + second)),
  ...ASCII.flatMap((one) => [`a${one}b`, `a ${one}`, `a ${one} b`, `a ${one}b`, `${one} a`, `a${one} b`]),
  "C:\\Users\\new\\table.age",
];

describe.each(SHELLS)("%s", (shell, options) => {
  it.skipIf(!needs(shell))(`hands each of them over as it is (needs ${shell})`, () => {
    const words = TEXTS.flatMap((text) => {
      const word = shellWord(text);
      return word === undefined ? [] : [{ text, word }];
    });
    expect(words.length).toBeGreaterThan(4000);
    const typed = ["Bücher & Söhne", "サーバー", "e\u0301 (2)"].map((text) => ({
      text,
      word: typedWord(text),
    }));
    const all = [...words, ...typed];
    const line = `printf '%s\\n' ${all.map(({ word }) => word).join(" ")}`;
    const said = execFileSync(shell, [...options, line], {
      encoding: "utf8",
      env: { ...process.env, HOME: "/home/of-nobody", LC_ALL: "C.UTF-8" },
    });
    expect(said.trimEnd().split("\n")).toEqual(all.map(({ text }) => text));
  });
});
