/**
 * Names that come from outside (another app's file, a shared store) are commands in disguise. Every message of every command
 * is collected with such names; each line in it that can be pasted is given to a real bash, in which all programs only note
 * their arguments: nothing else runs, and a name is one whole argument or none.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Entry, formatEntry } from "../../src/members/entry.ts";
import { COMMANDS_TABLE } from "../commands-table.ts";
import { aws, github } from "../helpers/accounts.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";

const MARK = "PWN";
const NAMES = [
  `$(>${MARK})`,
  `--$(>${MARK})`,
  `\`>${MARK}\``,
  `; >${MARK} #`,
  `x && >${MARK}`,
  `x | tee ${MARK}`,
  `x\n>${MARK}`,
  `"; >${MARK}; "`,
  `'; >${MARK}; '`,
  `\\"; >${MARK}; \\"`,
  `--output=${MARK}`,
  `two words ${MARK}`,
  `\u001b]0;${MARK}\u0007x`,
  `!${MARK} %${MARK}% ~${MARK} {${MARK},x} *`,
];

const folder = mkdtempSync(join(tmpdir(), "twinseed-paste-"));

const ENTRY: Entry = {
  store: "0".repeat(32),
  number: 1,
  before: null,
  key: "0".repeat(32),
  by: "x",
  at: "2026-01-01T00:00:00.000Z",
  members: [],
  slots: [],
  mac: "AA==",
  signature: "AA==",
};
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `name` is called in every message: an account, a device, a removed account, a member, a host name. */
async function messagesWith(name: string): Promise<string[]> {
  const cli = testCli({ accounts: [github, aws], hostname: name });
  await cli.run("device add phone --kind phone");
  await cli.run("remove aws --yes");
  const renamed = (file: string, from: RegExp): void => {
    const text = cli.folder.files.get(file) ?? "";
    cli.folder.files.set(
      file,
      text.replace(from, () => JSON.stringify(name).slice(1, -1)),
    );
  };
  for (const file of [...cli.folder.files.keys()].filter((one) => /^(accounts|removed)\//.test(one)))
    cli.folder.files.set(file, JSON.stringify({ ...JSON.parse(cli.folder.files.get(file) ?? ""), name }));
  renamed("devices.json", /(?<="name": ")phone(?=")/);
  cli.folder.files.set("members/1.json", formatEntry({ ...ENTRY, members: [{ name: "x" }] }));
  for (const [i, entry] of [
    { ...ENTRY, by: name },
    { ...ENTRY, members: [{ name }] },
    { ...ENTRY, members: [{ name: "x", recipient: name, signer: name, slot: name }] },
  ].entries())
    cli.folder.files.set(`members/${i + 2}.json`, formatEntry({ ...entry, number: i + 2 }));
  cli.folder.files.set(`keys/age-1.age`, name);
  cli.folder.files.set("accounts/zz.json", JSON.stringify({ version: 1, id: name, name }));
  const [{ id = "" } = {}] = JSON.parse((await cli.run("list --json")).stdout);
  const rows = Object.values(COMMANDS_TABLE)
    .flatMap(({ unattended }) => unattended.map(({ args }) => args))
    .filter(([command]) => command !== "watch"); // would run until it is stopped
  const inPlace = (args: readonly string[]) =>
    args.map((arg) => (arg === "github" ? id : arg === "tablet" || arg === "nobody" ? name : arg));
  const said: string[] = [];
  for (const args of [
    ...rows.map(inPlace),
    ["code", name],
    ["audit"],
    ["doctor"],
    ["list"],
    ["device", "list"],
  ]) {
    const before = new Map(cli.folder.files);
    const { stdout, stderr, terminal } = await cli.run(args);
    said.push(stdout, stderr, terminal);
    cli.folder.files.clear();
    for (const [file, text] of before) cli.folder.files.set(file, text);
  }
  for (const args of [
    ["rename", id, "github"],
    ["qr", id],
    ["verify", id, "000000", "--device", name],
    ["sheet", id],
  ]) {
    const { stdout, stderr, terminal } = await cli.run(args, { answers: ["", "", ""] });
    said.push(stdout, stderr, terminal);
  }
  return said.flatMap((text) => text.split("\n"));
}

/** From the name of a program to the end of the line, as people select it. */
function pasteable(line: string): string[] {
  return [...line.matchAll(/(?<![\w-])(?:twinseed|git|sudo|chmod|ls|age|rm) [^\s].*$/g)].map(
    ([text]) => text,
  );
}

/** Runs each line in bash, where the programs write down their arguments; gives these, and what was written besides. */
function paste(lines: readonly string[]): string[][] {
  writeFileSync(join(folder, "lines"), lines.map((line) => `${line}\n`).join(""));
  writeFileSync(
    join(folder, "script"),
    `note() { printf '%s\\0' "$@" >&3; printf '\\n\\0' >&3; }
for program in twinseed git sudo chmod ls age rm tee; do eval "$program() { note \\"\\$@\\"; }"; done
PATH=
while IFS= read -r line; do (eval "$line") </dev/null >/dev/null 2>&1; done <lines`,
  );
  execFileSync("bash", ["-c", "exec 3>arguments; . ./script"], {
    cwd: folder,
    stdio: "ignore",
    timeout: 20_000,
  });
  const calls = readFileSync(join(folder, "arguments"), "utf8").split("\n\0");
  return calls.map((call) => call.split("\0").slice(0, -1));
}

describe.skipIf(!needs("bash"))("a line to paste (needs bash)", () => {
  it("shows what it does where a name is not made harmless", () => {
    const calls = paste([`twinseed code $(>${MARK})`, `twinseed code two words ${MARK}`]);
    expect(existsSync(join(folder, MARK))).toBe(true);
    expect(calls[1]).toEqual(["code", "two", "words", MARK]);
    rmSync(join(folder, MARK));
  });

  it.each(NAMES)("with %j in it runs nothing, and the name is one word or none", async (name) => {
    const messages = await messagesWith(name);
    expect(messages.join("\n")).toContain(MARK); // it was shown at all
    const lines = [...new Set(messages.filter((line) => !/^[[{]/.test(line)).flatMap(pasteable))];
    expect(lines.length).toBeGreaterThan(20);
    const calls = paste(lines);
    expect(existsSync(join(folder, MARK))).toBe(false);
    expect(calls.length).toBeGreaterThan(20);
    for (const call of calls)
      for (const word of call.filter((one) => one.includes(MARK)))
        expect({ call, word }).toEqual({ call, word: name });
    for (const { fix } of jsonIn(messages)) for (const line of pasteable(fix)) expect(lines).toContain(line);
  });
});

/** What `doctor --json` says to do is what `doctor` says to do. */
function jsonIn(messages: readonly string[]): { fix: string }[] {
  return messages
    .filter((line) => line.startsWith('{"version":1,"ok"'))
    .flatMap((line) => JSON.parse(line).checks)
    .filter(({ fix }) => typeof fix === "string");
}
