/** Computers are devices: each finds itself by an id in its state folder, whatever it is called, and whoever has the data folder. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, github } from "../helpers/accounts.ts";
import { type MemoryFolder, memoryFolder } from "../helpers/memory-folder.ts";
import { type Cli, devicesOf, findingsOf, good } from "../helpers/sharing.ts";
import { testCli } from "../helpers/test-cli.ts";

const now = "2026-03-03T12:00:10Z";
const uri = (enrollment: Enrollment) => formatOtpauthUri(enrollment);

interface Box {
  hostname: string;
  state: MemoryFolder;
}

/** A computer whose host name and state folder may change between two commands. */
function computer(box: Box, env: Record<string, string> = {}): Cli {
  const { hostname: name } = box;
  const cli = testCli({
    now,
    hostname: name,
    instead: () => ({
      computer: { hostname: box.hostname, versions: { node: "20.0.0" } },
      stateFolder: async () => box.state,
      env,
    }),
  });
  return { ...cli, state: box.state };
}

async function prove(cli: Cli, { secret, otp }: Enrollment, name: string, device: string): Promise<void> {
  const code = codeOf(secret, otp, otp.type === "hotp" ? otp.counter : stepAt(otp, cli.clock.now));
  await good(cli, ["verify", name, code, "--device", device]);
}

function copyData(from: Cli, to: Cli): void {
  for (const [name, text] of from.folder.files) to.folder.files.set(name, text);
  for (const [id, seed] of from.uris) to.uris.set(id, seed);
}

const names = async (cli: Cli) =>
  (await devicesOf(cli)).map(({ name, thisComputer }) => `${name}${thisComputer ? " (here)" : ""}`);

it("a computer whose host name changed was two devices, and one account on it looked safe", async () => {
  const box = { hostname: "mbp", state: memoryFolder() };
  const cli = computer(box);
  await good(cli, "add -", uri(github));
  box.hostname = "mbp.local";
  await good(cli, "add -", uri(aws));
  expect(await names(cli)).toEqual(["mbp (here)"]);
  expect(await findingsOf(cli)).toEqual([
    expect.stringContaining("one-device: only this computer has it"),
    expect.stringContaining("one-device: only this computer has it"),
  ]);
  expect((await cli.run("device lost mbp")).exitCode).toBe(2);
  expect((await cli.run("device wiped mbp")).exitCode).toBe(2);
  await good(cli, "device rename mbp work");
  await good(cli, "add -", uri(bank));
  expect(await names(cli)).toEqual(["work (here)"]);
});

it("one Mac under two host names: its own backup, restored under the second one, made it two devices", async () => {
  const box = { hostname: "mbp", state: memoryFolder() };
  const old = computer(box);
  await good(old, "add -", uri(github));
  const identity = await generateX25519Identity();
  await good(old, ["backup", "create", "b.age", "-r", await identityToRecipient(identity)]);
  box.hostname = "mbp.local";
  const cli = computer(box);
  for (const [name, bytes] of old.files) cli.files.set(name, bytes);
  cli.files.set("key", identity);
  await good(cli, "backup restore b.age -i key --yes");
  expect(await names(cli)).toEqual(["mbp (here)", "b"]);
  await good(cli, "device retire b");
  expect(await findingsOf(cli)).toEqual([expect.stringContaining("only this computer has it")]);
});

it("a new computer that restores a backup is a device of its own, and the old one grows stale", async () => {
  const old = computer({ hostname: "oldlap", state: memoryFolder() });
  await good(old, "add -", uri(github));
  const identity = await generateX25519Identity();
  await good(old, ["backup", "create", "b.age", "-r", await identityToRecipient(identity)]);
  const cli = computer({ hostname: "newlap", state: memoryFolder() });
  for (const [name, bytes] of old.files) cli.files.set(name, bytes);
  cli.files.set("key", identity);
  cli.clock.now += 400 * 86_400_000;
  await good(cli, "backup restore b.age -i key --yes");
  await good(cli, "device retire b");
  expect(await names(cli)).toEqual(["oldlap", "b", "newlap (here)"]);
  expect(await findingsOf(cli)).toEqual([
    expect.stringContaining("stale: the copy on oldlap was last confirmed 400 days ago"),
  ]);
  await good(cli, "device lost oldlap");
  await good(cli, "device retire newlap");
  const found = await findingsOf(cli);
  expect(found).toContainEqual(expect.stringContaining("only newlap, which you retired: use it again"));
  expect(found.join()).not.toContain("only this computer");
});

