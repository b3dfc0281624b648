/** backup create, in memory: what is in the file, what locks it, and what is refused. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { wordList } from "../../src/base/word-list.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, everyAccount, github, steam } from "../helpers/accounts.ts";
import {
  type Cli,
  computer,
  identity,
  inside,
  list,
  recipient,
  withBackup,
} from "../helpers/backup-computer.ts";

describe("create", () => {
  it("holds every account with its URI, the removed ones, the devices, and itself", async () => {
    const cli = computer({ accounts: everyAccount });
    await cli.run("remove gordon --yes");
    await cli.run("code Token");
    const { stderr } = await cli.run(["backup", "create", "my.backup.age", "-r", recipient]);
    expect(stderr).toContain(
      'wrote "my.backup.age": the seeds of 5 accounts and 1 removed account, 2 devices',
    );
    const content = await inside(cli, "my.backup.age");
    expect(content.accounts.map(({ uri }: { uri: string }) => uri).sort()).toEqual(
      [...cli.uris.values()]
        .filter((uri) => !uri.includes("steam"))
        .map((uri) => uri.replace("counter=0", "counter=1"))
        .sort(),
    );
    expect(content.removed).toMatchObject([{ uri: formatOtpauthUri(steam), removedAt: expect.any(String) }]);
    expect(content.devices).toMatchObject([{ name: "laptop" }, { name: "my.backup", kind: "backup" }]);
    expect(content.device).toBe(content.devices[1].id);
  });

  it("is a device that holds a copy of each, not confirmed yet; --device names it", async () => {
    const cli = computer({ accounts: [github] });
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--device", "bank vault"]);
    const [{ copies }] = await list(cli);
    expect(copies[1]).toMatchObject({ device: "bank vault", kind: "backup", confirmedAt: null });
  });

  it("a file that is there is left alone, before anything is asked; --force takes its place", async () => {
    const cli = await withBackup();
    const before = cli.files.get("b.age");
    expect(await cli.run("backup create b.age", { answers: [] })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--force"),
    });
    expect(cli.files.get("b.age")).toBe(before);
    expect(await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"])).toMatchObject({
      exitCode: 0,
    });
    expect(cli.files.get("b.age")).not.toBe(before);
  });

  it("a device of another kind is not taken for the backup", async () => {
    const cli = computer({ accounts: [github] });
    await cli.run("device add vault --kind phone");
    expect(await cli.run(["backup", "create", "vault.age", "-r", recipient])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("another kind"),
    });
    expect(cli.files.has("vault.age")).toBe(false);
  });

  it("a new one under the same name is not confirmed by the old one's proof", async () => {
    const cli = await withBackup();
    await cli.run("backup verify b.age -i key");
    cli.clock.now += 60_000;
    await cli.run(["backup", "create", "c.age", "-r", recipient, "--device", "b"]);
    expect((await list(cli))[0].copies[1].confirmedAt).toBeNull();
    const old = await cli.run("backup verify b.age -i key");
    expect(old).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('nothing was confirmed: a later backup is also called "b"'),
    });
    expect((await list(cli))[0].copies[1].confirmedAt).toBeNull();
    await cli.run("backup verify c.age -i key");
    expect((await list(cli))[0].copies[1].confirmedAt).not.toBeNull();
  });

  it("a seed that is gone: no backup, unless told so; then it is named, and exit 1", async () => {
    const cli = computer({ accounts: [github, aws] });
    await cli.start();
    const [gone] = [...cli.uris].find(([, uri]) => uri.includes("GitHub")) ?? [""];
    cli.uris.delete(gone);
    const command = ["backup", "create", "b.age", "-r", recipient];
    expect(await cli.run(command)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('can\'t read the seed of "GitHub:octocat": no backup was written'),
    });
    expect(cli.files.has("b.age")).toBe(false);
    const { exitCode, stderr } = await cli.run([...command, "--allow-missing"]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('"GitHub:octocat" is not in the backup: '),
    ]);
    expect((await inside(cli)).accounts).toHaveLength(1);
    expect((await list(cli)).map(({ copies }: { copies: unknown[] }) => copies.length)).toEqual([2, 1]);
  });

  it("a folder that is not there or not writable was found after the shares were shown: nothing is shown or asked", async () => {
    const cli = computer({ accounts: [github] });
    await cli.start();
    cli.faults.folder = new UserError('can\'t write into the folder "/nowhere"', 1);
    for (const more of ["--split 2-of-3", ""]) {
      const session = await cli.run(`backup create /nowhere/b.age ${more}`, { answers: [] });
      expect([session.exitCode, session.stdout, session.terminal, session.pictures]).toEqual([1, "", "", []]);
    }
  });

  it("nothing to back up is an error; so is not saying what locks it where nobody can be asked", async () => {
    expect(await computer().run(["backup", "create", "b.age", "-r", recipient])).toMatchObject({
      exitCode: 3,
    });
    const cli = computer({ accounts: [github] });
    expect(await cli.run("backup create b.age")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--passphrase-file FILE, -r age1…, -R FILE or --split 2-of-3"),
    });
    expect(await cli.run(["backup", "create", "b.age", "-r", recipient, "--split", "2-of-3"])).toMatchObject({
      exitCode: 2,
    });
    const wrong = await cli.run(["backup", "create", "b.age", "-r", identity]);
    expect([wrong.exitCode, wrong.stderr.includes(identity)]).toEqual([2, false]);
    expect(cli.files.has("b.age")).toBe(false);
  });

  it("goes to a file, not to stdout or through a link", async () => {
    const cli = computer({ accounts: [github] });
    cli.links.add("link.age");
    for (const file of ["-", "link.age"])
      expect(await cli.run(["backup", "create", file, "-r", recipient])).toMatchObject({ exitCode: 2 });
    expect([...cli.files.keys()]).toEqual(["key"]);
  });

  it("-R takes a file of recipients, --armor writes text", async () => {
    const cli = computer({ accounts: [github] });
    cli.files.set("team", `# us\n${recipient}\n`);
    expect(await cli.run("backup create b.age -R team --armor")).toMatchObject({ exitCode: 0 });
    expect(Buffer.from(cli.files.get("b.age") ?? "").toString()).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----\n/,
    );
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({ exitCode: 0 });
  });
});

describe("a passphrase", { timeout: 120_000 }, () => {
  it("is typed twice; a second time if they differ", async () => {
    const cli = computer({ accounts: [github] });
    const answers = ["correct horse", "correct hose", "correct horse", "correct horse"];
    expect(await cli.run("backup create b.age", { answers })).toMatchObject({ exitCode: 0 });
    expect(await cli.run("backup verify b.age", { answers: ["no", "correct horse"] })).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("wrong passphrase, try again"),
    });
    expect(
      await cli.run("backup verify b.age --passphrase-file -", { stdin: "correct horse\n" }),
    ).toMatchObject({
      exitCode: 0,
    });
    expect(await cli.run("backup verify b.age --passphrase-file -", { stdin: "wrong" })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("wrong passphrase"),
    });
    expect(await cli.run("backup verify b.age")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--passphrase-file FILE"),
    });
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({ exitCode: 5 });
  });

  it("may be typed three times, and no more", async () => {
    const cli = computer({ accounts: [github] });
    await cli.run("backup create b.age --passphrase-file -", { stdin: "correct horse" });
    const verify = (...answers: string[]) => cli.run("backup verify b.age", { answers });
    expect(await verify("no", "nor this", "correct horse")).toMatchObject({ exitCode: 0 });
    expect(await verify("no", "nor this", "nor that", "correct horse")).toMatchObject({ exitCode: 5 });
  });

  it("in a file of several lines it could not be typed: the first line counts, everywhere", async () => {
    const cli = computer({ accounts: [github] });
    cli.files.set("lines", "\ufeffcorrect horse\r\nfor the backup of May\r\n");
    expect(await cli.run("backup create b.age --passphrase-file lines")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("backup verify b.age", { answers: ["correct horse"] })).toMatchObject({
      exitCode: 0,
    });
    for (const command of ["verify b.age", "restore b.age --yes"])
      expect(await cli.run(`backup ${command} --passphrase-file lines`)).toMatchObject({ exitCode: 0 });
    expect(await cli.run("backup verify b.age --passphrase-file -", { stdin: "\nx" })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("no passphrase in the first line of stdin"),
    });
  });

  it.each([
    ["windows-1252", Buffer.from("p\u00e4sswort mit umlaut\n", "latin1")],
    ["UTF-16, as PowerShell 5 writes it", Buffer.from("\ufeffcorrect horse\r\n", "utf16le")],
  ])("in a file of another encoding it could not be typed, so it locks nothing: %s", async (_, bytes) => {
    const cli = computer({ accounts: [github], files: { pw: bytes } });
    for (const command of [
      "backup create b.age --passphrase-file pw",
      "export aegis --passphrase-file pw --output b.age",
    ]) {
      const { exitCode, stderr } = await cli.run(command);
      expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/is not UTF-8 text/)]);
      expect(cli.files.has("b.age")).toBe(false);
    }
  });

  it("of ten words opens in any case and spacing, as it is typed back; one of one's own does not", async () => {
    const cli = computer({ accounts: [github] });
    const words = (await wordList()).slice(0, 10);
    const own = "Correct horse battery staple of ten words of my own";
    for (const [file, passphrase] of Object.entries({ "a.age": words.join(" "), "b.age": own }))
      await cli.run(`backup create ${file} --passphrase-file -`, { stdin: passphrase });
    const typed = (text: string) => ({ stdin: text });
    const verify = async (file: string, text: string) =>
      (await cli.run(`backup verify ${file} --passphrase-file -`, typed(text))).exitCode;
    expect(await verify("a.age", ` ${words.join("  ").toUpperCase()}`)).toBe(0);
    expect(await verify("b.age", own.toUpperCase())).toBe(5);
    await cli.run("backup create c.age --passphrase-file -", typed(words.join(" ").toUpperCase()));
    expect(await verify("c.age", words.join(" ").toUpperCase())).toBe(0);
  });

  it("is made of ten words that leave no trace but on paper", async () => {
    const cli = computer({ accounts: [github] });
    const first = await cli.run("backup create b.age", { answers: ["", "", "not it"] });
    const words = (first.pictures[0] ?? "").split("\n").slice(2).join(" ").trim().split(/\s+/);
    const known = await wordList();
    expect(words.filter((word) => known.includes(word))).toHaveLength(10);
    expect(first.exitCode).toBe(130); // the person gives up
    expect(cli.files.has("b.age")).toBe(false);
    expect(first.terminal + first.stderr + first.stdout).not.toContain(words[0]);
  });
});

describe("split", () => {
  async function split(cli: Cli, how = "2-of-3") {
    const session = await cli.run(`backup create b.age --split ${how}`);
    const shares = session.stdout.split("\n").filter((line) => line.split(" ").length === 33);
    return { session, shares };
  }

  it("prints a numbered block for each share, and says where they went", async () => {
    const cli = computer({ accounts: [github] });
    const { session, shares } = await split(cli);
    expect(session.exitCode).toBe(0);
    expect(shares).toHaveLength(3);
    expect(session.stdout).toMatch(/^Share 1 of 3 of the backup "b.age", 2005-03-18: any 2 open it\n/);
    expect(session.stderr).toContain("wrote 3 shares to stdout");
  });

  it("any two open it, in any order, one doesn't", async () => {
    const cli = computer({ accounts: [github] });
    const { shares } = await split(cli);
    for (const [a = 0, b = 0] of [
      [0, 1],
      [2, 1],
      [2, 0],
    ]) {
      cli.files.set("shares", `Share of somebody\n# \n${shares[a]}\n\n${shares[b]}\n`.replace(/^.*\n/, ""));
      expect(await cli.run("backup verify b.age --shares shares")).toMatchObject({ exitCode: 0 });
    }
    expect(await cli.run("backup verify b.age --shares -", { stdin: shares[0] ?? "" })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("2 different ones are needed, but there is only 1"),
    });
    const { stdout } = await cli.run("backup create c.age --split 2-of-3");
    expect(await cli.run("backup verify b.age --shares -", { stdin: stdout })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("these shares belong to another backup"),
    });
    expect(await cli.run("backup verify c.age --shares -", { stdin: stdout })).toMatchObject({ exitCode: 0 });
  });

  it("typed at the terminal: each word is checked, a wrong one is named, and nothing stays on the screen", async () => {
    const cli = computer({ accounts: [github] });
    const { shares } = await split(cli);
    const [first = [], second = []] = shares.map((share) => share.split(" "));
    const list = await wordList();
    const wrongPlace = list.find((word) => word !== second[10]) ?? "";
    const session = await cli.run("backup verify b.age", {
      answers: [
        first.slice(0, 5).join(" "),
        `${first[5]}zz ${first.slice(6).join(" ")}`,
        first.slice(5).join(" "),
        first.join(" "), // the same again
        second.with(10, wrongPlace).join(" "),
        "10 x y",
        `11 ${second[10]}`,
      ],
    });
    expect(session.exitCode).toBe(0);
    const screens = session.pictures.join("\n");
    // Where a sentence is folded depends on the words of the share, which are random.
    const said = screens.replaceAll("\n", " ");
    expect(said).toContain(`Word 6 is not in the word list: did you mean "${first[5]}"?`);
    expect(said).toContain("You already typed share 1");
    expect(said).toContain(
      `This is not a share: its checksum is wrong; word 11 should probably be "${second[10]}".`,
    );
    expect(said).toContain("Compare it with the paper:");
    expect(said).toContain("Type the 33 words of any share.");
    expect(said).toContain("1 of the 2 shares needed has been typed. Type another one.");
    for (const line of screens.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    for (const picture of session.pictures) expect(picture.split("\n").length).toBeLessThan(24);
    expect(session.terminal).toBe("");
  });

  it("a share that is started over can be typed again", async () => {
    const cli = computer({ accounts: [github] });
    const { shares } = await split(cli);
    const [first = [], second = []] = shares.map((share) => share.split(" "));
    const wrong = (await wordList()).find((word) => word !== first[10]) ?? "";
    const answers = [first.with(10, wrong).join(" "), "", first.slice(0, 20), first.slice(20), second];
    const session = await cli.run("backup verify b.age", {
      answers: answers.map((one) => (typeof one === "string" ? one : one.join(" "))),
    });
    expect(session.exitCode).toBe(0);
    expect(session.questions).toHaveLength(answers.length);
  });

  it("a share has room in a window that has just enough for it", async () => {
    const cli = computer({ accounts: [github] });
    const shown = async (rows: number) => {
      const window = { columns: 80, rows };
      const { pictures } = await cli.run("backup create b.age --split 2-of-3", { answers: [], window });
      return pictures[0] ?? "";
    };
    const rows = (await shown(50)).split("\n").length;
    // One more, for the question.
    expect(await shown(rows + 1)).toMatch(/^Share 1 of 3/);
    expect(await shown(rows)).not.toMatch(/Share 1 of 3|\d [a-z]+/);
  });

  it("a mistyped word in a file is named with its share", async () => {
    const cli = computer({ accounts: [github] });
    const { shares } = await split(cli);
    const words = (shares[1] ?? "").split(" ");
    const stdin = `${shares[0]}\n${words.with(3, `${words[3]}x`).join(" ")}\n`;
    expect(await cli.run("backup verify b.age --shares -", { stdin })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining(
        `share 2 in stdin is not valid: word 4 is not in the word list: did you mean "${words[3]}"?`,
      ),
    });
  });

  it("at a terminal each share has the screen for itself; who leaves early has no backup", async () => {
    const cli = computer({ accounts: [github] });
    const early = await cli.run("backup create b.age --split 2-of-3", { answers: ["", ""] });
    expect([early.exitCode, cli.files.has("b.age")]).toEqual([130, false]);
    const session = await cli.run("backup create b.age --split 2-of-3", { answers: ["", "", ""] });
    expect([session.exitCode, session.stdout]).toEqual([0, ""]);
    expect(session.pictures).toHaveLength(3);
    expect(session.pictures[1]).toMatch(
      /^Share 2 of 3 {2}\(any 2 open the backup\)\nof b.age, 2005-03-18\n\n 1 /,
    );
    for (const line of session.pictures.join("\n").split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(["1-of-3", "4-of-3", "2-of-17", "2 of 3", "x", "0-of-0"])(
    "%s is a wrong command line",
    async (how) => {
      expect(
        await computer({ accounts: [github] }).run(["backup", "create", "b.age", "--split", how]),
      ).toMatchObject({ exitCode: 2 });
    },
  );
});
