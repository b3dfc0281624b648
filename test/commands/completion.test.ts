/** What the shells' scripts ask and get. The shells themselves: test/real/completion.test.ts. */
import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { insertion, readLine } from "../../src/commands/completion/bash-line.ts";
import { DEVICES, FILES, VALUES } from "../../src/commands/completion/candidates.ts";
import { SHELLS } from "../../src/commands/completion/shells.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import { everyCommand } from "../helpers/every-command.ts";
import { testCli } from "../helpers/test-cli.ts";

const AWS = "Amazon Web Services:root-account-mfa-device@123456789012";
const hostile: Enrollment = { ...bank, issuer: "", label: "a\nb\tc\u001b[31m\u202e$(touch x)" };

async function machine() {
  const cli = testCli({ accounts: [aws, github, hostile] });
  await cli.run("device add 'my phone' --kind phone");
  return cli;
}

type Cli = ReturnType<typeof testCli>;

/** Values, and descriptions after a tab. */
async function offered(cli: Cli, ...words: string[]): Promise<string[]> {
  const session = await cli.run(["__complete", "zsh"], { stdin: words.join("\0") });
  expect(session).toMatchObject({ exitCode: 0, stderr: "" });
  return session.stdout.split("\n").slice(0, -1);
}

const values = async (cli: Cli, ...words: string[]) =>
  (await offered(cli, ...words)).slice(1).map((line) => line.split("\t")[0]);

describe("what is offered", () => {
  it("commands and options, as the parser knows them, with what they do", async () => {
    const cli = await machine();
    expect(await offered(cli, "")).toContain(
      "code\tprint the current code of an account; with no argument, of all accounts",
    );
    expect(await values(cli, "")).not.toContain("__complete");
    expect(await values(cli, "device", "")).toEqual(
      expect.arrayContaining(["add", "list", "lost", "retire"]),
    );
    expect(await values(cli, "ls", "--")).toEqual(["--removed", "--json", "--help"]);
    expect(await values(cli, "completion", "")).toEqual([...SHELLS]);
  });

  it("accounts by name, or by id where the name is no line of text", async () => {
    const cli = await machine();
    const lines = await offered(cli, "code", "");
    expect(lines).toContain(`${AWS}\t`);
    const id = cli.folder.list("accounts").map((file) => file.slice(0, -5));
    const odd = lines.find((line) => line.includes("touch x")) ?? "";
    expect(odd).toMatch(/^[a-z2-7]{16}\tabc\[31m\$\(touch x\)$/);
    expect(id).toContain(odd.slice(0, 16));
    expect(lines).toHaveLength(4);
  });

  it("accounts and devices while the seeds are locked, without a word or a change", async () => {
    const cli = await machine();
    cli.faults.seeds = new UserError("locked", ExitCode.locked);
    const before = new Map(cli.folder.files);
    expect(await values(cli, "verify", AWS, "--device", "")).toContain("my phone");
    expect(await values(cli, "qr", "x", "")).toContain(AWS);
    expect(cli.folder.files).toEqual(before);
  });

  it("values where they are few, files where they are files, nothing else", async () => {
    const cli = await machine();
    expect(await values(cli, "device", "add", "tablet", "--kind", "")).toContain("hardware");
    expect(await values(cli, "device", "add", "x", "--kind=")).toContain("hardware");
    expect(await values(cli, "store", "move", "")).toEqual(["keyring", "file"]);
    for (const format of ["aegis", "kdbx", "pass"]) expect(await values(cli, "export", "")).toContain(format);
    expect(await offered(cli, "import", "")).toEqual(["files"]);
    expect(await offered(cli, "sheet", "--output", "")).toEqual(["files"]);
    expect(await offered(cli, "rename", "x", "")).toEqual(["words"]);
    expect(await offered(cli, "code", "--", "--")).toContain(`${AWS}\t`);
    expect(await offered(cli, "code", "--min-remaining", "")).toEqual(["words"]);
    expect(await offered(cli, "nonsense", "")).toEqual(["words"]);
  });

  it("after an option that needs a value, the next word is that value, even if it looks like an option", async () => {
    const cli = await machine();
    expect(await values(cli, "qr", "--output", "--device", "")).toContain(AWS);
    expect(await values(cli, "code", "--min-remaining", "--", "--")).toContain("--json");
  });

  it("removed accounts where they come back from", async () => {
    const cli = await machine();
    await cli.run("remove GitHub:octocat --yes");
    expect(await values(cli, "restore", "")).toEqual(["GitHub:octocat"]);
    expect(await values(cli, "code", "")).not.toContain("GitHub:octocat");
  });
});

it("is silent where the ledger can't be read", async () => {
  const cli = await machine();
  cli.folder.list = () => {
    throw new UserError("disk on fire", ExitCode.failed);
  };
  expect(await cli.run(["__complete", "fish"], { stdin: "code\0" })).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });
});

