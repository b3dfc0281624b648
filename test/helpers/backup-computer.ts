/** A computer in memory that has made a backup, for tests of the `backup` commands. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "vitest";
import { openFile } from "../../src/backup/age-file.ts";
import { aws, github } from "./accounts.ts";
import { type TestCliOptions, testCli } from "./test-cli.ts";

export const now = "2005-03-18T01:58:29Z";
export const identity = await generateX25519Identity();
export const recipient = await identityToRecipient(identity);

export type Cli = ReturnType<typeof testCli>;

/** With the identity in "key". */
export function computer(options: TestCliOptions = {}): Cli {
  const cli = testCli({ now, ...options });
  cli.files.set("key", `# mine\n${identity}\n`);
  return cli;
}

export async function withBackup(options: TestCliOptions = {}): Promise<Cli> {
  const cli = computer({ accounts: [github, aws], ...options });
  expect(await cli.run(["backup", "create", "b.age", "-r", recipient])).toMatchObject({
    exitCode: 0,
    stdout: "",
  });
  return cli;
}

export async function inside(cli: Cli, file = "b.age") {
  const bytes = cli.files.get(file);
  if (bytes === undefined || typeof bytes === "string") throw new Error("no such file");
  return JSON.parse(await openFile(bytes, { kind: "identities", identities: [identity] }));
}

export async function copyTo(other: Cli, from: Cli): Promise<Cli> {
  other.files.set("b.age", from.files.get("b.age") ?? "");
  return other;
}

export const list = async (cli: Cli, more = "") => JSON.parse((await cli.run(`list --json ${more}`)).stdout);
export const names = async (cli: Cli) => (await list(cli)).map(({ name }: { name: string }) => name);
export const ledgerOf = (files: ReadonlyMap<string, string>) =>
  Object.fromEntries([...files].filter(([name]) => /^(accounts|removed)\/|^devices\.json$/.test(name)));
