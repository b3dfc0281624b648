/** `import` and `export`, in-process. The formats themselves are tested in test/formats. */
import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { twinseedJson } from "../../src/formats/twinseed-json.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { Gpg } from "../../src/ports/gpg.ts";
import { aws, bank, counting, everyAccount, github, odd, steam } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const list = (...accounts: readonly Parameters<typeof formatOtpauthUri>[0][]) =>
  `${accounts.map((account) => formatOtpauthUri(account)).join("\n")}\n`;

const random = (bytes: number) => new Uint8Array(bytes);
const now = "2005-03-18T01:58:29Z"; // RFC 6238: github shows 081804

describe("import", () => {
  it("shows what comes in with its code, and asks", async () => {
    const cli = testCli({ now, files: { "list.txt": list(github, aws) } });
    const { exitCode, stdout, terminal } = await cli.run("import list.txt", { answers: ["y", "n"] });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("081804  GitHub:octocat\n");
    expect(terminal).toContain("Import 2 accounts?");
    expect(terminal).toContain("Delete");
    expect(cli.uris.size).toBe(2);
    expect(cli.files.size).toBe(1);
  });

  it("brings nothing in where the person says no, and where nobody can be asked", async () => {
    const cli = testCli({ files: { "list.txt": list(github, aws) } });
    expect(await cli.run("import list.txt", { answers: ["n"] })).toMatchObject({ exitCode: 1 });
    const { exitCode, stderr } = await cli.run("import list.txt");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--yes");
    expect([cli.uris.size, cli.folder.files.size]).toEqual([0, 0]);
  });

  it("--dry-run writes nothing, --json says what came in without a seed", async () => {
    const cli = testCli({ files: { "list.txt": list(github, aws) } });
    expect(await cli.run("import list.txt --dry-run")).toMatchObject({ exitCode: 0 });
    expect([cli.uris.size, cli.folder.files.size]).toEqual([0, 0]);
    const { stdout } = await cli.run("import list.txt --yes --json");
    expect(JSON.parse(stdout)).toMatchObject([
      { status: "added", account: { name: "GitHub:octocat" } },
      { status: "added", account: { issuer: "Amazon Web Services" } },
    ]);
    expect(stdout).not.toContain("GEZDGNBV");
    expect(await cli.run("import list.txt --json")).toMatchObject({ exitCode: 2 });
  });

  it("merges by seed and parameters, never by label", async () => {
    const twin = { ...aws, issuer: github.issuer, label: github.label };
    const renamed = { ...github, issuer: "Git Hub", label: "me" };
    const cli = testCli({ accounts: [github], files: { "list.txt": list(twin, renamed, twin) } });
    const { stderr } = await cli.run("import list.txt --yes");
    expect(stderr).toContain("imported 1 account from otpauth URIs; 1 here already; 1 duplicate");
    const { stdout } = await cli.run("list --json");
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual([
      "GitHub:octocat",
      "GitHub:octocat (2)",
    ]);
    expect((await cli.run(["code", "GitHub:octocat (2)"])).exitCode).toBe(0);
  });

  it("skips a bad entry with its place and reason, and brings in the rest", async () => {
    const bad = "otpauth://totp/Broken:x?secret=Secret1One\n";
    const cli = testCli({ files: { "list.txt": `${list(github)}${bad}${list(aws)}` } });
    const { exitCode, stderr } = await cli.run("import list.txt --yes");
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: skipped "list.txt", line 2');
    expect(stderr).toContain("imported 2 accounts from otpauth URIs; 1 skipped");
    expect(stderr).not.toContain("Secret1One");
    expect(cli.files.size).toBe(1);
  });

  it("keeps a file that did not come in whole, deletes one that did when told to", async () => {
    const bad = "otpauth://totp/Broken:x?secret=Secret1One\n";
    const cli = testCli({ files: { "good.txt": list(github), "bad.txt": `${bad}${list(aws)}` } });
    expect(await cli.run("import good.txt bad.txt --yes --delete-file")).toMatchObject({ exitCode: 1 });
    expect([...cli.files.keys()]).toEqual(["bad.txt"]);
  });

  it("exit 5 where nothing can be read, and nothing of the other files comes in", async () => {
    const cli = testCli({ files: { "good.txt": list(github), "bad.bin": new Uint8Array([1, 2, 3, 255]) } });
    expect(await cli.run("import good.txt bad.bin --yes")).toMatchObject({ exitCode: 5 });
    expect(cli.uris.size).toBe(0);
    expect(await cli.run("import missing.txt --yes")).toMatchObject({ exitCode: 5 });
    expect(await cli.run("import good.txt --format nonsense --yes")).toMatchObject({ exitCode: 2 });
  });

  it("reads stdin, and a counter that is ahead", async () => {
    const cli = testCli({ accounts: [counting] });
    const ahead = { ...counting, otp: { ...counting.otp, type: "hotp" as const, counter: 9 } };
    const { stderr } = await cli.run("import - --yes", { stdin: list(ahead) });
    expect(stderr).toContain("is now 9");
    expect((await cli.run("code Token --json")).stdout).toContain('"counter":9');
    await cli.run("import - --yes", { stdin: list(counting) });
    expect((await cli.run("code Token --json")).stdout).toContain('"counter":10');
  });

  it("--device notes the copies of the device that the export comes from", async () => {
    const cli = testCli({ accounts: [github], files: { "list.txt": list(github, aws) } });
    await cli.run("import list.txt --yes --device phone");
    const accounts = JSON.parse((await cli.run("list --json")).stdout);
    for (const { copies } of accounts)
      expect(copies.map(({ device }: { device: string }) => device)).toEqual(["laptop", "phone"]);
  });

  it("accounts without a name get one to be called by", async () => {
    const nameless = { ...github, issuer: "", label: "" };
    const cli = testCli({ files: { "list.txt": list(nameless) } });
    await cli.run("import list.txt --yes");
    const [{ name, issuer, label }] = JSON.parse((await cli.run("list --json")).stdout);
    expect({ name, issuer, label }).toEqual({ name: "otpauth URIs line 1", issuer: "", label: "" });
  });

  it("a store that fails in the middle leaves no account", async () => {
    const cli = testCli({ files: { "list.txt": list(github, aws, bank) } });
    const { store } = cli;
    cli.faults.store = {
      ...store,
      async putAll(seeds) {
        await store.putAll(seeds.slice(0, 2));
        throw new Error("the disk is gone");
      },
    };
    expect(await cli.run("import list.txt --yes")).toMatchObject({ exitCode: 1 });
    delete cli.faults.store;
    expect(JSON.parse((await cli.run("list --json")).stdout)).toEqual([]);
    expect(await cli.run("import list.txt --yes")).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await cli.run("list --json")).stdout)).toHaveLength(3);
  });

  it("asks for the password, three times at most, or takes it from a file", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("export aegis --output vault.json --password", { answers: ["open sesame", "open sesame"] });
    const other = testCli({
      files: { "vault.json": cli.files.get("vault.json") ?? "", pass: "open sesame\n" },
    });
    const typed = await other.run("import vault.json", { answers: ["wrong", "open sesame", "y"] });
    expect(typed).toMatchObject({ exitCode: 0 });
    expect(typed.stderr).toContain("wrong password, try again");
    expect(await other.run("import vault.json --passphrase-file pass --yes")).toMatchObject({ exitCode: 0 });
    expect(await other.run("import vault.json --yes")).toMatchObject({ exitCode: 2 });
    other.files.set("pass", "wrong");
    expect(await other.run("import vault.json --passphrase-file pass --yes")).toMatchObject({ exitCode: 5 });
  });

  it("never deletes what is more than a plain export", async () => {
    const vault = JSON.stringify({
      encrypted: false,
      items: [
        { type: 1, name: "GitHub", login: { username: "me", password: "hunter2", totp: "GEZDGNBVGY3TQOJQ" } },
      ],
    });
    const cli = testCli({ accounts: [github] });
    await cli.run("export aegis --output locked.json --password", {
      answers: ["open sesame", "open sesame"],
    });
    const files = {
      "locked.json": cli.files.get("locked.json") ?? "",
      "vault.json": vault,
      ".2fa": "github 6 GEZDGNBVGY3TQOJQ\n",
      pass: "open sesame",
    };
    for (const name of ["locked.json", "vault.json", ".2fa"]) {
      const other = testCli({ files });
      const run = await other.run(`import ${name} --yes --delete-file --passphrase-file pass`);
      expect([name, run.exitCode, other.files.has(name)]).toEqual([name, 1, true]);
      expect(run.stderr).toContain(`kept "${name}", which holds a seed: `);
      // Nor is a person asked to.
      const asked = await testCli({ files }).run(`import ${name} --passphrase-file pass`, { answers: ["y"] });
      expect([name, asked.exitCode]).toEqual([name, 0]);
    }
  });

  it("a URI as an argument is never echoed", async () => {
    const uri = formatOtpauthUri(github);
    for (const command of [
      ["import", uri],
      ["import", uri, "--yes"],
      ["import", " otpauth-migration://offline?data=GEZDGNBV", "--yes"],
    ]) {
      const { exitCode, stderr } = await testCli().run(command);
      expect(exitCode).toBe(2);
      expect(stderr).not.toContain("GEZDGNBV");
    }
  });

  it("a counter that is not ahead stays where it is, and nothing is said of it, beside one that moves on", async () => {
    const at = (label: string, secret: typeof counting.secret, counter: number) =>
      ({ issuer: "", label, secret, otp: { ...counting.otp, type: "hotp", counter } }) as const;
    const accounts = [at("ahead", aws.secret, 5), at("equal", bank.secret, 5), at("behind", steam.secret, 5)];
    const text = list(at("ahead", aws.secret, 6), at("equal", bank.secret, 5), at("behind", steam.secret, 4));
    const cli = testCli({ accounts, files: { "list.txt": text } });
    const { exitCode, stderr } = await cli.run("import list.txt --yes");
    expect(exitCode).toBe(0);
    expect(stderr.match(/"(ahead|equal|behind)"/g)).toEqual(['"ahead"']);
    const counters = JSON.parse((await cli.run("list --json")).stdout);
    expect(counters).toMatchObject([
      { name: "ahead", counter: 6 },
      { name: "behind", counter: 5 },
      { name: "equal", counter: 5 },
    ]);
  });

  it("a counter does not move on without a question", async () => {
    const ahead = { ...counting, otp: { ...counting.otp, type: "hotp" as const, counter: 500 } };
    const cli = testCli({ accounts: [counting], files: { "list.txt": list(ahead) } });
    const { terminal } = await cli.run("import list.txt", { answers: ["n"] });
    expect(terminal).toContain("Advance 1 counter?");
    expect((await cli.run("code Token --json")).stdout).toContain('"counter":0');
  });

  it("--yes asks nothing, also not what a new device is", async () => {
    const cli = testCli({ files: { "list.txt": list(github) } });
    const { exitCode } = await cli.run("import list.txt --yes --device oldphone", { answers: [] });
    expect(exitCode).toBe(0);
  });

  it("--dry-run says what --delete-file would do", async () => {
    const cli = testCli({ files: { "list.txt": list(github) } });
    const { stderr } = await cli.run("import list.txt --dry-run --delete-file");
    expect(stderr).toContain('would have deleted "list.txt"');
    expect(cli.files.size).toBe(1);
  });

  it("a byte order mark is no part of the password", async () => {
    const cli = testCli({ accounts: [github], files: { pass: "\ufeffopen sesame\r\n" } });
    await cli.run("export aegis --output vault.json --passphrase-file pass");
    expect(await cli.run("import vault.json", { answers: ["open sesame"] })).toMatchObject({ exitCode: 0 });
  });

  it("a password store is decrypted by gpg, entry by entry", async () => {
    const files = {
      "store/web/github.gpg": `sealed:hunter2\n${formatOtpauthUri(github)}\n`,
      "store/web/plain.gpg": "sealed:hunter2\n",
      "store/aws.gpg": "another key's",
    };
    const cli = testCli({ files });
    const { exitCode, stderr } = await cli.run("import store --yes");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("No secret key");
    expect(stderr).toContain("imported 1 account from pass; 1 skipped");
    expect(stderr).not.toContain("hunter2");
  });

  it("a password store that takes long: how far it is", async () => {
    const files = { "store/a.gpg": "", "store/b.gpg": "", "store/c.gpg": "" };
    const slow: Gpg = {
      async decrypt() {
        cli.clock.now += 1000;
        return Buffer.from(formatOtpauthUri(github));
      },
      encrypt: async (content) => content,
    };
    const cli = testCli({ files, instead: () => ({ gpg: slow }) });
    const { stderr } = await cli.run("import store --yes", { toTerminal: true });
    expect(stderr.match(/decrypting .*?\d of \d/g)).toEqual([
      "decrypting 1 of 3",
      "decrypting 2 of 3",
      "decrypting 3 of 3",
    ]);
  });
});

