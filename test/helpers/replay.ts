/** Runs the sessions of a transcript; transcripts.test.ts describes the format. */
import { readFileSync } from "node:fs";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import * as known from "./accounts.ts";
import { sharedRepository } from "./git-machine.ts";
import { type Session, testCli, words } from "./test-cli.ts";

const screenshot = readFileSync(new URL("../../examples/aws-virtual-mfa.png", import.meta.url));
const accounts: Readonly<Record<string, Enrollment>> = {
  github: known.github,
  aws: known.aws,
  bank: known.bank,
  counting: known.counting,
};

interface Step {
  readonly command: string;
  readonly stdin: string[];
  readonly answers: string[] | undefined;
}

function prefixed(prefix: string, text: string): string {
  return text === "" ? "" : text.replace(/\n$/, "").replaceAll(/^/gm, prefix).concat("\n");
}

function outcome(session: Session): string {
  const { stdout, stderr, terminal, exitCode } = session;
  const all = [
    stdout,
    prefixed("T| ", terminal),
    prefixed("2| ", stderr),
    exitCode === 0 ? "" : `? ${exitCode}\n`,
  ].join("");
  return all.replace(/\b(?=[a-z]*[2-7])[a-z2-7]{16}\b/g, "[id]");
}

/** The transcript with what the program prints now. */
export async function replay(text: string): Promise<string> {
  const lines = text.split("\n");
  const setting = (name: string) =>
    lines.find((line) => line.startsWith(`@${name} `))?.slice(name.length + 2);
  const enrolled = words(setting("accounts") ?? "").flatMap((name) => accounts[name] ?? []);
  const now = setting("now");
  const files = {
    "aws-virtual-mfa.png": screenshot,
    "/home/me/.aws/credentials": "[work]\n[admin]\n[root]\n",
  };
  const desktop = { picture: screenshot, screen: screenshot };
  const machine = { files, desktop, ...(now === undefined ? {} : { now }) };
  let cli = testCli({ accounts: enrolled, ...machine });
  const computers = new Map([["laptop", cli]]);
  const shared = setting("computer") === undefined ? undefined : await sharedRepository();
  shared?.join(cli);

  async function switchTo(hostname: string): Promise<void> {
    const other = computers.get(hostname) ?? testCli({ hostname, ...machine });
    if (!computers.has(hostname)) shared?.join(other);
    computers.set(hostname, other);
    cli = other;
  }

  let written = "";
  let step: Step | undefined;
  async function finish(): Promise<void> {
    if (step === undefined) return;
    const stdin = step.stdin.join("\n");
    const [, command = "", head] = /^(.*?)(?: \| head -(\d+))?$/.exec(step.command) ?? [];
    const session = await cli.run(command, {
      stdin,
      ...(step.answers === undefined ? {} : { answers: step.answers }),
      ...(head === undefined ? {} : { head: Number(head) }),
    });
    written += outcome(session);
    step = undefined;
  }
  for (const [i, line] of lines.entries()) {
    // An empty line within stdout is the program's, one before a remark or a command is the file's.
    const kept = line === "" ? /^(#|@|\$|$)/.test(lines[i + 1] ?? "") : /^(#|@|\$|<|>)/.test(line);
    if (step !== undefined && line.startsWith("< ")) step.stdin.push(line.slice(2));
    else if (step !== undefined && line.startsWith(">"))
      step = { ...step, answers: [...(step.answers ?? []), line.slice(2)] };
    else if (kept) await finish();
    if (kept) written += `${line}\n`;
    if (line.startsWith("@computer ")) await switchTo(line.slice("@computer ".length));
    if (line.startsWith("$ twinseed "))
      step = { command: line.slice("$ twinseed ".length), stdin: [], answers: undefined };
  }
  await finish();
  shared?.remove();
  return written.replace(/\n+$/, "\n");
}
