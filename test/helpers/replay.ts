/** Runs the sessions of a transcript; transcripts.test.ts describes the format. */
import { readFileSync } from "node:fs";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import * as known from "./accounts.ts";
import { sharedRepository } from "./git-machine.ts";
import { onFolder } from "./inside.ts";
import { memoryFolder } from "./memory-folder.ts";
import { testDeps } from "./seed-store-deps.ts";
import { type Session, type TestCliOptions, testCli, words } from "./test-cli.ts";

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

/** What is different each time, and what stands for it: in a command, that stands for what was printed last. */
const RANDOM: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/\bage1[a-z0-9]{50,}/g, "[recipient]"],
  [/\bssh-ed25519 \S{60,}/g, "[signer]"],
  [/(?<=\[signer\] )[0-9a-f]{8}\b/g, "[check]"],
  [/(?<=keys\/passphrase-)[0-9a-f]{16}\b/g, "[slot]"],
  [/\b(?:[a-z]+-){7}[a-z]+\b/g, "[words]"],
  [/(?<=words of its line: |its words: )(?:[a-z]+-){3}[a-z]+\b/g, "[4 words]"],
];

function masked(text: string, seen: Map<string, string>): string {
  const all = RANDOM.reduce(
    (rest, [pattern, placeholder]) =>
      rest.replace(pattern, (found) => {
        seen.set(placeholder, found);
        return placeholder;
      }),
    text,
  );
  // An id is sixteen of 32 characters; one in thirty has no digit. No word in these texts is that long.
  const named = all.replace(/(?<![-\w])[a-z2-7]{16}(?![-\w])/g, "[id]");
  return named.replace(/\b[0-9a-f]{64}\b/g, "[sha256]"); // of the viewer, which changes with each of its sources
}

function unmasked(command: string, seen: ReadonlyMap<string, string>): string {
  return [...seen].reduce((rest, [placeholder, found]) => rest.replaceAll(placeholder, found), command);
}

function outcome(session: Session, seen: Map<string, string>): string {
  const { stdout, stderr, terminal, exitCode } = session;
  const all = [
    stdout,
    prefixed("T| ", terminal),
    prefixed("2| ", stderr),
    exitCode === 0 ? "" : `? ${exitCode}\n`,
  ].join("");
  return masked(all, seen);
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
  const shared = setting("computer") === undefined ? undefined : await sharedRepository();
  const seen = new Map<string, string>();
  let cli = make("laptop", { accounts: enrolled });
  const computers = new Map([["laptop", cli]]);

  /** Computers that share a repository have a real file store, each with a passphrase of its own. */
  function make(hostname: string, options: TestCliOptions = {}): ReturnType<typeof testCli> {
    if (shared === undefined) return testCli({ ...options, ...machine });
    const [folder, state] = [memoryFolder(), memoryFolder()];
    const env = { USER: "me", TWINSEED_STORE: "file", TWINSEED_PASSPHRASE: `passphrase of ${hostname}` };
    const isRepository = async () => (await made.workTree.isThere?.()) ?? false;
    const instead = (note: (text: string) => void) =>
      onFolder(testDeps({ folder, env, note, isRepository, stateFolder: async () => state }));
    const made = testCli({ ...options, ...machine, hostname, instead });
    shared.join(made);
    return made;
  }

  async function switchTo(hostname: string): Promise<void> {
    const other = computers.get(hostname) ?? make(hostname);
    computers.set(hostname, other);
    cli = other;
  }

  let written = "";
  let step: Step | undefined;
  async function finish(): Promise<void> {
    if (step === undefined) return;
    const stdin = step.stdin.join("\n");
    const [, command = "", head] = /^(.*?)(?: \| head -(\d+))?$/.exec(step.command) ?? [];
    const session = await cli.run(unmasked(command, seen), {
      stdin,
      ...(step.answers === undefined ? {} : { answers: step.answers }),
      ...(head === undefined ? {} : { head: Number(head) }),
    });
    written += outcome(session, seen);
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