it("bash and PowerShell find a part of a name where nothing begins with it, as fish does", async () => {
  const cli = await machine();
  const ask = async (shell: string, stdin: string) =>
    (await cli.run(["__complete", shell], { stdin })).stdout;
  expect(await ask("powershell", "code\0octo\r\n")).toBe("words\nGitHub:octocat\t\n");
  expect(await ask("bash", "octo\0twinseed code octo")).toBe("words\nGitHub:octocat\n");
  expect(await ask("bash", "git\0twinseed code git")).toBe("words\nGitHub:octocat\n");
});

it("PowerShell gets what matches, in any case, and may end its line", async () => {
  const cli = await machine();
  const { stdout } = await cli.run(["__complete", "powershell"], { stdin: "code\0git\r\n" });
  expect(stdout).toBe("words\nGitHub:octocat\t\n");
});

describe("bash", () => {
  const ask = async (cli: Cli, line: string, replaced: string) =>
    (await cli.run(["__complete", "bash"], { stdin: `${replaced}\0${line}` })).stdout;

  it("gets what stands for the part of the word that readline replaces", async () => {
    const cli = await machine();
    const rest = "root-account-mfa-device@123456789012";
    expect(await ask(cli, "twinseed code Ama", "Ama")).toBe(`words\nAmazon\\ Web\\ Services:${rest}\n`);
    expect(await ask(cli, "twinseed code Amazon\\ Web\\ Services:ro", "ro")).toBe(`words\n${rest}\n`);
    expect(await ask(cli, 'twinseed code "Amazon W', "Amazon W")).toBe(
      `words\nAmazon Web Services:${rest}\n`,
    );
    expect(await ask(cli, "twinseed list > f", "f")).toBe("files\n");
    expect(await ask(cli, "A='b c' twinseed device li", "li")).toBe("words\nlist\n");
    expect(await ask(cli, "true; twinseed device li", "li")).toBe("words\nlist\n");
  });

  it.each([
    ["a b", "", "a\\ b"],
    ["$(touch x)`y`", "", "\\$\\(touch\\ x\\)\\`y\\`"],
    ["$(touch x)`y`\\", '"', "\\$(touch x)\\`y\\`\\\\"],
    ["it's !1", "'", "it'\\''s !1"],
    ["a!b", '"', 'a"\\!"b'],
    ["~x{a,b}*?[c]#;|&<>", "", "\\~x\\{a,b\\}\\*\\?\\[c\\]\\#\\;\\|\\&\\<\\>"],
  ])("%s after %j is typed as %s", (text, quote, typed) => {
    expect(insertion(text, quote, "")).toBe(typed);
  });

  it.each([
    ["twinseed code a\\", { raw: "a\\", value: "a" }],
    ["twinseed code 'a\"b", { raw: "'a\"b", value: 'a"b' }],
    ['twinseed code "a\\$b\\c', { raw: '"a\\$b\\c', value: "a$b\\c" }],
    ["twinseed code ", { raw: "", value: "" }],
    ["twinseed code $(touch x", { raw: "x", value: "x" }],
  ])("reads %s", (line, current) => {
    expect(readLine(line).current).toEqual(current);
  });
});

describe("the scripts", () => {
  it.each(SHELLS)("%s: evaluates nothing, and is all that is printed", async (shell) => {
    const session = await testCli().run(`completion ${shell}`);
    expect(session).toMatchObject({ exitCode: 0, stderr: "" });
    const code = session.stdout.replace(/^#.*$/gm, "");
    expect(code).not.toMatch(/\beval\b|Invoke-Expression|compgen|\biex\b/);
    expect(code).toContain(`__complete ${shell}`);
  });

  it("say on a terminal where they go", async () => {
    const { stderr } = await testCli().run("completion bash", { answers: [] });
    expect(stderr).toBe(
      'twinseed: in ~/.bashrc (on macOS: ~/.bash_profile): eval "$(twinseed completion bash)"\n',
    );
  });
});

it("every value that is known by its name is the value of something", async () => {
  const names = (await everyCommand()).flatMap((command) => [
    ...command.registeredArguments.flatMap((one) => [one.name(), `${command.name()} ${one.name()}`]),
    ...command.options.flatMap(({ flags, long }) => [long, /[<[]([\w-]+)/.exec(flags)?.[1]]),
  ]);
  for (const known of [...Object.keys(VALUES), ...FILES, ...DEVICES]) expect(names).toContain(known);
});
