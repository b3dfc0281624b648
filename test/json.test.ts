/** docs/json.md says what `--json` prints: each key that is printed is there, and each key that is there is printed. */
import { readFileSync } from "node:fs";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { pathOf } from "../src/cli/shown-commands.ts";
import { CHECKS } from "../src/commands/doctor/lines.ts";
import { DEVICE_KINDS } from "../src/ledger/account.ts";
import { COPY_STATES } from "../src/ledger/copy-states.ts";
import { FINDING_KINDS } from "../src/ledger/finding.ts";
import { formatMemberLine } from "../src/members/member-line.ts";
import { parseBase32 } from "../src/otp/base32.ts";
import { codeOf, stepAt } from "../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../src/otp/otpauth-uri.ts";
import { writeConfig } from "../src/settings/config-file.ts";
import { aws, bank, base32Of, counting, github, steam } from "./helpers/accounts.ts";
import { cliOf, serialOf, simulatedAws } from "./helpers/aws-organization.ts";
import { everyCommand } from "./helpers/every-command.ts";
import { differences, mixedTypes, SECTIONS } from "./helpers/json-page.ts";
import { machine } from "./helpers/sharing.ts";
import { type RunOptions, testCli } from "./helpers/test-cli.ts";

const NOW = "2026-01-31T12:00:10Z";
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
type Cli = ReturnType<typeof testCli>;

/** A name that would turn the rest of a line around. */
const hostile = { ...bank, issuer: "Bank\u202e\u0007", label: "zoe" };
const SEEDS = [github, aws, bank, counting, steam].map(base32Of);
/** What a subcommand is called where it need not be named. */
const DEFAULTS = new Map([
  ["store show", "store"],
  ["store members list", "store members"],
]);
const MEMBER_LINE = formatMemberLine({
  name: "bob/laptop",
  recipient: "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
  signer: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
});

/** What each command printed. */
const printed = new Map<string, unknown[]>();

async function json(cli: Cli, command: string, line: string, options: RunOptions = {}): Promise<unknown> {
  const { stdout, stderr } = await cli.run(line, options);
  expect(stdout, `twinseed ${line}: ${stderr}`).toMatch(/^[[{][^\n]*[\]}]\n$/);
  expect(stdout.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  for (const seed of SEEDS) expect(stdout).not.toContain(seed);
  const value: unknown = JSON.parse(stdout);
  printed.set(command, [...(printed.get(command) ?? []), value]);
  return value;
}

const shown = (cli: Cli, { secret, otp }: typeof github) =>
  otp.type === "hotp" ? "" : codeOf(secret, otp, stepAt(otp, cli.clock.now));

async function everyday(): Promise<void> {
  const cli = testCli({ now: NOW, accounts: [github, hostile], files: { key: `${identity}\n` } });
  await json(cli, "add", "add - --json", {
    stdin: [aws, counting, steam].map((one) => formatOtpauthUri(one)).join("\n"),
  });
  await json(cli, "add", "add - --json", { stdin: formatOtpauthUri(aws) });
  await json(cli, "code", "code github --json");
  await json(cli, "code", "code token --json --pair");
  await json(cli, "code", "code gordon --json");
  await json(cli, "code", "code --json");
  const unkept = await json(cli, "code", "code - --json", { stdin: formatOtpauthUri(bank) });
  expect(unkept).toMatchObject({ account: { id: null } });
  for (const device of ["phone", "tablet", "watch"])
    await json(cli, "verify", `verify github ${shown(cli, github)} --device ${device} --kind phone --json`);
  await json(cli, "rename", "rename gordon steam --json");
  await json(cli, "remove", "remove steam --yes --json");
  await json(cli, "list", "list --removed --json");
  await json(cli, "restore", "restore steam --json");
  await cli.run("note github --add-codes", { stdin: "one\ntwo\n" });
  await cli.run("note github --edit", { stdin: "ask Carol\n" });
  await json(cli, "note", "note github --json");
  await json(cli, "audit", "audit --json");
  await cli.run("device retire watch");
  await cli.run("device wiped watch");
  await json(cli, "device lost", "device lost phone --json");
  await json(cli, "list", "list --json");
  await cli.run("add - --replace", {
    stdin: formatOtpauthUri({ ...github, secret: parseBase32("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK") }),
  });
  await cli.run("qr github --device tablet", { toTerminal: true, answers: [""] });
  await json(cli, "device lost", "device lost phone --json");
  await json(cli, "list", "list --json");
  await json(cli, "device list", "device list --json");
  await json(cli, "audit", "audit --json");
  await json(cli, "store", "store --json");
  await json(cli, "doctor", "doctor --json");
  cli.folder.files.set("accounts/aaaaaaaa.json", "{");
  await json(cli, "audit", "audit --json");
  await json(cli, "doctor", "doctor --repair --json");
}

async function otherFiles(): Promise<void> {
  const cli = testCli({ now: NOW, accounts: [github, aws], files: { key: `${identity}\n` } });
  await cli.run(["backup", "create", "b.age", "-r", recipient]);
  await cli.run("remove github --yes");
  await json(cli, "backup verify", "backup verify b.age -i key --json");
  const code = shown(cli, aws);
  await json(cli, "drill", `drill b.age -i key --code ${code} --json`);
  await cli.run("add -", { stdin: formatOtpauthUri(bank) });
  await json(cli, "drill", `drill b.age -i key --code ${code} --json`);
  const other = testCli({ now: NOW, hostname: "desk", files: { key: `${identity}\n` } });
  other.files.set("b.age", cli.files.get("b.age") ?? "");
  await json(other, "backup restore", "backup restore b.age -i key --yes --json");
  other.files.set("all.txt", [aws, github, bank].map((one) => formatOtpauthUri(one)).join("\n"));
  await other.run("device add phone --kind phone");
  await json(other, "import", "import all.txt --dry-run --json");
  await json(other, "import", "import all.txt --yes --json");
  const changed = { ...github, secret: steam.secret };
  other.files.set("phone.txt", [aws, changed, steam].map((one) => formatOtpauthUri(one)).join("\n"));
  await json(other, "device check", "device check phone phone.txt --json");
}

async function hardwareKey(): Promise<void> {
  const cli = testCli({ now: NOW, accounts: [github, aws] });
  await cli.run("device push yubikey github root-account");
  cli.key.credentials.set("GitHub:octocat", { secret: steam.secret, otp: github.otp, touch: false });
  await json(cli, "device check", "device check yubikey --json");
}

async function amazon(): Promise<void> {
  const cli = testCli({ now: NOW });
  const { seed } = cli.aws.cloud.enabled("alice", "alice");
  const stdin = formatOtpauthUri({ ...aws, label: "alice@123456789012", secret: parseBase32(seed) });
  await cli.run("add - --name work", { stdin });
  await json(cli, "aws session", "aws session work --profile work --format json");
  await json(cli, "aws credentials", "aws credentials work --profile work");
  const cloud = simulatedAws();
  const files = { configPath: () => "/c", credentialsPath: () => "/k" };
  const auditor = testCli({
    now: NOW,
    accounts: [aws],
    instead: () => ({ aws: async () => cliOf(cloud, files) }),
  });
  cloud.devices.set(serialOf("left-over"), { owner: undefined });
  const allowed = ["ListVirtualMFADevices", "GetAccountSummary", "ListMFADevices", "ListUsers"];
  cloud.allowed = new Set(allowed.map((name) => `iam:${name}`));
  await json(auditor, "aws audit", "aws audit --json");
}

/** A list of members needs no git. */
async function shared(): Promise<void> {
  const cli = machine({ join() {}, remove() {} });
  await cli.run("add -", { stdin: formatOtpauthUri(github) });
  await cli.run(["store", "members", "add", MEMBER_LINE, "--yes"]);
  await json(cli, "store members", "store members --json");
  await json(cli, "store", "store --json");
  await json(cli, "device lost", "device lost bob/laptop --json");
  await json(cli, "store log", "store log --json");
  const inKeyring = testCli({ instead: () => ({ keyringProvider: async () => "gnome-keyring" }) });
  writeConfig(inKeyring.folder, { store: "keyring", why: "it answers", provider: "gnome-keyring" });
  await json(inKeyring, "store", "store --json");
}

beforeAll(async () => {
  for (const scenario of [everyday, otherFiles, hardwareKey, amazon, shared]) await scenario();
});

it("every command with --json was run, and has a section", async () => {
  const withJson = (await everyCommand()).filter(({ options }) =>
    options.some(({ long }) => long === "--json"),
  );
  const names = withJson.map((one) => pathOf(one)).map((path) => DEFAULTS.get(path) ?? path);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !printed.has(name) && name !== "sync")).toEqual([]);
  const documented = SECTIONS.flatMap(({ commands }) => commands);
  expect(names.filter((name) => !documented.includes(name))).toEqual([]);
});

