/** Commands that hold no lock, while another process writes: what is whole before and after is never called damaged or gone. */
import { expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, github } from "../helpers/accounts.ts";
import { atEachLook, effectOf } from "../helpers/between-looks.ts";
import { type RunOptions, testCli } from "../helpers/test-cli.ts";

const now = "2005-03-18T01:58:29Z";
const TABLET = "--device tablet --kind tablet";
const replacing = { stdin: formatOtpauthUri({ ...github, secret: bank.secret }) };

async function machine() {
  const cli = testCli({ accounts: [github, aws], now });
  await cli.start();
  return cli;
}

type Cli = Awaited<ReturnType<typeof machine>>;

/** The store in memory calls itself the file store; doctor is to look for seeds in it as in a keyring. */
const CONFIG = '{"version":1,"store":"keyring","why":"a keyring answered"}\n';

async function doctorFinds(cli: Cli): Promise<string[]> {
  cli.folder.files.set("config.json", CONFIG);
  const { stdout } = await cli.run("doctor --json");
  const checks: { state: string; message: string }[] = JSON.parse(stdout).checks;
  return checks.filter(({ state }) => state !== "ok").map(({ message }) => message);
}

function entryOf(cli: Cli, issuer: string): [file: string, text: string] {
  const found = [...cli.folder.files].find(([name, text]) => /^accounts/.test(name) && text.includes(issuer));
  return found ?? ["", ""];
}

it("an account that is replaced while the accounts are read is found", async () => {
  const cli = await machine();
  const replace = await effectOf(() => cli.run("add - --replace", replacing), cli.folder);
  const runs = await atEachLook(replace, () => cli.run("code github"), [cli.folder]);
  expect(runs.length).toBeGreaterThan(2);
  for (const run of runs)
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\n$/), stderr: "" });
});

it.each<[before: string[], command: string, options?: RunOptions]>([
  [[], "add -", { stdin: formatOtpauthUri(counting) }],
  [[], "add - --replace", replacing],
  [[], "remove github --yes"],
  [["remove github --yes"], "restore github"],
  [[], "rename github other"],
  [[], "device add phone --kind phone"],
  [[], "verify github 081804 --device phone --kind phone"],
  [["verify github 081804 --device phone --kind phone"], "device remove phone --mistake"],
])("doctor and audit find no fault while another process does this: %j, then %s", async (...args) => {
  const [before, command, options] = args;
  const cli = await machine();
  for (const one of before) expect(await cli.run(one)).toMatchObject({ exitCode: 0 });
  const seeds = { files: cli.uris };
  const doing = async () => expect(await cli.run(command, options)).toMatchObject({ exitCode: 0 });
  const change = await effectOf(doing, cli.folder, cli.state, seeds);
  const effect = () => {
    change();
    cli.folder.files.set("config.json", CONFIG);
  };
  const looking = async () => ({ doctor: await doctorFinds(cli), audit: await cli.run("audit --json") });
  const runs = await atEachLook(effect, looking, [cli.folder, cli.state], [seeds]);
  expect(runs.length).toBeGreaterThan(20);
  for (const { doctor, audit } of runs) {
    const { complete, findings } = JSON.parse(audit.stdout);
    expect({ doctor, complete, findings }).toEqual({ doctor: [], complete: true, findings: [] });
  }
});

it("an entry that is rebuilt while audit looks is reported, or it is whole", async () => {
  const cli = await machine();
  const [file] = entryOf(cli, "GitHub");
  cli.folder.files.set(file, "{");
  const id = file.slice("accounts/".length, -".json".length);
  const rebuild = await effectOf(() => cli.run(`restore ${id}`), cli.folder, cli.state);
  const runs = await atEachLook(rebuild, () => cli.run("audit --json"), [cli.folder, cli.state]);
  for (const { stdout } of runs) {
    const { complete, accounts } = JSON.parse(stdout);
    expect({ complete, accounts: accounts.length }).not.toEqual({ complete: true, accounts: 1 });
  }
  const doctors = await atEachLook(rebuild, () => doctorFinds(cli), [cli.folder, cli.state]);
  for (const message of doctors.flat()) expect(message).toMatch(/is damaged: it is not JSON$/);
});

it("doctor knows the seeds of an import that has begun", async () => {
  const cli = await machine();
  const [file, text] = entryOf(cli, "GitHub");
  cli.folder.files.delete(file);
  cli.folder.files.set("incoming.json", JSON.stringify({ version: 1, accounts: [JSON.parse(text)] }));
  expect(await doctorFinds(cli)).toEqual([]);
});

it.each(["remove bank --yes", "remove github --yes", "rename github other"])(
  "an account that goes while a command runs is no bug: %s",
  async (change) => {
    const cli = testCli({ accounts: [github, counting], now });
    await cli.start();
    await cli.run("rename token bank");
    const effect = await effectOf(() => cli.run(change), cli.folder, cli.state);
    for (const command of [
      "code bank",
      "code github",
      `verify github 081804 ${TABLET}`,
      `qr github ${TABLET}`,
    ]) {
      const runs = await atEachLook(effect, () => cli.run(command), [cli.folder, cli.state]);
      for (const { exitCode, stderr } of runs) {
        expect([ExitCode.done, ExitCode.notFound]).toContain(exitCode);
        if (exitCode === ExitCode.done) continue;
        expect(stderr).toMatch(/no account matches|was removed or replaced in the meantime/);
        expect(stderr).toMatch(/twinseed restore [a-z2-7]{16}|twinseed list/);
      }
    }
  },
);
