/** `note`: what it takes and from where, what it shows and where it says so, and that nothing is lost on the way. */
import { describe, expect, it } from "vitest";
import { github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const CODES = "1. aaaa-1111\n2. bbbb-2222\n3. cccc-3333\n";

/** stdin is the terminal too, and the editor makes this of the text. */
async function atDesk(edit: (text: string) => string) {
  let isReady = false;
  const cli = testCli({
    accounts: [github],
    instead: () =>
      isReady
        ? {
            stdin: { isTTY: true, readAll: async () => Buffer.of() },
            editor: { edit: async (text) => Buffer.from(edit(text)) },
          }
        : {},
  });
  await cli.start();
  isReady = true;
  return { cli, run: (command: string, answers: readonly string[] = []) => cli.run(command, { answers }) };
}

async function withCodes() {
  const cli = testCli({ accounts: [github] });
  await cli.run("note github --add-codes", { stdin: CODES });
  return cli;
}

it("takes codes from stdin, shows them on stdout, and says on stderr where they went", async () => {
  const cli = testCli({ accounts: [github] });
  expect(await cli.run("note github --add-codes", { stdin: CODES })).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: 'twinseed: added 3 recovery codes to "GitHub:octocat": 3 of 3 unused\n',
  });
  const shown = await cli.run("note github");
  expect(shown.stdout).toBe("Recovery codes (3 of 3 unused):\n  aaaa-1111\n  bbbb-2222\n  cccc-3333\n");
  expect(shown.stderr).toMatch(/^twinseed: warning: wrote the recovery codes .* to stdout/);
});

it("the ledger knows how many are left, and none of them", async () => {
  const cli = await withCodes();
  await cli.run("note github --use AAAA1111");
  const [ledger = ""] = [...cli.folder.files]
    .filter(([name]) => name.startsWith("accounts/"))
    .map(([, text]) => text);
  expect(JSON.parse(ledger).note).toEqual({ since: "2026-01-31T12:00:00.000Z", unused: 2 });
  expect([...cli.folder.files].flat().join()).not.toMatch(/aaaa|bbbb|cccc/i);
});

it("strikes a code out however it is typed, and only once", async () => {
  const cli = await withCodes();
  expect((await cli.run("note github --use BBBB2222")).stderr).toContain("struck out: 2 of 3 unused");
  cli.clock.now += 86_400_000;
  const again = await cli.run("note github --use bbbb-2222");
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stderr).toContain("struck out already, on 2026-01-31");
  const { stdout } = await cli.run("note github --json");
  expect(JSON.parse(stdout).codes[1]).toEqual({ code: "bbbb-2222", usedAt: "2026-01-31T12:00:00.000Z" });
});

it("does not repeat a code that it does not know", async () => {
  const cli = await withCodes();
  const session = await cli.run("note github --use zzzz-9999");
  expect(session).toMatchObject({ exitCode: 3 });
  expect(session.stderr).not.toContain("zzzz");
});

it("new codes take the place of the old ones; a struck one that is among them stays struck", async () => {
  const cli = await withCodes();
  await cli.run("note github --use aaaa-1111");
  cli.clock.now += 1000;
  await cli.run("note github --new-codes", { stdin: "dddd-4444\naaaa-1111" });
  expect((await cli.run("note github")).stdout).toBe(
    "Recovery codes (1 of 2 unused):\n  aaaa-1111  (used 2026-01-31)\n  dddd-4444\n",
  );
});

it("types codes unseen at a terminal", async () => {
  const { run } = await atDesk((text) => text);
  expect(await run("note github --add-codes", ["aaaa-1111", "bbbb-2222", ""])).toMatchObject({ exitCode: 0 });
  expect((await run("note github")).stdout).toContain("aaaa-1111\n  bbbb-2222");
});

it("opens the editor with what is there", async () => {
  let seen = "";
  const { run } = await atDesk((text) => {
    seen = text;
    return `${text}\nmore`;
  });
  await run("note github --edit --hidden", ["kept in the safe", ""]);
  expect((await run("note github --edit")).stderr).toContain('kept the note of "GitHub:octocat"');
  expect(seen).toBe("kept in the safe");
  expect((await run("note github")).stdout).toBe("kept in the safe\nmore\n");
});

