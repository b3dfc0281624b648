/** Computers that share a store are devices of it: entered by `sync` with what they open, tracked when they are lost or removed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { begin, type Cli, devicesOf, findingsOf, good, join, machine } from "../helpers/sharing.ts";

const DAY = 86_400_000;
const uri = (enrollment: Enrollment) => formatOtpauthUri(enrollment);
const reissued: Enrollment = { ...github, secret: bank.secret };

type Repository = Awaited<ReturnType<typeof sharedRepository>>;
const repositories: Repository[] = [];
let shared: Repository;

async function fresh(): Promise<Repository> {
  shared = await sharedRepository();
  repositories.push(shared);
  return shared;
}
beforeAll(fresh);
afterAll(() => {
  for (const one of repositories) one.remove();
});

async function pair(hostnames: readonly [string, string] = ["desk", "laptop"]): Promise<[Cli, Cli]> {
  await fresh();
  const [alice, bob] = hostnames.map((hostname) => machine(shared, { hostname }));
  if (alice === undefined || bob === undefined) throw new Error("two names");
  await good(alice, "add -", uri(github));
  await begin(alice, "alice/desk");
  await join(bob, alice, "bob/laptop");
  await good(alice, "sync");
  return [alice, bob];
}

const names = async (cli: Cli) =>
  (await devicesOf(cli)).map(({ name, copies, unconfirmed, thisComputer }) =>
    [name, copies - unconfirmed, ...(thisComputer ? ["here"] : [])].join(" "),
  );

it("a computer that joined by sync never became a device", async () => {
  const [alice, bob] = await pair();
  expect(await names(alice)).toEqual(["desk 1 here", "bob/laptop 1"]);
  expect(await names(bob)).toEqual(["desk 1", "bob/laptop 1 here"]);
  expect(await findingsOf(bob)).toEqual([]);
  await good(alice, "add -", uri(aws));
  expect((await findingsOf(alice)).join()).toContain("only this computer has it");
  await good(alice, "sync");
  await good(bob, "sync");
  await good(alice, "sync");
  expect(await names(alice)).toEqual(["desk 2 here", "bob/laptop 2"]);
  expect(await names(bob)).toEqual(
    await names(alice).then((list) =>
      list.map((one) => (one.includes("here") ? one.replace(" here", "") : `${one} here`)),
    ),
  );
  // Nothing more to say: the next syncs write nothing.
  expect((await alice.run("sync")).stderr).toContain("already up to date");
  expect((await bob.run("sync")).stderr).toContain("already up to date");
});

it("a laptop that was silent for 400 days counted for ever; its date is renewed by sync, at most daily", async () => {
  const [alice, bob] = await pair();
  const seen = async () => (await devicesOf(alice)).find(({ name }) => name === "bob/laptop")?.confirmedAt;
  const first = await seen();
  bob.clock.now += DAY / 2;
  await good(bob, "sync");
  await good(alice, "sync");
  expect(await seen()).toBe(first);
  bob.clock.now += 3 * DAY;
  await good(bob, "sync");
  await good(alice, "sync");
  expect(await seen()).toBe(new Date(bob.clock.now).toISOString());
  alice.clock.now += 400 * DAY;
  await good(alice, "sync");
  expect(await findingsOf(alice)).toEqual([
    expect.stringContaining("stale: the copy on bob/laptop was last confirmed 396 days ago"),
  ]);
  const code = (await good(alice, "code octocat")).trim();
  await good(alice, ["verify", "octocat", code, "--device", "bob/laptop"]);
  expect(await findingsOf(alice)).toEqual([]);
});

it("a locked store proves nothing, and code writes nothing", async () => {
  const [alice] = await pair();
  const env: Record<string, string> = {};
  const carol = machine(shared, { hostname: "third", env });
  await join(carol, alice, "carol/third");
  const before = new Map(carol.folder.files);
  carol.clock.now += 10 * DAY;
  await good(carol, "code octocat");
  await good(carol, "code octocat --once");
  const now = [...carol.folder.files].filter(([name]) => !name.startsWith("steps/"));
  expect(now).toEqual([...before]);
  delete env.TWINSEED_PASSPHRASE;
  await good(alice, "add -", uri(aws));
  await good(alice, "sync");
  await good(carol, "sync");
  const own = (await devicesOf(carol)).find(({ thisComputer }) => thisComputer);
  // It has the second account's seed, and may open it one day.
  expect(own).toMatchObject({ copies: 2, unconfirmed: 1 });
  expect(own?.confirmedAt).not.toContain(new Date(carol.clock.now).toISOString().slice(0, 10));
});

it("a stolen laptop could not be found: its key goes, and every account on it is named until it has a new seed", async () => {
  const [alice, bob] = await pair();
  await good(alice, "add -", uri(aws));
  await good(alice, "sync");
  const { exitCode, stdout, stderr } = await alice.run("device lost bob/laptop");
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("made a new data key")]);
  expect(stdout).toMatch(/^The key of "bob\/laptop" is removed/);
  expect(stdout).toContain("twinseed store follow ");
  // The one that bob's computer had, and the one that it could have fetched.
  expect(stdout).toContain("It has 2 accounts; 0 enrolled again since.");
  expect(JSON.parse(await good(alice, "store members --json"))).toHaveLength(1);
  expect(
    (await findingsOf(alice)).filter((one) => one.includes("lost-device: bob/laptop is lost")),
  ).toHaveLength(2);
  // A thief who syncs changes nothing of that.
  bob.clock.now += 2 * DAY;
  await bob.run("sync");
  await good(alice, "sync");
  expect((await findingsOf(alice)).filter((one) => one.includes("lost-device"))).toHaveLength(2);
  await good(alice, "add - --replace", uri(reissued));
  expect((await findingsOf(alice)).filter((one) => one.includes("lost-device"))).toHaveLength(1);
  const again = JSON.parse((await alice.run("device lost bob/laptop --json")).stdout);
  expect(again).toMatchObject({ device: "bob/laptop", member: null, open: [{}], rotated: [{}] });
});

it("what a stolen laptop held is noted even where its key can't be removed now, and the same command goes on", async () => {
  const [alice] = await pair();
  const { git } = alice.workTree;
  if (git === undefined) throw new Error("there is no git");
  alice.workTree.git = async (args, options) => {
    if (args.includes("fetch") || args.includes("ls-remote"))
      throw new UserError("could not reach the repository", ExitCode.failed);
    return git(args, options);
  };
  const { exitCode, stdout } = await alice.run("device lost bob/laptop");
  expect(exitCode).toBe(1);
  expect(stdout).toContain('The key of "bob/laptop" could not be removed: ');
  expect(stdout).toContain("It has 1 account");
  expect((await findingsOf(alice)).join()).toContain("lost-device");
  alice.workTree.git = git;
  expect((await alice.run("device lost bob/laptop --json")).stdout).toContain('"isRemoved":true');
});

it("two computers of one name counted as one, and the stolen one was this computer", async () => {
  const [alice, bob] = await pair(["mbp", "mbp"]);
  await good(alice, "sync");
  expect(await names(alice)).toEqual(["mbp 1 here", "bob/laptop 1"]);
  expect(await names(bob)).toEqual(["mbp 1", "bob/laptop 1 here"]);
  expect((await alice.run("device lost alice/desk")).exitCode).toBe(2);
  expect((await bob.run("device lost bob/laptop")).exitCode).toBe(2);
  expect((await bob.run("device lost mbp")).stdout).toContain('The key of "alice/desk" is removed');
});

it("after a seed was replaced on another computer, this one's copy was called dead for ever", async () => {
  const [alice, bob] = await pair();
  await good(bob, "add - --replace", uri(reissued));
  await good(bob, "sync");
  expect((await findingsOf(bob)).join()).toContain("dead-copy: desk has the old seed");
  const { stderr } = await alice.run("sync");
  expect(stderr).toContain(
    '1 account replaced; pushed local changes\ntwinseed:   replaced: "GitHub:octocat" has a new seed',
  );
  expect(await findingsOf(alice)).toEqual([]);
  await good(bob, "sync");
  expect(await findingsOf(bob)).toEqual([]);
});

it("an account that was removed elsewhere goes by name, and what a computer notes of itself does not keep it", async () => {
  const [alice, bob] = await pair();
  await good(alice, "add -", uri(aws));
  await good(alice, "sync");
  await good(alice, "remove Amazon --yes");
  await good(alice, "sync");
  // Bob's computer enters its copy while alice's removal is on its way.
  const { stderr } = await bob.run("sync --json");
  expect(stderr).toContain("no account changed");
  const other = machine(shared, { hostname: "third" });
  await join(other, alice, "carol/third");
  await good(alice, "sync");
  await good(alice, "remove octocat --yes");
  await good(alice, "sync");
  bob.clock.now += 2 * DAY;
  const { stdout, stderr: said } = await bob.run("sync --json");
  expect(JSON.parse(stdout).accounts).toEqual([
    { change: "removed", account: expect.objectContaining({ name: "GitHub:octocat" }) },
  ]);
  expect(said).toContain('removed: "GitHub:octocat"; to bring it back: twinseed restore GitHub:octocat');
});

it("both sides replaced one account, and no one was told that one of the two seeds is dead", async () => {
  const [alice, bob] = await pair();
  await good(alice, "add - --replace", uri(reissued));
  await good(bob, "add - --replace", uri({ ...github, secret: aws.secret }));
  await good(alice, "sync");
  const { stderr } = await bob.run("sync");
  expect(stderr).toContain("both sides replaced one account: the service accepts only one of the new seeds");
  await good(alice, "sync");
  for (const cli of [alice, bob])
    expect((await findingsOf(cli)).filter((one) => one.includes("two-seeds"))).toHaveLength(2);
  await good(alice, ["remove", "GitHub:octocat (2)", "--yes"]);
  expect((await findingsOf(alice)).join()).not.toContain("two-seeds");
  await good(alice, "sync");
  await good(bob, "sync");
  expect((await findingsOf(bob)).join()).not.toContain("two-seeds");
});

it("a member who was removed could read everything: audit names each account until it has a new seed", async () => {
  const [alice, bob] = await pair();
  const carol = machine(shared, { hostname: "third" });
  await join(carol, alice, "carol/third");
  await good(alice, "sync");
  await good(bob, "sync");
  await good(alice, "store members remove bob");
  expect((await findingsOf(alice)).join()).toContain("lost-device: bob/laptop is lost and has it");
  await good(carol, "sync");
  expect((await findingsOf(carol)).join()).toContain("lost-device: bob/laptop is lost and has it");
  expect((await devicesOf(carol)).map(({ name, state }) => `${name} ${state}`)).toContain("bob/laptop lost");
  await good(carol, "add - --replace", uri(reissued));
  expect((await findingsOf(carol)).join()).not.toContain("lost-device");
  await good(carol, "sync");
  await good(alice, "sync");
  expect((await findingsOf(alice)).join()).not.toContain("lost-device");
});

it("a member who only reads, and never became a device, is tracked, too", async () => {
  const [alice] = await pair();
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const recipient = await identityToRecipient(await generateX25519Identity());
  await good(alice, ["store", "members", "add", recipient, "--name", "ci"]);
  await good(alice, "store members remove ci");
  expect((await findingsOf(alice)).join()).toContain("lost-device: ci is lost and has it");
});

it("who removed a member was interrupted, or runs an older twinseed: the next sync notes what was left", async () => {
  const [alice, bob] = await pair();
  const carol = machine(shared, { hostname: "third" });
  await join(carol, alice, "carol/third");
  await good(alice, "sync");
  const before = alice.folder.files.get("devices.json") ?? "";
  const accounts = [...alice.folder.files].filter(([name]) => name.startsWith("accounts/"));
  await good(alice, "store members remove bob");
  // As if it had stopped before the ledger was written.
  alice.folder.files.set("devices.json", before);
  for (const [name, text] of accounts) alice.folder.files.set(name, text);
  await good(alice, "sync");
  await good(carol, "sync");
  expect((await findingsOf(carol)).join()).toContain("lost-device: bob/laptop is lost and has it");
  expect(await bob.run("sync")).toMatchObject({ exitCode: expect.any(Number) });
});

it("a CI job that is a member leaves no device behind", async () => {
  const [alice] = await pair();
  const runner = machine(shared, { hostname: "runner", env: { CI: "true" } });
  await join(runner, alice, "me/runner");
  await good(runner, "sync");
  await good(alice, "sync");
  expect((await devicesOf(alice)).map(({ name }) => name)).toEqual(["desk", "bob/laptop"]);
});
