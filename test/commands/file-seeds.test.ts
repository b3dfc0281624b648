/** What audit says where the file store and the ledger do not have the same accounts: that can be seen while the store is locked. */
import { expect, it } from "vitest";
import { aws, github } from "../helpers/accounts.ts";
import { prove } from "../helpers/ledger-truth.ts";
import { findingsOf } from "../helpers/sharing.ts";
import { testCli } from "../helpers/test-cli.ts";

/** With a phone that has proved both, and the seeds in files. */
async function computer() {
  const cli = testCli({ accounts: [github, aws] });
  await cli.start();
  for (const [name, one] of [
    ["octocat", github],
    ["root-account", aws],
  ] as const)
    await prove(cli, one, "phone", name);
  cli.folder.files.set("config.json", '{"version":1,"store":"file"}');
  for (const id of cli.uris.keys()) cli.folder.files.set(`seeds/${id}.json`, "{}");
  return cli;
}

const idOf = (cli: Awaited<ReturnType<typeof computer>>, text: string) =>
  [...cli.uris].find(([, uri]) => uri.includes(text))?.[0] ?? "";

it("a seed that is gone from the file store was a safe copy all the same", async () => {
  const cli = await computer();
  expect(await cli.run("audit")).toMatchObject({ exitCode: 0, stdout: "2 accounts, none at risk\n" });
  cli.folder.files.delete(`seeds/${idOf(cli, "octocat")}.json`);
  expect(await cli.run("audit")).toMatchObject({ exitCode: 8 });
  expect(await findingsOf(cli)).toEqual([
    "GitHub:octocat no-seed: this computer's store has no seed of it",
    "GitHub:octocat one-device: only phone has it",
  ]);
  const { stdout } = await cli.run("list");
  expect(stdout).toMatch(/^Amazon.* {2}2 devices\nGitHub:octocat +1 device {2}at risk\n$/);
});

it("an account whose entry is gone, while its seed is there, is not passed over", async () => {
  const cli = await computer();
  cli.folder.files.delete(`accounts/${idOf(cli, "octocat")}.json`);
  const { exitCode, stdout } = await cli.run("audit");
  expect([exitCode, stdout]).toEqual([
    1,
    "a seed in this computer's store has no entry in the ledger\n    twinseed doctor --repair\nof what could be read: 1 account, none at risk\n",
  ]);
  // The entry of a removed account is an entry, and so is a damaged one.
  cli.folder.files.set(`removed/${idOf(cli, "octocat")}.json`, "{");
  expect((await cli.run("audit")).exitCode).toBe(0);
});

it("a seed that another process is just storing is none without an entry, and seeds that move away are not gone", async () => {
  const cli = await computer();
  const id = idOf(cli, "octocat");
  const entry = cli.folder.files.get(`accounts/${id}.json`) ?? "";
  cli.folder.files.delete(`accounts/${id}.json`);
  const { locked } = cli.folder;
  const meanwhile = (change: () => void) => {
    cli.folder.locked = async (work) => {
      change();
      return locked(work);
    };
  };
  meanwhile(() => cli.folder.files.set(`accounts/${id}.json`, entry));
  expect(await cli.run("audit --json")).toMatchObject({ exitCode: 0 });
  cli.folder.files.delete(`seeds/${id}.json`);
  meanwhile(() => cli.folder.files.set("config.json", '{"version":1,"store":"keyring"}'));
  expect(await cli.run("audit --json")).toMatchObject({ exitCode: 0 });
});