// `export json` is a format; `sync` needs git, and is compared in test/real/store-log.test.ts.
const OTHERS = ["export json", "sync"];

it.each(SECTIONS.filter(({ commands: [first = ""] }) => !OTHERS.includes(first)))(
  "$heading",
  ({ commands }) => {
    expect(commands.filter((one) => !printed.has(one))).toEqual([]);
    expect(differences(new Map(commands.map((one) => [one, printed.get(one) ?? []])))).toEqual([]);
  },
);

it("what stands under a key has one type", () => {
  const mixed = [...printed].flatMap(([command, values]) =>
    mixedTypes(values).map((place) => `${command}: ${place}`),
  );
  expect(mixed).toEqual([]);
  expect(mixedTypes([{ a: 1 }, { a: null }, { a: ["x"] }])).toEqual([".a: number, array"]);
});

describe("lists of values are complete", () => {
  /** The texts that a field of a type can have, read from the source: a type has no list at run time. */
  const textsOf = (field: string, file: string): string[] => {
    const source = readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8");
    const types = Array.from(source.matchAll(new RegExp(`readonly ${field}:([^;]*);`, "g")));
    const texts = types.flatMap(([, type = ""]) => Array.from(type.matchAll(/"([^"]+)"/g)));
    return [...new Set(texts.map(([, text = ""]) => text))];
  };

  it.each([
    ["list", [...COPY_STATES, ...DEVICE_KINDS]],
    ["audit", FINDING_KINDS],
    ["doctor", CHECKS],
    ["drill", textsOf("kind", "commands/drill/lacks.ts")],
    ["sync", textsOf("what", "ledger/account-changes.ts")],
    ["store log", textsOf("what", "sync/history.ts")],
  ] as const)("of %s", (command, values) => {
    const words = SECTIONS.find(({ commands }) => commands.includes(command))?.words ?? new Set();
    expect(values.length).toBeGreaterThan(4);
    expect(values.filter((one) => !words.has(one))).toEqual([]);
  });

  it("of aws audit, in docs/aws.md", () => {
    const page = readFileSync(new URL("../docs/aws.md", import.meta.url), "utf8");
    const rows = Array.from(page.matchAll(/^\| `([a-z-]+)` \|/gm), ([, kind]) => kind);
    const kinds = textsOf("kind", "aws/aws-findings.ts");
    expect(kinds.length).toBeGreaterThan(4);
    expect(rows.toSorted()).toEqual(kinds.toSorted());
  });
});
