/** Computers in memory that share a file store over a real git, each with a state folder and a passphrase of its own. */

import { SHARED_URL, type sharedRepository } from "./git-machine.ts";
import { onFolder } from "./inside.ts";
import { memoryFolder } from "./memory-folder.ts";
import { answering, testDeps } from "./seed-store-deps.ts";
import { type TestCliOptions, testCli } from "./test-cli.ts";

type Repository = Awaited<ReturnType<typeof sharedRepository>>;
export type Cli = ReturnType<typeof testCli>;

/**
 * `state`: of an earlier machine, if this is the same computer. `env` gets what is missing, and may change between commands.
 * `typed`: someone types this passphrase wherever one is asked for.
 */
export function machine(
  repository: Repository,
  options: TestCliOptions & {
    readonly env?: Record<string, string>;
    readonly state?: Cli["state"];
    readonly typed?: string;
  } = {},
): Cli {
  const { hostname = "laptop", state = memoryFolder(), env = {}, typed } = options;
  const terminal = () =>
    typed === undefined ? undefined : { ...answering([]), askHidden: async () => typed };
  const folder = memoryFolder();
  const secret = { TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: `passphrase of ${hostname}` };
  Object.assign(env, { USER: "me", ...secret, ...env });
  const isRepository = async () => (await made.workTree.isThere?.()) ?? false;
  const instead = (note: (text: string) => void) =>
    onFolder(testDeps({ folder, env, note, isRepository, terminal, stateFolder: async () => state }));
  const made: Cli = { ...testCli({ ...options, hostname, instead }), folder, state };
  repository.join(made);
  return made;
}

export async function begin(cli: Cli, name: string): Promise<void> {
  await good(cli, `sync --init ${SHARED_URL} --name ${name}`);
}

export async function join(cli: Cli, member: Cli, name: string): Promise<void> {
  const line = (await good(cli, `sync --join ${SHARED_URL} --name ${name}`)).trim();
  const reply = (await good(member, ["store", "members", "add", line, "--yes"])).trim();
  await good(cli, reply.replace(/^twinseed /, ""));
}

/** Runs a command that must work, and returns its stdout. */
export async function good(cli: Cli, command: string | readonly string[], stdin = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await cli.run(command, { stdin });
  if (exitCode !== 0) throw new Error(`twinseed ${command}: exit ${exitCode}\n${stderr}`);
  return stdout;
}

export interface Listed {
  readonly name: string;
  readonly state: string;
  readonly accounts?: number;
  readonly copies: number;
  readonly unconfirmed: number;
  readonly confirmedAt: string | null;
  readonly thisComputer: boolean;
  readonly member: string | null;
}

export async function devicesOf(cli: Cli): Promise<Listed[]> {
  return JSON.parse((await cli.run("device list --json")).stdout);
}

/** "NAME kind: message" of all findings. */
export async function findingsOf(cli: Cli): Promise<string[]> {
  const { stdout } = await cli.run("audit --json");
  const report: { accounts: { account: { name: string }; findings: { kind: string; message: string }[] }[] } =
    JSON.parse(stdout);
  return report.accounts.flatMap(({ account, findings }) =>
    findings.map(({ kind, message }) => `${account.name} ${kind}: ${message}`),
  );
}
