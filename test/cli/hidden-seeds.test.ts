/** A seed that was typed in the wrong place, whatever its spelling, is not repeated; a name is. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { withoutSeeds } from "../../src/cli/hidden-seeds.ts";
import { newId } from "../../src/ledger/id.ts";
import { aws, github } from "../helpers/accounts.ts";
import { everyCommand, isGroup } from "../helpers/every-command.ts";
import { MARKED_BASE32, MARKED_URI, spellingsIn } from "../helpers/marked-seed.ts";
import { testCli } from "../helpers/test-cli.ts";

const SHORT = "JBSWY3DPEHPK3PXP";
const groupsOf = (key: string, size = 4): string[] => key.match(new RegExp(`.{1,${size}}`, "g")) ?? [];

/** As it is typed: one argument, or several. */
const SPELLINGS: readonly (readonly string[])[] = [SHORT, MARKED_BASE32].flatMap((key) =>
  [key, key.toLowerCase()].flatMap((one) => [
    [one],
    [groupsOf(one).join(" ")],
    [groupsOf(one).join("-")],
    [groupsOf(one, 5).join(" ")],
    groupsOf(one),
    [`otpauth://totp/GitHub:alice?issuer=GitHub&secret=${one}`],
    [`otpauth://totp/My Bank:alice?secret=${groupsOf(one).join(" ")}&issuer=My Bank`],
    [`steam://${one}`],
  ]),
);

/** Command lines in which one thing is typed in each place that takes any, with what comes before it. */
const PLACES: readonly (readonly string[])[] = (await everyCommand()).flatMap((command) => {
  const path: string[] = [];
  for (let one = command; one.parent !== null; one = one.parent) path.unshift(one.name());
  if (isGroup(command)) return [path];
  const required = command.registeredArguments.map(() => "github");
  const places = [
    ...required.map((_, i) => [...path, ...required.slice(0, i)]),
    [...path, ...required],
    ...command.options.flatMap(({ long, required: takes, optional }) =>
      long && (takes || optional) ? [[...path, ...required, long]] : [],
    ),
  ];
  return places;
});

/** What comes before it is no command: the line that is meant is proposed. */
const MISTYPED = ["codes", "addd", "edit", "copy", "clip", "find", "lost"].map((word) => [word]);

it("is repeated by no command, whatever the place and the spelling", async () => {
  const cli = testCli({ accounts: [github, aws] });
  expect(PLACES.length).toBeGreaterThan(100);
  const found: string[] = [];
  let refused = 0;
  for (const place of [[], ...MISTYPED, ...PLACES])
    for (const spelling of SPELLINGS) {
      const args = [...place, ...spelling];
      const { exitCode, stderr } = await cli.run(args);
      if (exitCode === 0) continue;
      refused++;
      if (partsIn(stderr, spelling)) found.push(`${args.join(" ")}: ${stderr}`);
    }
  expect(found).toEqual([]);
  expect(refused).toBeGreaterThan(2000);
});

it("is not repeated as an option, as a part of one, or beside a name", async () => {
  const cli = testCli({ accounts: [github] });
  for (const [seed = "", ...others] of SPELLINGS)
    for (const args of [
      [`--${seed}`],
      [`--at=${seed}`],
      ["code", `--at=${seed}`],
      ["code", `github ${seed}`],
    ]) {
      const { exitCode, stderr } = await cli.run([...args, ...others]);
      expect(exitCode).not.toBe(0);
      expect([args, partsIn(stderr, [seed, ...others])]).toEqual([args, false]);
    }
});

function partsIn(text: string, spelling: readonly string[]): boolean {
  const said = text.toLowerCase().replace(/[\s_.-]+/g, "");
  return (
    spellingsIn(text).length > 0 ||
    [SHORT.slice(0, 8), SHORT.slice(8)].some((half) => said.includes(half.toLowerCase())) ||
    (spelling.length > 1 && spelling.some((group) => text.split(/[^A-Za-z0-9]+/).includes(group)))
  );
}

