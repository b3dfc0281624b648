/** The recipes of docs/ci.md, run exactly as written. A stand-in receives the code in place of a service, and checks it. */
import { execFile, execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Computer, computerIn, PROGRAM, ROOT } from "./helpers/binary.ts";
import { temporaryFolder } from "./helpers/child.ts";
import { needs } from "./helpers/system-packages.ts";

const run = promisify(execFile);
const document = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const KEY = Buffer.from("12345678901234567890");
/** Short steps, so that a second code comes soon; the recipes' --min-remaining allows no shorter ones. */
const PERIOD = 6;
const AWS_URI = `otpauth://totp/Amazon%20Web%20Services:ci@123456789012?secret=${SEED}&issuer=Amazon%20Web%20Services`;
const URI = `otpauth://totp/Login:ci?secret=${SEED}&issuer=Login&period=${PERIOD}`;

/** The only block of a chapter in that language. */
function block(chapter: string, language: string): string {
  const text = document.split(/^##+ /m).find((one) => one.startsWith(`${chapter}\n`)) ?? "";
  const found = Array.from(text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)).filter(
    ([, name]) => name === language,
  );
  expect(found.map(() => chapter)).toEqual([chapter]);
  return found[0]?.[2] ?? "";
}

/** RFC 6238, implemented independently: the recent steps that have this code. */
function stepsOf(code: string, period = PERIOD): number[] {
  const now = Math.floor(Date.now() / 1000 / period);
  return Array.from({ length: 40 }, (_, i) => now - i).filter((step) => {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac("sha1", KEY).update(counter).digest();
    const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
    return code === String(number % 1_000_000).padStart(6, "0");
  });
}

const GIVEN = 'printf "%s\\n" "$*" >>"$HOME/given"';
/** The part of aws-vault that matters: sh runs mfa_process, white space is trimmed, and a failure stops it (its vault/mfa.go). */
const AWS_VAULT = `code=$(sh -c "$(sed -n 's/^mfa_process = //p' "$HOME/.aws/config")" | tr -d ' \\n') || exit 1
[ -n "$code" ] || exit 1
printf 'aws-vault --code %s\\n' "$code" >>"$HOME/given"
shift 3; exec "$@"`;
/** The AWS CLI: records its caller, and returns a session for a code that comes in a file. */
const AWS = `echo "$1 $2 $AWS_SESSION_TOKEN" >>"$HOME/aws-calls"
case $2 in
get-caller-identity) echo '{"Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/ci"}' ;;
get-session-token)
  for one; do case $one in file://*)
    sed -n 's/.*"TokenCode":"\\([0-9]*\\)".*/aws code \\1/p' "\${one#file://}" >>"$HOME/given"; echo >>"$HOME/given" ;;
  esac; done
  echo '{"Credentials":{"AccessKeyId":"ASIA1234567890EXAMPL","SecretAccessKey":"key","SessionToken":"token","Expiration":"2999-01-01T00:00:00+00:00"}}' ;;
esac`;
const STANDINS: Readonly<Record<string, string>> = {
  npm: ":",
  deploy: GIVEN,
  login: GIVEN,
  awsume: GIVEN,
  aws: AWS,
  gh: 'cat >"$HOME/$3"',
  "aws-vault": AWS_VAULT,
  twinseed: `exec ${PROGRAM.join(" ")} "$@"`,
};

interface Runner extends Computer {
  /** Runs the script of a step the way the CI does. */
  step(script: string, env?: Readonly<Record<string, string>>): Promise<{ stdout: string; stderr: string }>;
  /** The codes that the stand-ins received, in order. */
  codes(): string[];
}

function runner(): Runner {
  const computer = computerIn(temporaryFolder(), {
    TWINSEED_STORE: "file",
    TWINSEED_KEY: Buffer.alloc(32, 7).toString("base64"),
  });
  const bin = join(computer.home, "bin");
  mkdirSync(bin);
  mkdirSync(join(computer.home, ".aws"));
  for (const [name, script] of Object.entries(STANDINS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o700);
  }
  for (const name of ["deploy", "login"])
    writeFileSync(join(computer.home, name), readFileSync(join(bin, name)), { mode: 0o700 });
  const PATH = `${bin}:${computer.env.PATH}`;
  return {
    ...computer,
    step: (script, env = {}) =>
      run("bash", ["--noprofile", "--norc", "-e", "-c", script], {
        cwd: computer.home,
        env: { ...computer.env, ...env, PATH },
        timeout: 60_000,
      }),
    codes() {
      const file = join(computer.home, "given");
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return Array.from(text.matchAll(/(?:code|token) (\d{6})$/gm), ([, code = ""]) => code);
    },
  };
}

