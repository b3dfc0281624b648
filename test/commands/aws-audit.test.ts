/** `aws audit` at an organization in memory: each kind of finding, nothing else, and what could not be looked at. */
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/base/untrusted-json.ts";
import { ACCOUNT } from "../helpers/aws-cloud.ts";
import {
  cliOf,
  type OrganizationUser,
  refused,
  type SimulatedAws,
  serialOf,
  simulatedAws,
} from "../helpers/aws-organization.ts";
import { testCli } from "../helpers/test-cli.ts";

const NOW = "2026-01-31T12:00:00Z";
const CLOSED = "210987654321";
const SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const NOTHING: OrganizationUser = { password: false, keys: [], otherDevices: [] };

function computerAt(aws: SimulatedAws) {
  const files = { configPath: () => "/c", credentialsPath: () => "/k" };
  return testCli({ now: NOW, instead: () => ({ aws: async () => cliOf(aws, files) }) });
}

type Cli = ReturnType<typeof testCli>;
let seeds = 0;

async function addSeed(cli: Cli, name: string, label: string): Promise<void> {
  seeds += 1;
  const other = [...String(seeds).padStart(4, "0")].map((digit) => "ABCDEFGHIJ"[Number(digit)]).join("");
  const uri = `otpauth://totp/Amazon%20Web%20Services:${label}?secret=${other}${SEED.slice(other.length)}&issuer=Amazon%20Web%20Services`;
  expect(await cli.run(["add", "-", "--name", name], { stdin: uri })).toMatchObject({ exitCode: 0 });
}

/** 30 users: each has a device whose seed is here, and fresh keys. Root has two. No finding. */
async function organization(): Promise<{ aws: SimulatedAws; cli: Cli }> {
  const aws = simulatedAws();
  const cli = computerAt(aws);
  for (let i = 1; i <= 30; i++) {
    aws.users.set(`user-${i}`, { password: true, keys: ["2026-01-01T00:00:00+00:00"], otherDevices: [] });
    aws.devices.set(serialOf(`user-${i}`), { owner: `user-${i}`, enabledAt: NOW });
    await addSeed(cli, `seed-${i}`, `user-${i}@${ACCOUNT}`);
  }
  for (const name of ["root-account-mfa-device", "root-2"]) {
    aws.devices.set(serialOf(name), { owner: "root", enabledAt: NOW });
    await addSeed(cli, name, `${name}@${ACCOUNT}`);
  }
  aws.accounts = [
    { Id: ACCOUNT, Name: "main", Status: "ACTIVE" },
    { Id: CLOSED, Name: "old", Status: "ACTIVE" },
  ];
  return { aws, cli };
}

interface Report {
  readonly exitCode: number;
  /** Kind, and the name that it is about. */
  readonly found: string[];
  readonly gaps: string[];
  readonly stderr: string;
}

async function audited(cli: Cli, options = ""): Promise<Report> {
  const { exitCode, stdout, stderr } = await cli.run(`aws audit --json ${options}`);
  const report = JSON.parse(stdout);
  const all = [...report.accounts, report];
  const found = all.flatMap(({ findings }) => findings);
  for (const { fix } of found) expect(fix.length).toBeGreaterThan(0);
  return {
    exitCode,
    found: found
      .map((one) => [one.kind, one.account?.name ?? one.user ?? one.serial].filter(Boolean).join(" "))
      .toSorted(),
    gaps: all.flatMap(({ notLookedAt }) => notLookedAt).map(({ action, what }) => action ?? what),
    stderr,
  };
}

const ALL = [
  "iam:GenerateCredentialReport",
  "iam:GetAccountSummary",
  "iam:GetCredentialReport",
  "iam:ListMFADevices",
  "iam:ListUsers",
  "iam:ListVirtualMFADevices",
  "organizations:ListAccounts",
];

