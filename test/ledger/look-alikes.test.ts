/** Names that look the same: refused or numbered wherever one comes in, and told apart where two are there already. */
import { describe, expect, it } from "vitest";
import { planMerge } from "../../src/backup/restore-plan.ts";
import { printable } from "../../src/base/printable.ts";
import { visibleText } from "../../src/base/visible-text.ts";
import type { Account } from "../../src/ledger/account.ts";
import { formatAccount } from "../../src/ledger/account-file.ts";
import { mergeLedgerFiles } from "../../src/ledger/merge-files.ts";
import { toldApart } from "../../src/ledger/told-apart.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, github, key } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const NAME = "café root";
const SPELLINGS: readonly (readonly [what: string, name: string])[] = [
  ["zero-width space", "café\u200b root"],
  ["zero-width joiner", "café root\u200d"],
  ["soft hyphen", "ca\u00adfé root"],
  ["variation selector", "café\ufe0f root"],
  ["more variation selectors", "café root\u{e0100}"],
  ["bidirectional override", "\u202dcafé root\u202c"],
  ["isolate", "\u2068café root\u2069"],
  ["combining grapheme joiner", "cafe\u034f\u0301 root"],
  ["Hangul filler", "café\u3164 root"],
  ["tag", "café root\u{e0041}"],
  ["decomposed", "cafe\u0301 root"],
  ["no-break space", "café\u00a0root"],
  ["another blank", "café\u2003root"],
  ["Braille blank", "café\u2800root"],
];
const other = { ...aws, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK") };

async function withCafe() {
  const cli = testCli({ accounts: [github, aws] });
  await cli.run(["rename", "github", NAME]);
  return cli;
}

const account = (id: string, name: string, addedAt = "2026-01-01T00:00:00.000Z"): Account => ({
  id,
  name,
  issuer: "",
  label: name,
  otp: github.otp,
  addedAt,
  copies: [],
  fingerprint: "",
});

it("nothing that Unicode calls ignorable is to be seen", () => {
  const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/u;
  let count = 0;
  for (let point = 0x80; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    if (!ignorable.test(character)) continue;
    count++;
    if (visibleText(`é${character}b`) !== "éb") expect.fail(point.toString(16));
  }
  expect(count).toBeGreaterThan(4000);
});

it("what is to be seen stays", () => {
  for (const name of ["aws-root", "Bücher & Söhne", "zoë@example.org", "日本語", "👨 🙂", "a  b"])
    expect(visibleText(name)).toBe(name);
  expect(visibleText("аws")).not.toBe(visibleText("aws")); // Cyrillic: to be seen by those who look
});

describe.each(SPELLINGS)("%s", (_, twin) => {
  it("is the same name to rename", async () => {
    const cli = await withCafe();
    expect(await cli.run(["rename", "Amazon", twin])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/whose name looks like .* already exists; nothing was changed/),
    });
    expect(await cli.run(["rename", NAME, twin])).toMatchObject({ exitCode: 0 });
  });

  it("is the same name to add, and to restore", async () => {
    const cli = await withCafe();
    const stdin = formatOtpauthUri({ ...other, issuer: "", label: "x" });
    expect(await cli.run(["add", "-", "--name", twin], { stdin })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("already exists with a different seed"),
    });
    await cli.run("remove Amazon --yes");
    expect(await cli.run(["restore", "Amazon", "--name", twin])).toMatchObject({ exitCode: 1 });
  });

  it("is the same name to import, which numbers it", async () => {
    const cli = await withCafe();
    const stdin = formatOtpauthUri({ ...other, issuer: "", label: twin });
    expect(await cli.run("import - --yes", { stdin })).toMatchObject({ exitCode: 0 });
    const { stdout } = await cli.run("list");
    expect(stdout).toContain(" (2)");
    expect(stdout).not.toContain("(id ");
  });

  it("is the same name to a sync and to a backup, which number it", async () => {
    const file = (one: Account) => [`accounts/${one.id}.json`, formatAccount(one)] as const;
    const ours = account("aaaaaaaaaaaaaaaa", NAME);
    const theirs = account("bbbbbbbbbbbbbbbb", twin, "2026-01-02T00:00:00.000Z");
    const { files, notes } = mergeLedgerFiles(new Map(), new Map([file(ours)]), new Map([file(theirs)]));
    expect(JSON.parse(files.get(`accounts/${theirs.id}.json`) ?? "")).toMatchObject({ name: `${twin} (2)` });
    expect(notes).toHaveLength(1);
    const home = {
      ...{ accounts: [ours], removed: [], damaged: [], devices: [] },
      random: (bytes: number) => new Uint8Array(bytes),
      compare: async () => "missing" as const,
    };
    const entry = { account: theirs, enrollment: other };
    const content = { createdAt: "", device: "backup", accounts: [entry], removed: [], devices: [] };
    const { steps } = await planMerge(content, home);
    expect(steps.map((step) => step.account.name)).toEqual([`${twin} (2)`]);
  });

  it("finds the account", async () => {
    const cli = await withCafe();
    expect(await cli.run(["code", twin])).toMatchObject({ exitCode: 0 });
  });

  it("is told apart where it is there already, and doctor says so", async () => {
    const cli = await withCafe();
    const [file = "", text = ""] = [...cli.folder.files].find(([, one]) => one.includes("Amazon")) ?? [];
    const { id, ...fields } = JSON.parse(text);
    cli.folder.files.set(file, JSON.stringify({ ...fields, id, name: twin }));
    for (const command of ["list", "code"]) {
      const { stdout } = await cli.run(command);
      expect([command, stdout]).toEqual([command, expect.stringContaining(`(id ${id})`)]);
      const lines = stdout.trim().split("\n").map(visibleText);
      expect(new Set(lines).size).toBe(lines.length);
    }
    expect((await cli.run("doctor")).stdout).toContain("2 accounts are called");
  });
});

it("names that are printed alike are told apart, be it that they are cut off", () => {
  const long = "x".repeat(80);
  const all = [
    account("aaaa", `${long}1`),
    account("bbbb", `${long}2`),
    account("cccc", "y"),
    account("dddd", "\u200b"),
  ];
  const shown = toldApart(all).map(({ name }) => printable(name));
  expect(new Set(shown).size).toBe(4);
  expect(shown[0]).toMatch(/^x+… \(id aaaa\)$/);
  expect(shown.slice(2)).toEqual(["y", "(id dddd)"]);
});

it("a name that can't be seen is none", async () => {
  const cli = await withCafe();
  for (const name of ["\u200b", "\u3164", "\u00a0\u2800"]) {
    expect(await cli.run(["rename", "Amazon", name])).toMatchObject({ exitCode: 2 });
    const stdin = formatOtpauthUri({ ...other, issuer: "", label: name });
    expect(await cli.run("add -", { stdin })).toMatchObject({ exitCode: 2 });
    expect(await cli.run("import - --yes --dry-run", { stdin })).toMatchObject({ exitCode: 0 });
  }
});
