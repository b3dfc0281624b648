/** Where accounts can't be read, no command says that there are none, or that the one that is meant is not there. */
import { describe, expect, it } from "vitest";
import { aws, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

/** `damages`: the names of the accounts whose files are damaged. */
async function damaged(...damages: readonly string[]) {
  const cli = testCli({ accounts: [github, aws] });
  const listed: { id: string; name: string }[] = JSON.parse((await cli.run("list --json")).stdout);
  const files = listed.flatMap(({ id, name }) =>
    damages.some((one) => name.includes(one)) ? [`accounts/${id}.json`] : [],
  );
  expect(files).toHaveLength(damages.length);
  for (const file of files) cli.folder.files.set(file, "{");
  return { cli, files };
}

const ANY = [
  "list",
  "list github",
  "list --json",
  "code",
  "code --json",
  "watch --plain",
  "export uris --plaintext",
  "sheet",
  "backup create b.age --recipient age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
  "drill b.age --code 123456",
  "qr --google",
];

const ONE = [
  "code github",
  "uri github",
  "qr github",
  "watch github --plain",
  "list github",
  "verify github 123456 --device phone",
  "rename github mine",
  "remove github --yes",
  "note github",
  "export uris --plaintext --accounts github",
  "sheet github",
  "aws session github",
];

describe("no account can be read", () => {
  it.each([...ANY, ...ONE])("%s: exit 1, and the names of the files", async (command) => {
    const { cli, files } = await damaged("GitHub", "Amazon");
    const { exitCode, stdout, stderr } = await cli.run(command);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const [, error = ""] = stderr.split(/(?=twinseed: error: )/);
    for (const file of files) expect(error).toContain(`"${file}"`);
    expect(error).toContain("twinseed doctor");
    expect(stderr).not.toMatch(/no accounts yet|enroll one|no account to put/);
  });

  it("where there are removed ones only, and they can't be read: the same", async () => {
    const { cli } = await damaged();
    await cli.run("remove github --yes");
    const [file = ""] = [...cli.folder.files.keys()].filter((name) => name.startsWith("removed/"));
    cli.folder.files.set(file, "{");
    const { exitCode, stderr } = await cli.run("list --removed");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`can't read any removed account: "${file}"`);
  });

  it("a list of accounts that were about to be stored counts, too", async () => {
    const cli = testCli();
    cli.folder.files.set("incoming.json", "{");
    expect(await cli.run("list")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`can't read any account: "incoming.json"`),
    });
  });
});

describe("one account can't be read", () => {
  it.each(ONE)("%s: it may be the one that is meant", async (command) => {
    const { cli, files } = await damaged("GitHub");
    const { exitCode, stdout, stderr } = await cli.run(command);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const [, error = ""] = stderr.split(/(?=twinseed: error: )/);
    expect(error).toContain('no account that can be read matches "github"');
    expect(error).toContain(`"${files[0]}"`);
  });

  it("the others are listed, and found", async () => {
    const { cli } = await damaged("GitHub");
    expect(await cli.run("list")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Amazon") });
    expect(await cli.run("code amazon")).toMatchObject({ exitCode: 0 });
  });
});

it("only the first of many files are named, and the others counted", async () => {
  const cli = testCli();
  for (let i = 0; i < 30; i++) cli.folder.files.set(`accounts/a${i}.json`, "{");
  const { stderr } = await cli.run("list");
  expect(stderr).toMatch(/error: can't read any account: ("accounts\/a\d+\.json", ){5}and 25 more\n/);
});
