/** backup create, verify and restore, in memory. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { openFile } from "../../src/backup/age-file.ts";
import { UserError } from "../../src/base/errors.ts";
import { wordList } from "../../src/base/word-list.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, everyAccount, github, key, steam } from "../helpers/accounts.ts";
import { sealed } from "../helpers/backups.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { type TestCliOptions, testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);

type Cli = ReturnType<typeof testCli>;

/** With the identity in "key". */
function computer(options: TestCliOptions = {}): Cli {
  const cli = testCli({ now, ...options });
  cli.files.set("key", `# mine\n${identity}\n`);
  return cli;
}

async function withBackup(options: TestCliOptions = {}): Promise<Cli> {
  const cli = computer({ accounts: [github, aws], ...options });
  expect(await cli.run(["backup", "create", "b.age", "-r", recipient])).toMatchObject({
    exitCode: 0,
    stdout: "",
  });
  return cli;
}

async function inside(cli: Cli, file = "b.age") {
  const bytes = cli.files.get(file);
  if (bytes === undefined || typeof bytes === "string") throw new Error("no such file");
  return JSON.parse(await openFile(bytes, { kind: "identities", identities: [identity] }));
}

async function copyTo(other: Cli, from: Cli): Promise<Cli> {
  other.files.set("b.age", from.files.get("b.age") ?? "");
  return other;
}

const list = async (cli: Cli, more = "") => JSON.parse((await cli.run(`list --json ${more}`)).stdout);
const names = async (cli: Cli) => (await list(cli)).map(({ name }: { name: string }) => name);
const ledgerOf = (files: ReadonlyMap<string, string>) =>
  Object.fromEntries([...files].filter(([name]) => /^(accounts|removed)\/|^devices\.json$/.test(name)));

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

describe("verify", () => {
  it("everything is in it: exit 0, and its copies are confirmed", async () => {
    const cli = await withBackup();
    expect((await cli.run("audit")).stdout).toContain("the backup b was never verified");
    const { exitCode, stdout } = await cli.run("backup verify b.age -i key");
    expect([exitCode, stdout]).toEqual([
      0,
      "the backup of 2005-03-18 (2 accounts) has 2 of your 2 accounts\n",
    ]);
    // It may lie next to the seeds, and go with them.
    const { exitCode: still, stdout: why } = await cli.run("audit");
    expect([still, why]).toEqual([8, expect.stringContaining("twinseed backup verify FILE --place PLACE")]);
    const { stderr } = await cli.run(["backup", "verify", "b.age", "-i", "key", "--place", "bank box"]);
    expect(stderr).toContain('"b" is kept in "bank box"');
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0, stdout: "2 accounts, none at risk\n" });
  });

  it("missing and changed accounts are listed, exit 1; what is in the backup only is mentioned", async () => {
    const cli = await withBackup();
    await cli.run("add -", { stdin: formatOtpauthUri(bank) });
    await cli.run("add - --replace", {
      stdin: formatOtpauthUri({ ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") }),
    });
    await cli.run("remove Amazon --yes");
    const { exitCode, stdout, stderr } = await cli.run("backup verify b.age -i key");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^missing +Bücher & Söhne:zoë@example.org .*\nchanged +GitHub:octocat .*\nthe backup of .* has 0 of your 2 accounts/,
    );
    expect(stderr).toContain(
      'only in the backup: "Amazon Web Services:root-account-mfa-device@123456789012"',
    );
    expect((await cli.run("audit")).stdout).toContain("the backup b is older than 2 of 2 accounts");
    const json = JSON.parse((await cli.run("backup verify b.age -i key --json")).stdout);
    expect(json).toMatchObject({
      version: 1,
      equal: [],
      missing: [{ issuer: bank.issuer }],
      changed: [{ name: "GitHub:octocat" }],
      onlyInBackup: [{ issuer: aws.issuer }],
      confirmed: 0,
    });
    expect(JSON.stringify(json)).not.toContain("GEZDGNBV");
  });

  it("a seed that is gone from here is said to be in the backup", async () => {
    const cli = await withBackup({ accounts: [github] });
    cli.uris.clear();
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("no seed here  GitHub:octocat"),
    });
  });

  it("a counter that has moved on is no difference, and is said", async () => {
    const cli = await withBackup({ accounts: [counting] });
    await cli.run("code Token");
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("is 1 here and 0 in the backup"),
    });
  });

  it("of a backup that is lost: nothing is confirmed, and that is why", async () => {
    const cli = await withBackup();
    await cli.run("device lost b");
    const { stderr } = await cli.run("backup verify b.age -i key");
    expect(stderr).toContain('nothing was confirmed: "b" is lost in the ledger');
    expect(stderr).not.toContain("later backup");
  });

  it("where nobody has heard of the backup: it becomes a device, and its copies are confirmed", async () => {
    const other = await copyTo(
      computer({ accounts: [github, aws], hostname: "desktop" }),
      await withBackup(),
    );
    const { exitCode, stdout } = await other.run("backup verify b.age -i key --json");
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { confirmed: 2 }]);
    for (const { copies } of await list(other))
      expect(copies).toMatchObject([{ device: "desktop" }, { device: "b", confirmedAt: expect.any(String) }]);
  });

  it("a backup that does not say what it is called can be compared, and confirms nothing", async () => {
    const cli = await withBackup();
    const content = await inside(cli);
    const other = computer({ accounts: [github, aws], hostname: "desktop" });
    other.files.set("b.age", await sealed({ ...content, devices: [] }, "pass"));
    const { exitCode, stdout } = await other.run("backup verify b.age --passphrase-file - --json", {
      stdin: "pass",
    });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { confirmed: 0, missing: [], changed: [] }]);
    expect(JSON.parse((await other.run("device list --json")).stdout)).toMatchObject([{ name: "desktop" }]);
  });

  it("a renamed account is the same", async () => {
    const cli = await withBackup();
    await cli.run("rename octocat hub");
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({ exitCode: 0 });
  });
});