/** One of each finding. */
async function withOneOfEach(): Promise<{ aws: SimulatedAws; cli: Cli }> {
  const made = await organization();
  const { aws, cli } = made;
  aws.devices.delete(serialOf("root-2")); // root has one left, and the seed of the other one is dead
  aws.devices.delete(serialOf("user-1")); // a password without MFA, and another dead seed
  aws.users.set("user-2", {
    password: true,
    keys: [],
    otherDevices: ["arn:aws:iam::123456789012:u2f/user/user-2/k"],
  });
  aws.devices.delete(serialOf("user-2"));
  await cli.run("remove seed-2 --yes");
  aws.users.set("user-3", { ...NOTHING, keys: ["2025-06-01T00:00:00+00:00", "2026-01-30T00:00:00+00:00"] });
  await cli.run("remove seed-4 --yes"); // on a phone only
  aws.devices.set(serialOf("left-over"), { owner: undefined });
  aws.devices.set(serialOf("user-5"), { owner: undefined }); // begun, never enabled
  aws.users.set("user-5", NOTHING);
  aws.devices.set(serialOf("user-6"), { owner: "user-6", enabledAt: "2026-02-20T00:00:00Z" }); // created again
  aws.accounts?.splice(1, 1, { Id: CLOSED, Name: "old", Status: "SUSPENDED" });
  await addSeed(cli, "closed-root", `root-account-mfa-device@${CLOSED}`);
  return made;
}