async function enrolled(uri = URI): Promise<Runner> {
  const computer = runner();
  const added = await computer.run(["add", "-", "--name", "ci-login"], { stdin: { text: `${uri}\n` } });
  expect(added).toMatchObject({ exitCode: 0 });
  return computer;
}

function bareRepository(folder: string): string {
  execFileSync("git", ["init", "--quiet", "--bare", join(folder, "leases.git")]);
  return `git+file://${join(folder, "leases.git")}`;
}

/** The env of a step, with the values that the CI fills in. */
function filledIn(env: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.keys(env).map((name) => [name, values[name] ?? `no value for ${name}`]));
}

interface Step {
  readonly env?: Record<string, string>;
  readonly run: string;
}

/** Every `run` of the only job; `${{ }}` is only in env, where no value becomes part of a script. */
function stepsIn(yaml: string): Step[] {
  const { jobs }: { jobs: Record<string, { steps: Step[] }> } = parse(yaml);
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  for (const one of steps) {
    expect(one.run).not.toMatch(/\$\{\{|\|/); // GitHub's default shell ignores a failure inside a pipe
  }
  return steps;
}

it("the seed as a secret", async () => {
  const computer = await enrolled();
  const { stdout } = await computer.step(block("The seed as a secret", "sh"));
  expect(stdout).toBe("");
  const kept = readFileSync(join(computer.home, "CI_LOGIN_OTPAUTH_URI"), "utf8");
  expect(kept).toContain(`secret=${SEED}`);
});

it("GitHub Actions: the code is right, and the log is told to hide it", async () => {
  const computer = runner();
  let log = "";
  for (const { run: script, env = {} } of stepsIn(block("GitHub Actions", "yaml"))) {
    const { stdout, stderr } = await computer.step(script, filledIn(env, { TWINSEED_URI: URI }));
    log += stdout + stderr;
  }
  const [code = ""] = computer.codes();
  expect(stepsOf(code)).not.toEqual([]);
  expect(log.split("\n").filter((line) => line.includes(code))).toEqual([`::add-mask::${code}`]);
  expect(log).not.toContain(SEED);
  expect(existsSync(computer.data)).toBe(false);
});

describe.skipIf(!needs("git"))("with a lease in a git repository (needs git)", () => {
  it("GitHub Actions: two jobs of a matrix get two codes", async () => {
    const steps = stepsIn(block("A matrix: no two jobs with one code", "yaml"));
    const lease = bareRepository(temporaryFolder());
    const jobs = [runner(), runner()];
    await Promise.all(
      jobs.map(async (job) => {
        for (const { run: script, env = {} } of steps)
          await job.step(script, filledIn(env, { TWINSEED_URI: URI, TWINSEED_LEASE: lease }));
      }),
    );
    const codes = jobs.flatMap((job) => job.codes());
    expect(codes).toHaveLength(2);
    for (const code of codes) expect(stepsOf(code)).not.toEqual([]);
    expect(new Set(codes).size).toBe(2);
  });

  it("GitHub Actions: a repository that can't be reached stops the job, without a code", async () => {
    const job = runner();
    const { run: script, env = {} } = stepsIn(block("A matrix: no two jobs with one code", "yaml")).at(
      -1,
    ) ?? { run: "" };
    const gone = `git+file://${join(job.home, "nowhere.git")}`;
    const failed = await job
      .step(script, filledIn(env, { TWINSEED_URI: URI, TWINSEED_LEASE: gone }))
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 7 });
    expect(job.codes()).toEqual([]);
  });

  it("GitLab CI", async () => {
    const job = runner();
    const { e2e } = parse(block("GitLab CI", "yaml"));
    const env = filledIn(e2e.variables, { TWINSEED_LEASE: bareRepository(job.home) });
    await job.step([...e2e.before_script, ...e2e.script].join("\n"), { ...env, TWINSEED_URI: URI });
    expect(job.codes().map((code) => stepsOf(code).length)).toEqual([1]);
  });
});

it("Playwright", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "auth.setup.ts"), block("Playwright", "ts"));
  writeFileSync(
    join(folder, "playwright.mjs"),
    `const action = (what) => ({
  fill: async (text) => console.log(what, text), click: async () => console.log(what), toBeVisible: async () => {} });
const page = { goto: async () => {}, getByLabel: action, getByRole: (_, { name }) => action(name), getByText: action,
  waitForTimeout: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  context: () => ({ storageState: async ({ path }) => console.log("state", path) }) };
export const test = (_, body) => body({ page });
export const expect = (one) => one;`,
  );
  await build({
    entryPoints: [join(folder, "auth.setup.ts")],
    outfile: join(folder, "out.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { "@playwright/test": join(folder, "playwright.mjs"), twinseed: join(ROOT, "src/library.ts") },
    nodePaths: [join(ROOT, "node_modules")],
  });
  const env = { CI_LOGIN_OTPAUTH_URI: URI, CI_LOGIN_PASSWORD: "hunter2" };
  const { stdout } = await run(process.execPath, [join(folder, "out.mjs")], { env });
  expect(stdout).toMatch(/^User ci@example.org\nPassword hunter2\nCode \d{6}\nLog in\nstate /);
  expect(stepsOf(/Code (\d{6})/.exec(stdout)?.[1] ?? "")).not.toEqual([]);
});