describe("restore", () => {
  it("brings the ARN of an AWS device to an account that is here without it, and overwrites none", async () => {
    const arn = (name: string) => `arn:aws:iam::123456789012:mfa/${name}`;
    const keep = (name: string) => `aws config Amazon --profile work --serial ${arn(name)}`;
    const cli = computer({ accounts: [aws] });
    await cli.run(keep("mine"));
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    for (const [before, after] of [
      [undefined, "mine"],
      ["other", "other"],
    ] as const) {
      const other = await copyTo(computer({ accounts: [aws] }), cli);
      if (before !== undefined) await other.run(keep(before));
      for (let i = 0; i < 2; i++)
        expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
      expect(JSON.stringify(ledgerOf(other.folder.files)).match(/arn:[^"\\]*/g)).toEqual([arn(after)]);
    }
  });

  it("into an empty home: the same accounts, devices and ledger, byte by byte, and the same codes", async () => {
    const cli = computer({ accounts: everyAccount });
    await cli.run("remove gordon --yes");
    await cli.run("device add phone --kind phone");
    await cli.run("code Token");
    await cli.run("verify octocat 081804 --device phone");
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    const asked = await cli.run("backup restore b.age -i key --into other", { answers: ["no"] });
    expect(asked.stderr + asked.terminal).toContain(
      "Would restore 5 accounts, 1 removed account, 3 devices. Restore into",
    );
    expect(await cli.run("backup restore b.age -i key --into new --yes")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 5 accounts, 1 removed account, 3 devices"),
    });
    const home = cli.homes.get("new");
    // Whatever was just restored from it is in it.
    await cli.run("backup verify b.age -i key");
    expect(ledgerOf(home?.folder.files ?? new Map())).toEqual(ledgerOf(cli.folder.files));
    const counted = [...cli.uris].map(([id, uri]) => [id, uri.replace("counter=0", "counter=1")]);
    expect(new Map(home?.uris)).toEqual(new Map(counted as [string, string][]));
    expect(await cli.run("backup restore b.age -i key --into new --yes")).toMatchObject({ exitCode: 1 });
  });

  it("on a new computer its seed store is a holder, too", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
    expect((await list(other))[0].copies.map(({ device }: { device: string }) => device).sort()).toEqual([
      "b",
      "desktop",
      "laptop",
    ]);
    expect((await other.run("code octocat")).stdout).toBe("081804\n");
  });

  it("a second time changes nothing", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    await other.run("backup restore b.age -i key --yes");
    const before = new Map(other.folder.files);
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 0 accounts; 2 were here already"),
    });
    expect(other.folder.files).toEqual(before);
  });

  it("never overwrites: the same name with another seed comes in beside it, an id that is taken gets a new one", async () => {
    const own = { ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") };
    const other = await copyTo(computer({ accounts: [own] }), await withBackup());
    await other.start();
    const before = new Map(other.uris);
    const { exitCode, stderr } = await other.run("backup restore b.age -i key --yes");
    expect(exitCode).toBe(0);
    expect(stderr).toContain('is restored as "GitHub:octocat (2)": another account has its name');
    for (const [id, uri] of before) expect(other.uris.get(id)).toBe(uri);
    expect(await names(other)).toEqual([
      "Amazon Web Services:root-account-mfa-device@123456789012",
      "GitHub:octocat",
      "GitHub:octocat (2)",
    ]);
    expect((await other.run(["code", "GitHub:octocat (2)"])).stdout).toBe("081804\n");
    expect((await other.run(["code", "GitHub:octocat"])).stdout).not.toBe("081804\n");
  });

  it("said that it had restored an account whose id the seed store has another seed under, and stored none", async () => {
    const from = await withBackup();
    const other = await copyTo(computer({ hostname: "desktop" }), from);
    const [id = "", uri = ""] = [...from.uris].find(([, text]) => text.includes("GitHub")) ?? [];
    const stray = formatOtpauthUri({ ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") });
    other.uris.set(id, stray);
    const { exitCode, stdout } = await other.run("backup restore b.age -i key --yes --json");
    expect([exitCode, JSON.parse(stdout).accounts]).toMatchObject([
      0,
      [{ status: "added" }, { status: "added" }],
    ]);
    expect(other.uris.get(id)).toBe(stray);
    expect([...other.uris.values()].sort()).toEqual([...from.uris.values(), stray].sort());
    expect(uri).toContain("GitHub");
    for (const name of await names(other))
      expect(await other.run(["code", name])).toEqual(await from.run(["code", name]));
  });

  it("the same seed under another id and name is the same account; what was known of its copies stays", async () => {
    const from = await withBackup({ accounts: [bank, github] });
    const other = await copyTo(computer({ accounts: [github], hostname: "desktop" }), from);
    await other.run("rename octocat hub");
    const [{ id }] = await list(other);
    await other.run("backup restore b.age -i key --yes");
    const hub = (await list(other)).find(({ name }: { name: string }) => name === "hub");
    expect(hub.id).toBe(id);
    expect(hub.copies.map(({ device }: { device: string }) => device)).toEqual(["desktop", "laptop", "b"]);
    expect(await names(other)).toHaveLength(2);
  });

  it("of two counters the larger one goes on, and that is said", async () => {
    const cli = await withBackup({ accounts: [counting] });
    for (let i = 0; i < 3; i++) await cli.run("code Token");
    expect((await cli.run("backup restore b.age -i key --yes")).stderr).toContain("continues at counter 3");
    expect((await cli.run("uri Token")).stdout).toContain("counter=3");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    const other = await copyTo(computer({ accounts: [counting] }), cli);
    expect((await other.run("backup restore b.age -i key --yes")).stderr).toContain("continues at counter 3");
    expect((await other.run("uri Token")).stdout).toContain("counter=3");
  });

  it("two accounts of the backup with one seed set the counter back: the largest one counts", async () => {
    const uri = (counter: number) =>
      formatOtpauthUri({ ...counting, otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter } });
    const from = computer();
    await from.run("add - --name h", { stdin: uri(50) });
    // As after a sync of two computers that both enrolled it.
    const [{ id }] = await list(from);
    const twin = "a".repeat(16);
    const entry = JSON.parse(from.folder.files.get(`accounts/${id}.json`) ?? "");
    from.folder.files.set(
      `accounts/${twin}.json`,
      JSON.stringify({ ...entry, id: twin, name: "old", counter: 5 }),
    );
    from.uris.set(twin, from.uris.get(id) ?? "");
    await from.run(["backup", "create", "b.age", "-r", recipient]);
    const other = await copyTo(computer({ hostname: "desktop" }), from);
    await other.run("add - --name mine", { stdin: uri(5) });
    const { stderr } = await other.run("backup restore b.age -i key --yes");
    expect(stderr).toContain('"mine" continues at counter 50, the higher one');
    expect((await list(other)).map(({ counter }: { counter: number }) => counter)).toEqual([50]);
    const before = new Map(other.folder.files);
    await other.run("backup restore b.age -i key --yes");
    expect(other.folder.files).toEqual(before);
  });

  it("a counter of what was removed here goes on, too, and it stays removed", async () => {
    const cli = await withBackup({ accounts: [counting] });
    for (let i = 0; i < 3; i++) await cli.run("code Token");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    const other = await copyTo(computer({ accounts: [counting], hostname: "desktop" }), cli);
    await other.run("remove Token --yes");
    expect((await other.run("backup restore b.age -i key --yes")).exitCode).toBe(0);
    expect(await names(other)).toEqual([]);
    const [name = ""] = [...other.folder.files.keys()].filter((file) => file.startsWith("removed/"));
    expect(JSON.parse(other.folder.files.get(name) ?? "")).toMatchObject({ counter: 3 });
  });

  it("--into a folder where it was interrupted: run again, it goes on; into another one's folder it does not", async () => {
    const cli = await withBackup();
    const put = async () => {
      throw new UserError("killed", 1);
    };
    cli.faults.store = { ...memorySeedStore(new Map(), "file"), putAll: put };
    const command = "backup restore b.age -i key --into new --yes";
    expect(await cli.run(command)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("killed") });
    delete cli.faults.store;
    expect([...(cli.homes.get("new")?.folder.files.keys() ?? [])]).toContain("unfinished-restore");
    expect(await cli.run(command)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 2 accounts"),
    });
    expect([...(cli.homes.get("new")?.folder.files.keys() ?? [])]).not.toContain("unfinished-restore");
    expect(await cli.run(command)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("not empty"),
    });
  });

  it("what was removed here stays removed, and that is said", async () => {
    const cli = await withBackup();
    await cli.run("remove octocat --yes");
    const { stderr } = await cli.run("backup restore b.age -i key --yes");
    expect(stderr).toContain('"GitHub:octocat" was removed here on 2005-03-18, and remains removed');
    expect(await names(cli)).toHaveLength(1);
  });

  it("puts a seed back that was gone", async () => {
    const cli = await withBackup();
    cli.uris.clear();
    expect((await cli.run("backup restore b.age -i key --yes")).stderr).toContain("had lost its seed here");
    expect((await cli.run("code octocat")).stdout).toBe("081804\n");
  });

  it("fixes a damaged entry, whose file is kept", async () => {
    const cli = await withBackup();
    const [{ id }] = (await list(cli)).filter(({ issuer }: { issuer: string }) => issuer === "GitHub");
    cli.folder.files.set(`accounts/${id}.json`, "{ damaged");
    expect(await cli.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(`damaged/${id}.json`)).toBe("{ damaged");
    expect((await cli.run("code octocat")).stdout).toBe("081804\n");
  });

  it("devices are the same by id, by host, or by name and kind", async () => {
    const from = await withBackup();
    const other = computer({ accounts: [bank] });
    await other.run("device add b --kind phone");
    await copyTo(other, from);
    await other.run("backup restore b.age -i key --yes");
    const devices = JSON.parse((await other.run("device list --json")).stdout);
    expect(devices.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ["laptop", "computer"],
      ["b", "phone"],
      ["b (2)", "backup"],
    ]);
  });

  it("--dry-run lists and writes nothing; no terminal and no --yes is exit 2; no means no", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    const dry = await other.run("backup restore b.age -i key --dry-run");
    expect(dry.stdout).toMatch(/^added {3}Amazon.*\nadded {3}GitHub:octocat\n$/);
    expect(await other.run("backup restore b.age -i key")).toMatchObject({ exitCode: 2 });
    expect(await other.run("backup restore b.age -i key", { answers: ["n"] })).toMatchObject({ exitCode: 1 });
    expect([other.folder.files.size, other.uris.size]).toEqual([0, 0]);
    const done = await other.run("backup restore b.age -i key --json", { answers: ["y"] });
    expect(JSON.parse(done.stdout)).toMatchObject({
      version: 1,
      accounts: [{ status: "added" }, { status: "added" }],
    });
  });

  it("bad entries are named, the rest comes in, exit 1", async () => {
    const cli = await withBackup();
    const content = await inside(cli);
    content.accounts[0].uri = "otpauth://totp/x";
    const other = computer({ hostname: "desktop" });
    other.files.set("b.age", await sealed(content, "pass"));
    other.files.set("pass", "pass\n");
    const { exitCode, stderr } = await other.run("backup restore b.age --passphrase-file pass --yes");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("the URI has no secret")]);
    expect(await names(other)).toHaveLength(1);
  });

  it.each([
    ["no backup", "hello"],
    ["a cut-off one", undefined],
  ])("%s: exit 5, and nothing is restored", async (_, text) => {
    const cli = await withBackup();
    const bytes = Buffer.from(cli.files.get("b.age") ?? "");
    const other = computer();
    other.files.set("b.age", text ?? bytes.subarray(0, bytes.length - 1));
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 5 });
    expect([other.folder.files.size, other.uris.size]).toEqual([0, 0]);
  });

  it("an unreadable or missing file is exit 5", async () => {
    expect(await computer().run("backup verify nowhere.age -i key")).toMatchObject({ exitCode: 5 });
  });
});
