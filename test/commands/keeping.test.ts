/** list, uri, rename, remove, restore: what keeps and shows accounts. */
import { describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, everyAccount, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";

describe("list", () => {
  it("names the accounts and how many devices hold each", async () => {
    const cli = testCli({ accounts: [github, aws] });
    expect((await cli.run("list")).stdout).toBe(
      "Amazon Web Services:root-account-mfa-device@123456789012  1 device  at risk\nGitHub:octocat                                            1 device  at risk\n",
    );
    expect((await cli.run("ls")).stdout).toBe((await cli.run("list")).stdout);
  });

  it("--json has everything but the seeds, works while they are locked, and this computer as the first copy", async () => {
    const cli = testCli({ accounts: everyAccount, now });
    await cli.start();
    cli.uris.clear();
    const { exitCode, stdout } = await cli.run("list --json");
    expect(exitCode).toBe(0);
    const list = JSON.parse(stdout);
    expect(list).toHaveLength(everyAccount.length);
    expect(list.find(({ issuer }: { issuer: string }) => issuer === "GitHub")).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{16}$/),
      name: "GitHub:octocat",
      issuer: "GitHub",
      label: "octocat",
      type: "totp",
      algorithm: "SHA1",
      digits: 6,
      period: 30,
      addedAt: "2005-03-18T01:58:29.000Z",
      copies: [
        {
          device: "laptop",
          kind: "computer",
          addedAt: "2005-03-18T01:58:29.000Z",
          confirmedAt: "2005-03-18T01:58:29.000Z",
          status: "proved",
        },
      ],
    });
    expect(stdout).not.toContain("GEZDGNBV");
  });

  it("nothing yet: an empty answer, exit 0", async () => {
    expect(await testCli().run("list")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await testCli().run("list --json")).toMatchObject({ exitCode: 0, stdout: "[]\n" });
  });
});

describe("uri", () => {
  it.each(everyAccount)("%j comes out as it went in", async (account) => {
    const cli = testCli({ accounts: [account] });
    const [{ id }] = JSON.parse((await cli.run("list --json")).stdout);
    const { stdout, stderr } = await cli.run(`uri ${id}`);
    expect(stdout).toBe(`${formatOtpauthUri(account)}\n`);
    expect(stderr).toContain("wrote the seed of");
  });
  it("has the counter where it is now", async () => {
    const cli = testCli({ accounts: [counting] });
    await cli.run("code Token");
    expect((await cli.run("uri Token")).stdout).toContain("counter=1");
  });
});

describe("rename", () => {
  it("changes the name and nothing else", async () => {
    const cli = testCli({ accounts: [github], now });
    const [before] = JSON.parse((await cli.run("list --json")).stdout);
    expect(await cli.run("rename octocat 'my hub'")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(JSON.parse((await cli.run("list --json")).stdout)).toEqual([{ ...before, name: "my hub" }]);
    expect(await cli.run("code 'my hub'")).toMatchObject({ stdout: "081804\n" });
  });
  it("to a name that is taken is refused; to its own is not", async () => {
    const cli = testCli({ accounts: [github, aws] });
    expect(await cli.run(["rename", "Amazon", "GitHub:octocat"])).toMatchObject({ exitCode: 1 });
    expect(await cli.run(["rename", "octocat", "GitHub:octocat"])).toMatchObject({ exitCode: 0 });
  });
  it.each([
    ["octocat", ""],
    ["octocat", " \n"],
  ])("%s to %j is a wrong command line", async (...args) => {
    expect(await testCli({ accounts: [github] }).run(["rename", ...args])).toMatchObject({ exitCode: 2 });
  });
  it("of nothing is exit 3", async () => {
    expect(await testCli({ accounts: [github] }).run("rename nobody x")).toMatchObject({ exitCode: 3 });
  });
});

describe("remove and restore", () => {
  it("asks; no means no", async () => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run("remove octocat", { answers: [""] })).toMatchObject({ exitCode: 1 });
    expect(await cli.run("code octocat")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("remove octocat", { answers: ["y"] })).toMatchObject({ exitCode: 0 });
    expect(await cli.run("code octocat")).toMatchObject({ exitCode: 3 });
  });
  it("without a terminal names the option that would have answered", async () => {
    const cli = testCli({ accounts: [github] });
    expect(await cli.run("remove octocat")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--yes"),
    });
    expect(await cli.run("remove octocat --yes")).toMatchObject({ exitCode: 0 });
  });
  it("keeps the seed, and brings the account back as it was", async () => {
    const cli = testCli({ accounts: [github], now });
    const before = (await cli.run("list --json")).stdout;
    await cli.run("remove octocat --yes");
    expect(cli.uris.size).toBe(1);
    expect((await cli.run("list --removed")).stdout).toMatch(
      /^GitHub:octocat {2}removed 2005-03-18 {2}id [a-z2-7]{16}\n$/,
    );
    expect(await cli.run("restore octocat")).toMatchObject({ exitCode: 0 });
    expect((await cli.run("list --json")).stdout).toBe(before);
    expect(await cli.run("code octocat")).toMatchObject({ stdout: "081804\n" });
  });
  it("restore of nothing is exit 3, of several exit 4", async () => {
    const cli = testCli({ accounts: [github, { ...github, label: "hubot", secret: bank.secret }] });
    expect(await cli.run("restore octocat")).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("list --removed"),
    });
    await cli.run("remove octocat --yes");
    await cli.run("remove hubot --yes");
    expect(await cli.run("restore github")).toMatchObject({ exitCode: 4 });
  });
});