/** What Cypress does with the two files, as far as it matters: runs the tasks in Node, the commands in a page. */
it("Cypress", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.ts"), block("Cypress", "ts"));
  writeFileSync(join(folder, "e2e.js"), block("Cypress", "js"));
  writeFileSync(join(folder, "cypress.mjs"), "export const defineConfig = (config) => config;");
  writeFileSync(
    join(folder, "run.mjs"),
    `import config from "./config.ts";
const tasks = {};
config.e2e.setupNodeEvents((event, found) => Object.assign(tasks, event === "task" ? found : {}));
const commands = {};
globalThis.Cypress = { Commands: { add: (name, command) => { commands[name] = command; } } };
let working;
globalThis.cy = {
  session: (id, setup) => setup(),
  visit: (path) => console.log("visit", path),
  get: (where) => ({ type: (text) => console.log(where, text), submit: () => console.log("submit") }),
  task: (name) => ({ then: (next) => { working = tasks[name]().then(next); } }),
  contains: () => {},
};
await import("./e2e.js");
commands.logIn();
await working;`,
  );
  await build({
    entryPoints: [join(folder, "run.mjs")],
    outfile: join(folder, "out.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { cypress: join(folder, "cypress.mjs"), twinseed: join(ROOT, "src/library.ts") },
    nodePaths: [join(ROOT, "node_modules")],
  });
  const env = { CI_LOGIN_OTPAUTH_URI: URI };
  const { stdout } = await run(process.execPath, [join(folder, "out.mjs")], { env });
  expect(stdout).toContain("visit /login\n#user ci@example.org\n");
  expect(stepsOf(/#code (\d{6})/.exec(stdout)?.[1] ?? "")).not.toEqual([]);
});

it("Cypress: a spec can import the library, which needs nothing of Node in a browser", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { totp } from "twinseed"; globalThis.found = totp(${JSON.stringify(URI)});`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    alias: { twinseed: join(ROOT, "dist/library.browser.mjs") },
  });
  const page: { found?: string } = {};
  const globals = Object.assign(page, { globalThis: page, TextEncoder, TextDecoder, URL, URLSearchParams });
  runInNewContext(outputFiles[0]?.text ?? "", globals);
  expect(stepsOf(page.found ?? "")).not.toEqual([]);
});

it("Jenkins: two builds on one agent get two codes, and the log has neither of them", async () => {
  const [, script = ""] = /sh '''([\s\S]*?)'''/.exec(block("Jenkins", "groovy")) ?? [];
  expect(script).toContain("twinseed code");
  const agent = runner();
  let log = "";
  for (const _ of ["one", "two"]) {
    const { stdout, stderr } = await agent.step(`set -x\n${script}`, { TWINSEED_URI: URI });
    log += stdout + stderr;
  }
  const codes = agent.codes();
  expect(codes.map((code) => stepsOf(code).length)).toEqual([1, 1]);
  expect(new Set(codes).size).toBe(2);
  for (const secret of [SEED, ...codes]) expect(log).not.toContain(secret);
});

it("aws-vault", async () => {
  const computer = await enrolled();
  await computer.step(block("aws-vault", "sh"));
  expect(computer.codes().map((code) => stepsOf(code).length)).toEqual([1]);
  expect(readFileSync(join(computer.home, "aws-calls"), "utf8")).toBe("sts get-caller-identity \n");
});

it("awsume: and it is not called if there is no code", async () => {
  const computer = await enrolled();
  await computer.step(block("awsume", "sh"));
  expect(computer.codes().map((code) => stepsOf(code).length)).toEqual([1]);
  await computer.run(["remove", "ci-login", "--yes"]);
  await expect(computer.step(block("awsume", "sh"))).rejects.toMatchObject({ code: 3 });
  expect(computer.codes()).toHaveLength(1);
});

it("aws session, without either", async () => {
  const computer = await enrolled(AWS_URI);
  await computer.step(block("Without either", "sh"));
  expect(computer.codes().map((code) => stepsOf(code, 30).length)).toEqual([1]);
  const calls = readFileSync(join(computer.home, "aws-calls"), "utf8").split("\n");
  expect(calls.at(-2)).toBe("sts get-caller-identity token");
});