describe("aws audit", () => {
  it("finds nothing where nothing is wrong, and saves the serials that it learned", async () => {
    const { cli } = await organization();
    const first = await audited(cli);
    expect(first).toMatchObject({ exitCode: 0, found: [], gaps: [] });
    expect(first.stderr).toContain("saved the serial numbers of 32 MFA devices");
    const saved = [...cli.folder.files].filter(([name]) => name.startsWith("accounts/"));
    expect(
      saved.filter(([, text]) => text.includes(`"mfaSerial": "arn:aws:iam::${ACCOUNT}:mfa/`)),
    ).toHaveLength(32);
    expect(await audited(cli)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("finds one of each in an organization of 30 users, nothing else, and nothing after the fixes", async () => {
    const { aws, cli } = await withOneOfEach();
    const expected = [
      "account-closed closed-root",
      "device-gone root-2",
      "device-gone seed-1",
      "device-unassigned arn:aws:iam::123456789012:mfa/left-over",
      "enrollment-unfinished seed-5",
      "old-key user-3",
      "root-one-device arn:aws:iam::123456789012:mfa/root-account-mfa-device",
      "seed-not-here user-4",
      "seed-older seed-6",
      "user-no-mfa user-1",
    ];
    expect(await audited(cli)).toMatchObject({ exitCode: 8, found: expected, gaps: [] });
    expect((await cli.run("aws audit")).exitCode).toBe(8);
    aws.root.mfa = 0;
    aws.devices.delete(serialOf("root-account-mfa-device"));
    expect((await audited(cli)).found).toContain("root-no-mfa");

    aws.root.mfa = 1;
    for (const name of ["root-account-mfa-device", "root-2"])
      aws.devices.set(serialOf(name), { owner: "root", enabledAt: NOW });
    for (const name of ["user-1", "user-5", "user-6"])
      aws.devices.set(serialOf(name), { owner: name, enabledAt: NOW });
    aws.users.get("user-3")?.keys.shift();
    aws.devices.delete(serialOf("left-over"));
    expect((await cli.run("restore seed-4")).exitCode).toBe(0);
    expect((await cli.run("remove closed-root --yes")).exitCode).toBe(0);
    expect(await audited(cli)).toMatchObject({ exitCode: 0, found: [], gaps: [] });
  });

  it("says in words what it found, and how to fix it", async () => {
    const { cli } = await withOneOfEach();
    const { stdout } = await cli.run("aws audit --profile audit");
    expect(stdout).toContain(
      'user "user-1" has a password for the console, and no MFA\n    twinseed aws enroll --user user-1 --profile audit\n',
    );
    expect(stdout).toContain(
      "delete-virtual-mfa-device --serial-number arn:aws:iam::123456789012:mfa/left-over --profile audit",
    );
    expect(stdout).toContain("its seed was removed here: twinseed restore seed-4");
    expect(stdout).toMatch(/\n1 AWS account, 10 findings\n$/);
  });

  it("counts root's passkeys as what they are: seen with root's keys, or counted by the user", async () => {
    const { aws, cli } = await organization();
    aws.devices.delete(serialOf("root-2"));
    await cli.run("remove root-2 --yes");
    aws.root.otherDevices = ["arn:aws:iam::123456789012:u2f/root-account/passkey"];
    expect(await audited(cli)).toMatchObject({ exitCode: 8 });
    expect(await audited(cli, "--root-passkeys 1")).toMatchObject({ exitCode: 0, found: [] });
    aws.caller = "root";
    expect(await audited(cli)).toMatchObject({ exitCode: 0, found: [] });
    aws.root.otherDevices = [];
    expect((await audited(cli)).found).toEqual([
      "root-one-device arn:aws:iam::123456789012:mfa/root-account-mfa-device",
    ]);
  });

  it("does not ask for MFA of a root that has no credentials", async () => {
    const { aws, cli } = await organization();
    for (const name of ["root-account-mfa-device", "root-2"]) {
      aws.devices.delete(serialOf(name));
      await cli.run(`remove ${name} --yes`);
    }
    aws.root = { mfa: 0, password: 0, keys: 0, otherDevices: [] };
    expect(await audited(cli)).toMatchObject({ exitCode: 0, found: [] });
  });

  it("names an enrollment that was begun here, also where AWS has no device yet", async () => {
    const { cli } = await organization();
    cli.folder.files.set(
      "aws/0123456789abcdef.json",
      JSON.stringify({ version: 1, serial: serialOf("begun") }),
    );
    expect(await audited(cli)).toMatchObject({
      exitCode: 8,
      found: [`enrollment-unfinished ${serialOf("begun")}`],
    });
  });
});

describe("what may not be looked at", () => {
  it("is named, each by its own line of the policy, and the exit code is 1", async () => {
    const { aws, cli } = await withOneOfEach();
    const policy = parsePolicy((await cli.run("aws audit --policy")).stdout);
    expect(policy.toSorted()).toEqual(ALL);
    expect(aws.asked).toEqual([]);
    aws.allowed = new Set(policy);
    expect(await audited(cli)).toMatchObject({ exitCode: 8, gaps: [] });
    for (const line of policy) {
      aws.allowed = new Set(policy.filter((one) => one !== line));
      expect({ line, ...(await audited(cli)) }).toMatchObject({ exitCode: 1, gaps: [line] });
    }
    aws.allowed = new Set();
    const none = await audited(cli);
    expect(none).toMatchObject({ exitCode: 1, found: [] });
    expect(none.gaps.toSorted()).toEqual(
      ALL.filter((line) => line !== "iam:GetCredentialReport" && line !== "iam:ListMFADevices"),
    );
  });

  it("is no one's fault where the organization is left out", async () => {
    const { aws, cli } = await organization();
    const policy = parsePolicy((await cli.run("aws audit --policy --no-organization")).stdout);
    expect(policy).not.toContain("organizations:ListAccounts");
    aws.allowed = new Set(policy);
    expect(await audited(cli, "--no-organization")).toMatchObject({ exitCode: 0, gaps: [] });
  });

  it("includes users that are newer than AWS's report, and files of the ledger", async () => {
    const { aws, cli } = await organization();
    aws.unreported.add("user-7");
    expect(await audited(cli)).toMatchObject({
      exitCode: 1,
      gaps: ["passwords and access keys of 1 user (user-7)"],
    });
    aws.unreported.clear();
    cli.folder.files.set("accounts/aaaabbbbccccdddd.json", "{");
    expect(await audited(cli)).toMatchObject({
      exitCode: 1,
      gaps: ['"accounts/aaaabbbbccccdddd.json" of the ledger'],
    });
  });

  it.each([
    ["iam list-users", { Users: "none" }],
    ["iam list-users", { Users: [{ Name: "x" }] }],
    ["iam list-users", { Users: [], NextToken: "file:///etc/passwd" }],
    ["iam list-virtual-mfa-devices", { VirtualMFADevices: [{ User: {} }] }],
    ["iam list-virtual-mfa-devices", { VirtualMFADevices: [{ SerialNumber: "x", User: { Arn: "y" } }] }],
    ["iam get-account-summary", { SummaryMap: {} }],
    ["iam get-credential-report", { Content: Buffer.from("user,arn\n").toString("base64") }],
    ["iam generate-credential-report", { State: "STARTED" }],
    ["organizations list-accounts", { Accounts: [{ Id: "x" }] }],
  ])("%s: an answer that is not as documented: %j", async (operation, answer) => {
    const { aws, cli } = await organization();
    aws.before = (asked) =>
      asked === operation ? { ok: true, stdout: JSON.stringify(answer), stderr: "" } : undefined;
    const report = await audited(cli);
    expect(report.exitCode).toBe(1);
    expect(report.gaps).toHaveLength(1);
  });
});

function parsePolicy(text: string): string[] {
  const { Statement } = JSON.parse(text);
  expect(parseJson(text)).toMatchObject({ Version: "2012-10-17" });
  expect(Statement).toHaveLength(1);
  return Statement[0].Action;
}

describe("aws audit --all-profiles", () => {
  const profileOf = (command: readonly string[]): string => command[command.indexOf("--profile") + 1] ?? "";

  it("looks at each account once, with all keys that lead to it, and names profiles that don't work", async () => {
    const { aws, cli } = await organization();
    cli.files.set(
      "/c",
      "[default]\nregion = us-east-1\n[profile half]\n[profile whole]\n[profile 'its \u001b[31mname']\n",
    );
    const member = JSON.stringify({ Arn: `arn:aws:iam::${CLOSED}:user/bob` });
    cli.files.set("/k", "[member]\naws_access_key_id = AKIA\n");
    aws.before = (operation, { command, unattended }) => {
      expect(unattended).toBe(true);
      const profile = profileOf(command);
      if (profile === "default") return { ok: false, stdout: "", stderr: "Unable to locate credentials.\n" };
      if (profile === "half" && !/^(sts|organizations)|list-users/.test(operation))
        return refused("AccessDenied", "you may not");
      if (profile.startsWith("its"))
        return { ok: false, stdout: "", stderr: "Enter MFA code for arn:aws:iam::1:mfa/x: \u001b[31m\n" };
      if (profile !== "member") return undefined;
      if (operation.startsWith("sts")) return { ok: true, stdout: member, stderr: "" };
      return refused("AccessDeniedException", "You don't have permissions to access this resource.");
    };
    const { exitCode, stdout, stderr } = await cli.run("aws audit --all-profiles");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('1 profile without keys: "default"');
    expect(stdout).toContain("AWS account 123456789012 (half, whole); passwords");
    expect(stdout).toContain("AWS account 210987654321 (member)");
    expect(stdout).toContain('not looked at: profile "its [31mname"');
    expect(stdout).not.toContain("\u001b");
    // The management account has listed the other one, which may not.
    expect(stdout).not.toContain("organizations:ListAccounts");
    expect(stdout).toMatch(/of what could be looked at: 2 AWS accounts, nothing found\n$/);
    cli.files.set("/c", "[profile half]\n[profile whole]\n");
    cli.files.delete("/k");
    expect(await audited(cli, "--all-profiles")).toMatchObject({ exitCode: 0, found: [], gaps: [] });
  });

  it("needs a profile", async () => {
    const { cli } = await organization();
    expect(await cli.run("aws audit --all-profiles")).toMatchObject({ exitCode: 1, stdout: "" });
    for (const options of ["--root-passkeys 1", "--alias corp", "--profile work"])
      expect(await cli.run(`aws audit --all-profiles ${options}`)).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

it("prints names that AWS has in a harmless form, and pastes none that a shell would run", async () => {
  const { aws, cli } = await organization();
  const name = "$(reboot)\u001b]0;x\u0007";
  aws.users.set(name, { ...NOTHING, keys: ["2020-01-01T00:00:00Z"] });
  aws.devices.set(`arn:aws:iam::${ACCOUNT}:mfa/;reboot`, { owner: undefined });
  const { exitCode, stdout } = await cli.run("aws audit");
  expect(exitCode).toBe(8);
  expect(stdout).not.toMatch(/[\u0007\u001b]/);
  expect(stdout).toContain("--user-name USER");
  expect(stdout).toContain("--serial-number ARN");
});

describe("a large account", () => {
  async function largeAccount(size: number): Promise<{ aws: SimulatedAws; cli: Cli }> {
    const aws = simulatedAws();
    const cli = computerAt(aws);
    for (const name of ["root-1", "root-2"]) {
      aws.devices.set(serialOf(name), { owner: "root" });
      await addSeed(cli, name, `${name}@${ACCOUNT}`);
    }
    for (let i = 0; i < size; i++) {
      // Every other one signs in with a passkey.
      const otherDevices = i % 2 === 0 ? [`arn:aws:iam::${ACCOUNT}:u2f/user/u${i}/key`] : [];
      aws.users.set(`u${i}`, { password: i % 2 === 0, keys: [], otherDevices });
    }
    return { aws, cli };
  }

  it("of 2,000 users is read in pages, with progress, and again while AWS is busy", async () => {
    const { aws, cli } = await largeAccount(2000);
    let shown = 0;
    aws.before = () => {
      shown += 1;
      cli.clock.now += 700;
      if (shown % 50 !== 0) return undefined;
      return refused("Throttling", "Rate exceeded");
    };
    const { exitCode, stdout, stderr } = await cli.run("aws audit --json", { toTerminal: true });
    expect({ exitCode, findings: JSON.parse(stdout).accounts[0].findings }).toEqual({
      exitCode: 0,
      findings: [],
    });
    expect(stderr).toMatch(/123456789012: users \d+ of 2000/);
    expect(stderr).toMatch(/123456789012: MFA of users \d+ of 1000/);
    expect(stderr.match(/AWS is busy/g)).toHaveLength(1);
    expect(aws.asked.filter((line) => line.startsWith("iam list-users"))).toHaveLength(20);
    for (const line of aws.asked) expect(line.length).toBeLessThan(300);
  });

  it("ends where AWS stays busy, or is too slow, and says what is missing", async () => {
    const { aws, cli } = await largeAccount(300);
    aws.busy = Number.POSITIVE_INFINITY;
    aws.before = (operation) =>
      operation.startsWith("sts") ? { ok: true, stdout: CALLER, stderr: "" } : undefined;
    const began = cli.clock.now;
    const busy = await audited(cli);
    expect(busy).toMatchObject({ exitCode: 1, found: [] });
    expect(busy.gaps).toContain("iam:ListUsers");
    expect(cli.clock.now - began).toBeLessThanOrEqual(16 * 60_000);

    aws.busy = 0;
    aws.before = () => {
      cli.clock.now += 30_000;
      return undefined;
    };
    const slow = await audited(cli);
    expect(slow.exitCode).toBe(1);
    expect(slow.gaps).toContain("iam:ListMFADevices");
    expect(aws.asked.length).toBeLessThan(200);
  });
});

const CALLER = JSON.stringify({ Arn: `arn:aws:iam::${ACCOUNT}:user/auditor`, Account: ACCOUNT });