it("a new disk in the same computer: what the old one had proved does not count, however often it is restored", async () => {
  const old = computer({ hostname: "desk", state: memoryFolder() });
  await good(old, "add -", uri(github));
  await good(old, "add -", uri(aws));
  await good(old, ["remove", "root-account", "--yes"]);
  const identity = await generateX25519Identity();
  await good(old, ["backup", "create", "b.age", "-r", await identityToRecipient(identity)]);
  const cli = computer({ hostname: "desk", state: memoryFolder() });
  for (const [name, bytes] of old.files) cli.files.set(name, bytes);
  cli.files.set("key", identity);
  cli.clock.now += 60_000;
  for (const _ of ["once", "again"]) {
    await good(cli, "backup restore b.age -i key --yes");
    expect(await names(cli)).toEqual(["desk", "b", "desk (2) (here)"]);
    expect((await findingsOf(cli)).join()).toContain("unconfirmed: the copy on desk is no longer confirmed");
  }
  await good(cli, ["restore", "root-account"]);
  expect(
    (await findingsOf(cli)).filter((one) => one.includes("on desk is no longer confirmed")),
  ).toHaveLength(2);
});

it("a lost state folder, and the seed of a removed account again: the copy of the computer before does not count", async () => {
  const box = { hostname: "desk", state: memoryFolder() };
  const cli = computer(box);
  await good(cli, "add -", uri(github));
  await good(cli, ["remove", "octocat", "--yes"]);
  box.state = memoryFolder();
  expect((await cli.run("add -", { stdin: uri(github), answers: ["n"] })).exitCode).toBe(0);
  expect(await names(cli)).toEqual(["desk", "desk (2) (here)"]);
  expect((await findingsOf(cli)).join()).toContain("the copy on desk is no longer confirmed");
});

it("a copied data folder: the copy is another device, and only one of them is this computer", async () => {
  const first = computer({ hostname: "desk", state: memoryFolder() });
  await good(first, "add -", uri(github));
  const second = computer({ hostname: "laptop", state: memoryFolder() });
  copyData(first, second);
  expect(await findingsOf(second)).toEqual([expect.stringContaining("one-device: only desk has it")]);
  // Without a person and without an id, it may be a container on someone's folder.
  await good(second, "add -", uri(aws));
  expect(await names(second)).toEqual(["desk"]);
  expect((await second.run("add -", { stdin: uri(bank), answers: ["n"] })).exitCode).toBe(0);
  expect(await names(second)).toEqual(["desk", "laptop (here)"]);
  expect(await names(first)).toEqual(["desk (here)"]);
});

it("a lost state folder does not make one computer two safe ones", async () => {
  const box = { hostname: "desk", state: memoryFolder() };
  const cli = computer(box);
  await good(cli, "add -", uri(github));
  await prove(cli, github, "octocat", "phone");
  await good(cli, "device wiped phone");
  box.state = memoryFolder();
  const { stderr } = await cli.run("add -", { stdin: uri(aws), answers: ["n"] });
  expect(stderr).toContain(
    '"desk" may be this computer as it was entered before, so its copies do not count',
  );
  expect(stderr).toContain("twinseed device wiped desk");
  expect(await names(cli)).toEqual(["desk", "phone", "desk (2) (here)"]);
  expect(await findingsOf(cli)).not.toEqual([]);
  expect((await findingsOf(cli)).join()).toContain(
    "GitHub:octocat unconfirmed: the copy on desk is no longer confirmed",
  );
});

it.each([
  ["first", 0],
  ["after an account was added", 1],
])(
  "a computer that was installed again, and has restored its backup %s, is not two safe ones",
  async (_, added) => {
    const identity = await generateX25519Identity();
    const before = computer({ hostname: "desk", state: memoryFolder() });
    await good(before, "add -", uri(github));
    await good(before, `backup create b.age -r ${await identityToRecipient(identity)}`);
    const box = { hostname: "desk again", state: memoryFolder() }; // its random ids depend on this name
    const again = computer(box);
    box.hostname = "desk";
    again.files.set("b.age", before.files.get("b.age") ?? "");
    again.files.set("key", identity);
    if (added > 0) await good(again, "add -", uri(aws));
    const { exitCode, stderr } = await again.run("backup restore b.age -i key --yes");
    expect(exitCode).toBe(0);
    expect(stderr.match(/may be this computer as it was entered before/g)).toHaveLength(1);
    await good(again, "backup restore b.age -i key --yes");
    const found = await findingsOf(again);
    expect(found.join()).toContain("GitHub:octocat unconfirmed: the copy on desk");
    expect(await good(again, "list github")).toContain("at risk");
  },
);