describe("a damaged entry", () => {
  async function damaged() {
    const cli = testCli({ accounts: [github, aws], now });
    const list: { id: string; name: string }[] = JSON.parse((await cli.run("list --json")).stdout);
    const id = list.find(({ name }) => name.startsWith("GitHub"))?.id ?? "";
    return { cli, id, file: `accounts/${id}.json` };
  }
  it.each([
    ["empty", ""],
    ["half", '{"version":1,"id":'],
    ["null", "null"],
    ["of another id", (text: string) => text.replace(/"id": "./, '"id": "x')],
    ["without a name", (text: string) => text.replace("GitHub:octocat", "")],
    ["with invalid digits", (text: string) => text.replace('"digits": 6', '"digits": 60')],
    ["of a newer version", (text: string) => text.replace('"version": 1', '"version": 2')],
  ])("%s is named and skipped; the rest works; the file is not touched", async (_, damage) => {
    const { cli, file } = await damaged();
    const content = typeof damage === "string" ? damage : damage(cli.folder.files.get(file) ?? "");
    cli.folder.files.set(file, content);
    const { exitCode, stdout, stderr } = await cli.run("list");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "Amazon Web Services:root-account-mfa-device@123456789012  1 device  at risk\n",
    });
    expect(stderr).toContain(`skipped "${file}"`);
    expect(await cli.run("rename Amazon aws")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(file)).toBe(content);
  });
  it("is written anew from its seed by restore; what was there is kept", async () => {
    const { cli, id, file } = await damaged();
    cli.folder.files.set(file, "{");
    expect(await cli.run(`restore ${id}`)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("rebuilt"),
    });
    expect(cli.folder.files.get(`damaged/${id}.json`)).toBe("{");
    expect(await cli.run("code octocat")).toMatchObject({ exitCode: 0, stdout: "081804\n", stderr: "" });
  });
  it("a damaged list of devices does not stand in the way, and is kept", async () => {
    const { cli } = await damaged();
    cli.folder.files.set("devices.json", "[");
    expect(await cli.run("add -", { stdin: formatOtpauthUri(bank) })).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get("damaged/devices.json")).toBe("[");
    expect(await cli.run("list")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

describe("interrupted changes", () => {
  it("an account whose replacement is there already counts as removed, and is moved by the next change", async () => {
    const cli = testCli({ accounts: [github], now });
    await cli.start();
    const move = cli.folder.move;
    Object.assign(cli.folder, {
      move: () => {
        throw new Error("killed here");
      },
    });
    await cli.run("add - --replace", { stdin: formatOtpauthUri({ ...github, secret: bank.secret }) });
    Object.assign(cli.folder, { move });
    expect((await cli.run("list")).stdout).toBe("GitHub:octocat  1 device  at risk\n");
    expect((await cli.run("list --removed")).stdout).toContain("GitHub:octocat");
    await cli.run("rename octocat new");
    expect([...cli.folder.files.keys()].filter((name) => name.startsWith("accounts/"))).toHaveLength(1);
    expect(await cli.run("restore octocat")).toMatchObject({ exitCode: 0 });
    expect(await cli.run("code GitHub:octocat")).toMatchObject({ stdout: "081804\n" });
    expect((await cli.run("list")).stdout.split("\n")).toHaveLength(3);
  });
  it("a removal that did not arrive counts as done", async () => {
    const cli = testCli({ accounts: [github] });
    await cli.start();
    const move = cli.folder.move;
    Object.assign(cli.folder, {
      move: () => {
        throw new Error("killed here");
      },
    });
    expect(await cli.run("remove octocat --yes")).toMatchObject({ exitCode: 1 });
    Object.assign(cli.folder, { move });
    expect(await cli.run("list")).toMatchObject({ stdout: "" });
    expect(await cli.run("restore octocat")).toMatchObject({ exitCode: 0 });
    expect((await cli.run("list")).stdout).toBe("GitHub:octocat  1 device  at risk\n");
  });
});