describe("changes nothing", () => {
  const kept = "Recovery codes (3 of 3 unused):\n  aaaa-1111\n  bbbb-2222\n  cccc-3333\n";
  it.each([
    [
      "for an empty note",
      "note github --edit",
      "",
      5,
      /to remove what is there: twinseed note NAME --remove/,
    ],
    ["for no codes", "note github --new-codes", "\n\n", 5, /no recovery code in it/],
    [
      "for control characters",
      "note github --edit",
      "a\u001b[2Jb",
      5,
      /line 1 of the note has a control character/,
    ],
    ["for binary content", "note github --add-codes", Uint8Array.of(0xff, 0xd8, 0xff), 5, /not text/],
    ["for more than 16 KiB", "note github --edit", "x".repeat(16 * 1024 + 1), 5, /more than 16384 bytes/],
    ["if the whole gets too long", "note github --edit", "x".repeat(16 * 1024), 5, /more than 16384 bytes/],
    ["for two changes at once", "note github --edit --use x", "", 2, /can't be combined/],
    ["without a terminal to confirm on", "note github --remove", "", 2, /skip the prompt with: --yes/],
  ])("%s", async (_, command, stdin, exitCode, message) => {
    const cli = await withCodes();
    const session = await cli.run(command, { stdin });
    expect(session).toMatchObject({ exitCode });
    expect(session.stderr).toMatch(message);
    expect((await cli.run("note github")).stdout).toBe(kept);
  });
});

it("removes all of it, and then says that there is none", async () => {
  const cli = await withCodes();
  expect(await cli.run("note github --remove --yes")).toMatchObject({ exitCode: 0 });
  expect(await cli.run("note github")).toMatchObject({ exitCode: 3, stdout: "" });
  expect([...cli.folder.files.values()].join()).not.toContain('"note"');
});

it("what is damaged is moved away and kept, and only --remove does that", async () => {
  const cli = await withCodes();
  const [file = ""] = [...cli.folder.files.keys()].filter((name) => name.startsWith("notes/"));
  cli.folder.write(file, "{}");
  expect(await cli.run("note github --add-codes", { stdin: "x" })).toMatchObject({ exitCode: 1 });
  expect(cli.folder.read(file)).toBe("{}");
  expect((await cli.run("note github --remove --yes")).stderr).toContain("damaged/note-");
  expect([...cli.folder.files].filter(([name]) => name.startsWith("damaged/note-"))).toHaveLength(1);
  expect(await cli.run("note github --add-codes", { stdin: "x" })).toMatchObject({ exitCode: 0 });
});

it("shows a note from elsewhere without what steers a terminal", async () => {
  const cli = testCli({ accounts: [github] });
  await cli.run("note github --edit", { stdin: "in\u202eside\n\tsecond" });
  expect((await cli.run("note github")).stdout).toBe("inside\n  second\n");
});

it("an account that was enrolled again leads to the codes of the one before", async () => {
  const cli = await withCodes();
  await cli.run("add - --replace --name GitHub:octocat", {
    stdin: "otpauth://totp/GitHub:octocat?secret=KRUGKIDROVUWG2Y&issuer=GitHub",
  });
  const session = await cli.run("note github");
  expect(session).toMatchObject({ exitCode: 3 });
  const [, id = ""] = /the account that it replaced has: twinseed note (\w+)/.exec(session.stderr) ?? [];
  expect((await cli.run(`note ${id}`)).stdout).toContain("aaaa-1111");
});

it("a backup has them, and brings them back where there are none", async () => {
  const cli = testCli({ accounts: [github] });
  await cli.run("note github --add-codes", { stdin: CODES });
  await cli.run("note github --edit", { stdin: "in the safe" });
  await cli.run("note github --use aaaa-1111");
  cli.files.set("words", "tribal garlic oxygen vintage\n");
  expect(await cli.run("backup create b.age --passphrase-file words")).toMatchObject({ exitCode: 0 });
  const shown = (await cli.run("note github")).stdout;
  const other = testCli({
    files: { "b.age": cli.files.get("b.age") ?? "", words: "tribal garlic oxygen vintage\n" },
  });
  const restored = await other.run("backup restore b.age --passphrase-file words --yes");
  expect(restored).toMatchObject({ exitCode: 0 });
  expect(restored.stderr).toContain("restored recovery codes or a note of 1 account");
  expect((await other.run("note github")).stdout).toBe(shown);
  await other.run("note github --use bbbb-2222");
  await other.run("note github --edit", { stdin: "newer" });
  await other.run("backup restore b.age --passphrase-file words --yes");
  expect((await other.run("note github")).stdout).toBe(
    shown
      .replace("bbbb-2222", "bbbb-2222  (used 2026-01-31)")
      .replace("2 of 3", "1 of 3")
      .replace("in the safe", "newer"),
  );
});

it("a backup without a note that can't be read is refused, unless that is wanted", async () => {
  const cli = testCli({ accounts: [github], files: { words: "tribal garlic oxygen vintage\n" } });
  await cli.run("note github --add-codes", { stdin: CODES });
  const [file = ""] = [...cli.folder.files.keys()].filter((name) => name.startsWith("notes/"));
  for (const spoil of [() => cli.folder.write(file, "{}"), () => cli.folder.remove(file)]) {
    spoil();
    const refused = await cli.run("backup create b.age --passphrase-file words");
    expect(refused).toMatchObject({ exitCode: 6 });
    expect(refused.stderr).toContain('can\'t read the recovery codes and the note of "GitHub:octocat"');
    expect(cli.files.has("b.age")).toBe(false);
  }
  const even = await cli.run("backup create b.age --passphrase-file words --allow-missing");
  expect(even).toMatchObject({ exitCode: 1 });
  expect(even.stderr).toContain("are not in the backup");
});

const BITWARDEN = JSON.stringify({
  encrypted: false,
  items: [
    {
      type: 1,
      name: "GitHub",
      notes: "from Bitwarden",
      fields: [{ name: "Recovery codes", value: "aaaa-1111\nbbbb-2222", type: 1 }],
      login: { totp: "otpauth://totp/GitHub:octocat?secret=JBSWY3DPEHPK3PXP&issuer=GitHub" },
    },
  ],
});

it("an import takes them in only where it is asked to, and says that they are there", async () => {
  const cli = testCli({ files: { "b.json": BITWARDEN } });
  const without = await cli.run("import b.json --yes --delete-file");
  expect(without.stderr).toContain("1 account in it has recovery codes or a note, which stay there");
  expect(without.stderr).toContain("it also holds recovery codes or notes");
  expect(cli.files.has("b.json")).toBe(true);
  expect(await cli.run("note github")).toMatchObject({ exitCode: 3 });
  for (const _ of ["once", "again"]) {
    const session = await cli.run("import b.json --yes --notes");
    expect(session.stderr).toContain("took in recovery codes or a note of 1 account");
    expect((await cli.run("note github")).stdout).toBe(
      "Recovery codes (2 of 2 unused):\n  aaaa-1111\n  bbbb-2222\n\nfrom Bitwarden\n",
    );
  }
});

it("an export takes them along only where it is asked to, and where they fit", async () => {
  const cli = await withCodes();
  await cli.run("note github --use aaaa-1111");
  const plain = await cli.run("export json --plaintext");
  expect(plain.stdout).not.toMatch(/aaaa|note/);
  expect(plain.stderr).toContain(
    "recovery codes and notes of 1 account stay here; to take them along: --notes",
  );
  expect(await cli.run("export 2fas --plaintext --notes")).toMatchObject({ exitCode: 2, stdout: "" });
  const { stdout, stderr } = await cli.run("export json --plaintext --notes");
  expect(stderr).toContain("recovery codes or notes of 1 account went to stdout, too");
  const other = testCli({ files: { "x.json": stdout } });
  await other.run("import x.json --yes --notes");
  expect((await other.run("note github")).stdout).toBe((await cli.run("note github")).stdout);
});

it("a sheet has them only where it is asked to", async () => {
  const cli = await withCodes();
  await cli.run("note github --use aaaa-1111");
  expect((await cli.run("sheet github")).stdout).not.toContain("bbbb-2222");
  const { stdout, stderr } = await cli.run("sheet github --notes");
  expect(stdout).toMatch(/aaaa-1111 \(used 2026-01-31\).*\n.*bbbb-2222/);
  expect(stderr).toContain("the seed and recovery codes of");
});

it("doctor opens each, and says what is damaged or gone", async () => {
  const cli = await withCodes();
  expect((await cli.run("doctor")).stdout).toContain("ok     notes     1 note opened");
  const [file = ""] = [...cli.folder.files.keys()].filter((name) => name.startsWith("notes/"));
  cli.folder.write(file, "{}");
  expect((await cli.run("doctor")).stdout).toMatch(
    /^wrong {2}notes .*is damaged; fix: .*note NAME --remove/m,
  );
  cli.folder.remove(file);
  expect((await cli.run("doctor")).stdout).toMatch(/^wrong {2}notes .*are gone; fix: put notes/m);
  await cli.run("note github --remove --yes");
  expect((await cli.run("doctor")).stdout).not.toContain("notes ");
});

describe("a kill at any write leaves the note from before or the new one, and the next look counts again", () => {
  it.each([
    ["note github --use bbbb-2222", ""],
    ["note github --edit", "new text"],
    ["note github --new-codes", "dddd-4444"],
    ["note github --remove --yes", ""],
  ])("%s", async (command, stdin) => {
    const done = await withCodes();
    await done.run("note github --use aaaa-1111");
    const before = (await done.run("note github")).stdout;
    await done.run(command, { stdin });
    const after = (await done.run("note github")).stdout;
    const seen = new Set<string>();
    for (let writes = 0; writes < 5; writes++) {
      const cli = await withCodes();
      await cli.run("note github --use aaaa-1111");
      const { write } = cli.folder;
      let left = writes;
      cli.folder.write = (name, text) => {
        if (left-- <= 0) throw new Error("killed");
        write(name, text);
      };
      await cli.run(command, { stdin });
      cli.folder.write = write;
      const { stdout } = await cli.run("note github");
      expect([before, after]).toContain(stdout);
      seen.add(stdout);
      const ledger = [...cli.folder.files]
        .filter(([name]) => name.startsWith("accounts/"))
        .map(([, text]) => text);
      const unused = /\((\d+) of/.exec(stdout)?.[1];
      if (unused !== undefined) expect(JSON.parse(ledger.join()).note.unused).toBe(Number(unused));
    }
    expect(seen.size).toBe(2);
  });
});