it("a backup restored into another folder of the same computer proves what it did", async () => {
  const identity = await generateX25519Identity();
  const cli = computer({ hostname: "desk", state: memoryFolder() });
  await good(cli, "add -", uri(github));
  await good(cli, `backup create b.age -r ${await identityToRecipient(identity)}`);
  cli.files.set("key", identity);
  const { stderr } = await cli.run("backup restore b.age -i key --yes --into elsewhere");
  expect(stderr).not.toContain("may be this computer");
});

it("the record of an earlier build, which has only a host name, is not this computer, and proves nothing", async () => {
  const cli = computer({ hostname: "desk", state: memoryFolder() });
  await good(cli, "add -", uri(github));
  const { devices } = JSON.parse(cli.folder.files.get("devices.json") ?? "");
  const { computer: _, openedAt: __, ...old } = devices[0];
  cli.folder.files.set("devices.json", JSON.stringify({ version: 1, devices: [{ ...old, host: "desk" }] }));
  await good(cli, "add -", uri(aws));
  expect(await names(cli)).toEqual(["desk", "desk (2) (here)"]);
  expect((await findingsOf(cli)).join()).toContain("the copy on desk is no longer confirmed");
});

it("this computer, retired: its advice helps, and it is said of this one alone", async () => {
  const cli = computer({ hostname: "desk", state: memoryFolder() });
  await good(cli, "add -", uri(github));
  const { exitCode, stderr } = await cli.run("device retire desk");
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining("twinseed device add desk --kind computer"),
  ]);
  expect(stderr).not.toContain("device replace");
  const found = await findingsOf(cli);
  expect(found.join()).toContain(
    "desk is marked as retired and has it, and you are working on it: take the mark back",
  );
  expect((await cli.run("audit")).stdout).toContain("twinseed device add desk --kind computer");
  expect((await cli.run("audit")).stdout).not.toContain("twinseed device wiped desk");
  const { stderr: warned } = await cli.run("add -", { stdin: uri(aws) });
  expect(warned).toContain("this computer is marked as retired, so its copies do not count");
  await prove(cli, github, "octocat", "phone");
  // It said "device wiped desk", which this computer refuses.
  expect((await cli.run("audit --all")).stdout).toContain(
    "desk is marked as retired and has it, and you are working on it: take the mark back\n    twinseed device add desk --kind computer\n",
  );
  await good(cli, ["device", "remove", "phone", "--mistake"]);
  await good(cli, "device add desk --kind computer");
  expect((await findingsOf(cli)).map((one) => one.includes("one-device: only this computer"))).toEqual([
    true,
    true,
  ]);
});

it.each([
  ["CI=true", { CI: "true" }, memoryFolder()],
  ["CI=1", { CI: "1" }, memoryFolder()],
  ["a state folder that is read-only", {}, readOnly()],
  ["a damaged id", {}, memoryFolder({ "computer.json": "{" })],
])("%s leaves no device behind, and fails nothing", async (_, env, state) => {
  const box = { hostname: "runner", state };
  const cli = computer(box, env);
  const before = new Map(state.files);
  await good(cli, "add -", uri(github));
  expect((await good(cli, "code octocat")).trim()).toMatch(/^\d{6}$/);
  await good(cli, "code octocat --once --no-wait");
  expect(await devicesOf(cli)).toEqual([]);
  const ids = [...state.files].filter(([name]) => !name.startsWith("spent/"));
  expect(new Map(ids)).toEqual(before);
  expect(await findingsOf(cli)).toEqual([expect.stringContaining("no device is known to have it")]);
  // What the finding recommends leaves the copy on the phone.
  await prove(cli, github, "octocat", "phone");
  expect(await findingsOf(cli)).toEqual([expect.stringContaining("one-device: only phone has it")]);
});

it("a container on a mounted folder, each time with another name and an empty home, leaves no device behind", async () => {
  const home = computer({ hostname: "desk", state: memoryFolder() });
  await good(home, "add -", uri(github));
  for (const hostname of ["3f2a1b", "77c0de"]) {
    const container = computer({ hostname, state: memoryFolder() });
    copyData(home, container);
    await good(container, "code octocat");
    await good(container, "add -", uri(hostname === "3f2a1b" ? aws : bank));
    copyData(container, home);
  }
  expect(await names(home)).toEqual(["desk (here)"]);
});

function readOnly(): MemoryFolder {
  const refuse = () => {
    throw new UserError("read-only file system", 1);
  };
  return { ...memoryFolder(), create: refuse, write: refuse };
}
