/**
 * How other programs lost their users' accounts. Each incident that could happen here is a test named after it. Others are tested
 * elsewhere: a crash or a full disk in the middle of a save (cotp, twofat) in test/rig; a store that is chosen again on each run
 * (aws-vault #391, #336, #213) in test/seeds/open.test.ts; a wrong password that changes data (Authenticator-Extension #113) in
 * test/seeds/sealed-file.test.ts.
 */
import { expect, it } from "vitest";
import { formatOtpauthUri } from "../src/otp/otpauth-uri.ts";
import { aws, bank, everyAccount, github } from "./helpers/accounts.ts";
import { testCli } from "./helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";

it("keyfob: an empty secret was stored without an error", async () => {
  const cli = testCli({ now });
  const before = new Map(cli.folder.files);
  for (const stdin of [
    "",
    "\n",
    "otpauth://totp/x?secret=",
    "otpauth://totp/x?secret=%20",
    "otpauth://totp/x",
  ]) {
    const { exitCode, stderr } = await cli.run("add - --name x", { stdin });
    expect(exitCode, stdin).toBe(5);
    expect(stderr).toMatch(/^twinseed: error: /);
  }
  expect([...cli.folder.files.keys()]).toEqual([...before.keys()]);
  expect(cli.uris.size).toBe(0);
});

it("keyfob, WhyNotHugo's, Google Authenticator: an account of the same name was overwritten", async () => {
  const cli = testCli({ accounts: [github], now });
  const other = formatOtpauthUri({ ...github, secret: bank.secret });
  const before = (await cli.run("code octocat")).stdout;
  expect(await cli.run("add -", { stdin: other })).toMatchObject({ exitCode: 1 });
  expect((await cli.run("code octocat")).stdout).toBe(before);
  expect(await cli.run("add - --replace", { stdin: other })).toMatchObject({ exitCode: 0 });
  const [removed] = JSON.parse((await cli.run("list --removed --json")).stdout);
  expect(await cli.run(["restore", removed.id, "--name", "old"])).toMatchObject({ exitCode: 0 });
  expect((await cli.run("code old")).stdout).toBe(before);
});

it("rsc/2fa: a name that was added twice hid the first account forever", async () => {
  const cli = testCli({ accounts: [github], now });
  const other = formatOtpauthUri({ ...github, secret: bank.secret });
  expect(await cli.run("import more.txt --yes", {})).toMatchObject({ exitCode: 5 });
  cli.files.set("more.txt", `${other}\n`);
  expect(await cli.run("import more.txt --yes")).toMatchObject({ exitCode: 0 });
  const names = JSON.parse((await cli.run("list --json")).stdout).map(({ name }: { name: string }) => name);
  expect(new Set(names).size).toBe(2);
  const codes = (await cli.run("code")).stdout.split("\n").filter((line) => line !== "");
  expect(new Set(codes.map((line) => line.split(" ")[0])).size).toBe(2);
});

it("totp-cli: an import over an older account kept the older one's length, algorithm and period", async () => {
  const cli = testCli({ accounts: [github], now });
  const otp = { type: "totp", algorithm: "SHA512", digits: 8, period: 60 } as const;
  const wanted = { ...github, secret: bank.secret, otp };
  expect(await cli.run("add - --replace", { stdin: formatOtpauthUri(wanted) })).toMatchObject({
    exitCode: 0,
  });
  expect((await cli.run("uri octocat")).stdout).toBe(`${formatOtpauthUri(wanted)}\n`);
});

it("OTPClient #464: one entry that a new version considered invalid locked the entire vault", async () => {
  const cli = testCli({ accounts: everyAccount, now });
  await cli.start();
  const files = [...cli.folder.files.keys()].filter((name) => name.startsWith("accounts/"));
  for (const [i, name] of files.entries()) {
    const whole = cli.folder.files.get(name) ?? "";
    cli.folder.files.set(name, whole.replace(/"type": "\w+"/, '"type": "motp"'));
    const { exitCode, stdout, stderr } = await cli.run("list --json");
    expect({ exitCode, left: JSON.parse(stdout).length }, `${i}`).toEqual({
      exitCode: 0,
      left: files.length - 1,
    });
    expect(stderr).toContain(name);
    cli.folder.files.set(name, whole);
  }
});

it("OTPClient #301: an issuer that is not ASCII corrupted the database", async () => {
  const cli = testCli({ now });
  const issuers = ["Žlutý kůň", "日本銀行", "Ⓖⓘⓣ 🐙", "e\u0301cole", "a:b", 'quo"te', "back\\slash"];
  for (const [i, issuer] of issuers.entries()) {
    const account = {
      ...github,
      issuer,
      label: `user ${i}`,
      secret: i % 2 === 0 ? github.secret : bank.secret,
    };
    const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 + i } as const;
    const { exitCode, stderr } = await cli.run("add -", { stdin: formatOtpauthUri({ ...account, otp }) });
    expect(exitCode, stderr).toBe(0);
  }
  const found = JSON.parse((await cli.run("list --json")).stdout).map(
    ({ issuer }: { issuer: string }) => issuer,
  );
  expect(found.sort()).toEqual([...issuers].sort());
});

it("Authenticator-Extension #344, 2FAS #130: one secret for two logins silently lost one of them", async () => {
  const cli = testCli({ accounts: [github], now });
  cli.files.set("two.txt", `${formatOtpauthUri({ ...aws, secret: github.secret, otp: github.otp })}\n`);
  const { exitCode, stderr } = await cli.run("import two.txt --yes");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("1 here already");
  const otherwise = { ...aws, secret: github.secret, otp: { ...github.otp, digits: 8 } };
  cli.files.set("three.txt", `${formatOtpauthUri(otherwise as typeof aws)}\n`);
  await cli.run("import three.txt --yes");
  expect(JSON.parse((await cli.run("list --json")).stdout)).toHaveLength(2);
});