describe("a key in another spelling than base32", () => {
  const typed = (text: string) =>
    withoutSeeds(`no account matches "${text}"`, { args: [text], isName: () => false });
  const random = (size: number, i: number) =>
    createHash("sha512").update(`${size} ${i}`).digest().subarray(0, size);
  const kept = (spelling: (bytes: Buffer) => string, size: number): string[] =>
    Array.from({ length: 500 }, (_, i) => spelling(random(size, i))).filter((text) =>
      typed(text).includes(text),
    );

  it.each([10, 16, 20, 32, 64])("of %i bytes is not repeated in hex", (size) => {
    expect(kept((bytes) => bytes.toString("hex"), size)).toEqual([]);
    expect(kept((bytes) => bytes.toString("hex").toUpperCase(), size)).toEqual([]);
    expect(kept((bytes) => (bytes.toString("hex").match(/.{1,4}/g) ?? []).join(" "), size)).toEqual([]);
  });

  it.each([20, 32, 64])(
    "of %i bytes is not repeated in base64, unless + or / leaves no long part",
    (size) => {
      const isLong = (text: string) => /[A-Za-z0-9]{16}/.test(text);
      expect(kept((bytes) => bytes.toString("base64"), size).filter(isLong).length).toBeLessThan(500 / 50);
    },
  );

  it("is repeated in some cases: docs/limits.md says so", () => {
    expect(typed("JBSWY3DPEHPK3PX")).toContain("JBSWY3DPEHPK3PX"); // 15 characters
    expect(typed("abet acafedil obub")).toContain("abet acafedil obub");
    expect(typed("0123456789abcdef012")).toContain("0123456789abcdef012"); // 19 of hex
    expect(typed("abcdefgh/ABCDEFGH")).toContain("abcdefgh/ABCDEFGH");
  });
});

describe("a name", () => {
  it.each([
    "gitlab",
    "aws-production-eu-west-2",
    "Amazon Web Services:root",
    "production-database",
    "internationalization",
    "amazonwebservices",
    "2fas-backup-of-alice.json",
    "/home/alice/exports/aegis-backup-20260131-120000.json",
    "twinseed-recovery-sheet-2.html",
    "arn:aws:iam::123456789012:mfa/alice",
    "20260131T120000Z",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "able baker charlie dog",
    "alice@example.org",
  ])("is repeated: %s", async (name) => {
    const { stderr } = await testCli({ accounts: [github] }).run(["code", name]);
    expect(stderr).toContain(`no account matches "${name}"`);
  });

  it("with dashes is hidden in a line to paste, too", () => {
    const key = "jbsw-y3dp-ehpk-3pxp";
    const typed = { args: ["find", key], isName: () => false };
    expect(withoutSeeds(`did you mean: twinseed list ${key}`, typed)).toBe("did you mean: twinseed list …");
    expect(withoutSeeds("wait: a time-based code of aws-root", typed)).toBe(
      "wait: a time-based code of aws-root",
    );
  });

  it("that is the value of an unknown option is not repeated, as it may be a password", async () => {
    for (const value of ["hunter2", "it's", "two\nlines"]) {
      const { exitCode, stderr } = await testCli().run(["export", "kdbx", `--password=${value}`]);
      expect([exitCode, stderr]).toEqual([2, "twinseed: error: unknown option '--password=…'\n"]);
    }
  });

  it("of a command is repeated beside groups of a seed", async () => {
    const { stderr } = await testCli().run("code jbsw y3dp ehpk 3pxp");
    expect(stderr).toContain('"twinseed code" takes 1 argument, not 4');
  });

  it("is repeated where it exists, however random it looks", async () => {
    const name = "jbsw-y3dp-ehpk-3pxp";
    const cli = testCli({ accounts: [github, aws] });
    await cli.run(["rename", "github", name]);
    expect(await cli.run(["rename", "Amazon", name])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`an account named "${name}" already exists`),
    });
  });

  it("the names of files in keys/ are shown, unless they were typed", () => {
    for (const kind of ["age", "old-key", "passphrase", "raw-key"])
      for (const digits of ["282763572546f612", "abcdef2345677654", "0123456789abcdef"]) {
        const said = `"keys/${kind}-${digits}.json" was skipped: it is damaged`;
        expect(withoutSeeds(said)).toBe(said);
      }
    const typed = { args: ["raw-key-282763572546f612"], isName: () => false };
    expect(withoutSeeds('no account matches "raw-key-282763572546f612"', typed)).toBe(
      'no account matches "raw-key-…"',
    );
  });

  it("is repeated where it is the id of an account, which nobody has typed", () => {
    const id = newId((bytes) => Uint8Array.from({ length: bytes }, (_, i) => 7 * i + 3));
    for (const name of [id, `seeds/${id}.json`])
      expect(withoutSeeds(`"${name}" can't be read`)).toBe(`"${name}" can't be read`);
    const typed = { args: ["code", id], isName: () => false };
    expect(withoutSeeds(`no account matches "${id}"`, typed)).toBe('no account matches "…"');
  });

  it("our own sentences are left alone", () => {
    for (const text of [
      "put it into a URI: otpauth://totp/NAME?secret=KEY",
      "this file does look like that from some other apps",
      "aegis and 2fas files can be locked, and a 2nd or 3rd one",
    ])
      expect(withoutSeeds(text)).toBe(text);
  });
});

it("MARKED_URI is hidden but for its names", () => {
  expect(withoutSeeds(MARKED_URI)).toBe(
    "otpauth://totp/Marked:me?secret=…&issuer=Marked&algorithm=SHA1&digits=6&period=30",
  );
});