describe("export", () => {
  it.each(["uris", "json", "aegis"])("%s comes back as it was", async (format) => {
    const cli = testCli({ accounts: everyAccount.filter((one) => one !== odd || format !== "aegis") });
    const { exitCode, stdout, stderr } = await cli.run(`export ${format} --plaintext`);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/[56] seeds in the clear/);
    const other = testCli();
    expect(await other.run("import - --yes", { stdin: stdout })).toMatchObject({ exitCode: 0 });
    expect([...other.uris.values()].sort()).toEqual([...cli.uris.values()].sort());
  });

  it("says where a name will change", async () => {
    const cli = testCli({ accounts: [{ ...github, issuer: "", label: "a:b" }] });
    const { stderr } = await cli.run("export aegis --plaintext");
    expect(stderr).toContain('"a:b" becomes issuer "a", label "b" there');
  });

  it("json keeps the names that people chose", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.run("rename GitHub gh");
    const { stdout } = await cli.run("export json --plaintext");
    const other = testCli();
    await other.run("import - --yes", { stdin: stdout });
    expect((await other.run("code gh")).exitCode).toBe(0);
  });

  it("that does not read back as it was written is no export", async () => {
    const { writer } = twinseedJson;
    if (writer === undefined) throw new Error("it has one");
    const { write } = writer;
    onTestFinished(() => void Object.assign(writer, { write }));
    Object.assign(writer, { write: () => write.call(writer, [github, aws], { random, now: 0 }) });
    const cli = testCli({ accounts: [github, aws] });
    expect(await cli.run("export json --output x.json")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("bug"),
    });
    expect(cli.files.size).toBe(0);
    Object.assign(writer, { write });
    expect(await cli.run("export json --output x.json")).toMatchObject({ exitCode: 0 });
  });

  it("lists what the format can't hold", async () => {
    const cli = testCli({ accounts: [github, steam, odd, counting] });
    const { exitCode, stderr } = await cli.run("export google --plaintext");
    expect(exitCode).toBe(0);
    expect(stderr).toContain('skipped "Steam:gordon"');
    expect(stderr).toContain("2 seeds in the clear");
  });

  it("never goes to stdout or over a file unasked", async () => {
    const cli = testCli({ accounts: [github], files: { "old.txt": "mine" } });
    expect(await cli.run("export uris")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await cli.run("export uris --output old.txt")).toMatchObject({ exitCode: 1 });
    expect(cli.files.get("old.txt")).toBe("mine");
    expect(await cli.run("export uris --output old.txt --force")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(cli.files.get("old.txt")).toBe(list(github));
    expect(await cli.run("export nonsense --plaintext")).toMatchObject({ exitCode: 2 });
    expect(await cli.run("export uris --password --output x")).toMatchObject({ exitCode: 2 });
  });

  it("--accounts chooses, --device notes the copies", async () => {
    const cli = testCli({ accounts: [github, aws] });
    const { stdout } = await cli.run("export uris --plaintext --accounts GitHub --device tablet");
    expect(stdout).toBe(list(github));
    const [first, second] = JSON.parse((await cli.run("list --json")).stdout);
    expect([first.copies.length, second.copies.length]).toEqual([1, 2]);
  });

  it("google can't be locked, and never pretends to be", async () => {
    const cli = testCli({ accounts: [github], files: { pass: "open sesame" } });
    for (const options of ["--password", "--passphrase-file pass"])
      for (const place of ["--output g.png", "--plaintext", ""])
        expect(await cli.run(`export google ${options} ${place}`)).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await cli.run("export google --output g.png --plaintext")).toMatchObject({ exitCode: 2 });
    expect([...cli.files.keys()]).toEqual(["pass"]);
  });

  it("a password is what was typed, spaces and all", async () => {
    const cli = testCli({ accounts: [github], files: { pass: " my pass word " } });
    await cli.run("export aegis --output x.json --password", {
      answers: [" my pass word ", " my pass word "],
    });
    expect(await cli.run("import x.json --yes --passphrase-file pass")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("import x.json", { answers: [" my pass word "] })).toMatchObject({ exitCode: 0 });
  });

  it("two passwords that differ write nothing", async () => {
    const cli = testCli({ accounts: [github] });
    const run = await cli.run("export aegis --output x --password", { answers: ["one", "two"] });
    expect(run).toMatchObject({ exitCode: 1 });
    expect(cli.files.size).toBe(0);
  });

  it("one seed that can't be opened is named, and the others go out", async () => {
    const cli = testCli({ accounts: [github, aws] });
    await cli.start();
    const [id] = [...cli.uris].find(([, uri]) => uri.includes("GitHub")) ?? [""];
    cli.uris.delete(id);
    const { exitCode, stdout, stderr } = await cli.run("export uris --plaintext");
    expect(exitCode).toBe(1);
    expect(stdout).toBe(list(aws));
    expect(stderr).toContain('skipped "GitHub:octocat"');
  });
});

