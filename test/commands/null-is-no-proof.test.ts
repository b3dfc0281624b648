/**
 * A locked KeePassXC database answers "no such entry" for entries that it has: nothing may follow from that but an error.
 * gnome-keyring never says so of what it has, so that a pretended binding does it here.
 */
import { expect, it } from "vitest";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, github } from "../helpers/accounts.ts";
import { fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

it("null from a keyring: no command forgets, overwrites or deletes anything", async () => {
  const cli = testCli({ accounts: [github, aws] });
  await cli.run("remove aws --yes");
  cli.folder.files.set("config.json", '{"version":1,"store":"keyring","why":"a keyring answered"}');
  const touched: string[] = [];
  const load = fakeKeyring(new Map(), (call) => {
    if (call === "set" || call === "delete") touched.push(call);
    return undefined;
  });
  cli.faults.store = await SEED_STORES.keyring.open(testDeps({ keyring: { load } }));
  const [files, uris] = [new Map(cli.folder.files), new Map(cli.uris)];
  const COMMANDS: Record<string, number> = {
    "code github": 6,
    code: 6,
    "code --json": 6,
    "uri github": 6,
    "qr github": 6,
    "verify github 123456 --device phone": 6,
    "export uris --plaintext": 6,
    "sheet github": 6,
    "store move file": 6,
    doctor: 1,
    "doctor --repair": 1,
    audit: 8,
    list: 0,
  };
  for (const [command, exitCode] of Object.entries(COMMANDS)) {
    const { stderr, ...session } = await cli.run(command);
    expect({ command, exitCode: session.exitCode, stderr }).toEqual({ command, exitCode, stderr });
    if (exitCode === 6)
      expect(stderr).toMatch(/a locked keyring may answer like this too|not found in the keyring/);
  }
  expect(touched).toEqual([]);
  expect(cli.folder.files).toEqual(files);
  expect(cli.uris).toEqual(uris);
});

it("another seed under an account's id, by whatever program: no command shows its codes", async () => {
  const cli = testCli({ accounts: [github, aws] });
  await cli.start();
  const [first = ["", ""], second = ["", ""]] = [...cli.uris];
  cli.uris.set(first[0], second[1]);
  for (const command of ["code github", "uri github", "qr github", "sheet github"]) {
    expect(await cli.run(command)).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining('the file store has another seed for "GitHub:octocat" than the one'),
    });
  }
  // The others are not affected.
  expect(await cli.run("code")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^\d{6} +Amazon/),
  });
  expect((await cli.run("code amazon")).exitCode).toBe(0);
});