describe("KeePass", () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../fixtures/formats/kdbx/${name}`, import.meta.url));
  const files = {
    "both.kdbx": fixture("key-file-version-2.kdbx"),
    "only.kdbx": fixture("key-file-only.kdbx"),
    "a.keyx": fixture("key-version-2.keyx"),
    "damaged.keyx": fixture("key-version-2.keyx").toString("utf8").replace('Hash="', 'Hash="0'),
    "pw.txt": "open sesame\n",
    "list.txt": list(github),
  };

  it("takes a key file, with a password and without", async () => {
    const cli = testCli({ now, files });
    const both = "import both.kdbx --key-file a.keyx --dry-run";
    expect(await cli.run(`${both} --passphrase-file pw.txt`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("081804  GitHub:octocat"),
    });
    expect(await cli.run(both, { answers: ["open sesame"] })).toMatchObject({ exitCode: 0 });
    expect(await cli.run("import only.kdbx --key-file a.keyx --dry-run")).toMatchObject({ exitCode: 0 });
    const asked = await cli.run("import only.kdbx --key-file a.keyx --dry-run", { answers: [""] });
    expect(asked).toMatchObject({ exitCode: 0, terminal: expect.stringContaining("none: Enter") });
  });

  it("says what is wrong with it, or that there is one", async () => {
    const cli = testCli({ now, files });
    expect(await cli.run("import both.kdbx --passphrase-file pw.txt --dry-run")).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("--key-file FILE"),
    });
    const damaged = "import both.kdbx --key-file damaged.keyx --passphrase-file pw.txt --dry-run";
    expect(await cli.run(damaged)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining("the key file is damaged"),
    });
    expect(await cli.run("import list.txt --key-file a.keyx --dry-run")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--key-file is for KeePass databases"),
    });
  });

  it("is exported to a locked file, and comes back", async () => {
    const cli = testCli({ now, files });
    await cli.run("import list.txt --yes");
    expect(await cli.run("export kdbx --output out.kdbx")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("always locked"),
    });
    expect(await cli.run("export kdbx --passphrase-file pw.txt")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--output FILE"),
    });
    expect(await cli.run("export kdbx --passphrase-file pw.txt --output out.kdbx")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("locked with the password"),
    });
    const other = testCli({ now, files: { ...files, "out.kdbx": cli.files.get("out.kdbx") ?? "" } });
    expect(await other.run("import out.kdbx --yes --passphrase-file pw.txt")).toMatchObject({ exitCode: 0 });
    expect([...other.uris.values()]).toEqual([...cli.uris.values()]);
  });
});
