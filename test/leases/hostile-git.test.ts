/**
 * A git server that someone else runs, or a repository that others may push to. An attacker may want to use up our memory (and
 * git's, which keeps everything it receives), our time, to control our terminal, or to block an account.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { openLease } from "../../src/leases/index.ts";
import { leaseKeyOf } from "../../src/leases/lease-key.ts";
import type { Ports } from "../../src/ports/index.ts";
import { scratchGit } from "../../src/system/programs/scratch-git.ts";
import { github } from "../helpers/accounts.ts";
import { makeCertificate } from "../helpers/certificate.ts";
import {
  advertised,
  type Behavior,
  COMMIT,
  type HostileGit,
  hostileGit,
  line,
} from "../helpers/hostile-git.ts";
import { drip, flood } from "../helpers/hostile-server.ts";
import { only } from "../helpers/only.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "twinseed-hostile-"));
let files: ReturnType<typeof makeCertificate> | undefined;
const servers: HostileGit[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = "2026-01-31T12:00:10Z";
const KEY = leaseKeyOf(github);
const wanted = { key: KEY, first: 58_994_640, amount: 1, sweepBelow: 0 };

/** Enough for git on a busy computer; no test waits for all of it. */
const ENOUGH = 10_000;

async function gitThat(behavior: Behavior) {
  files ??= makeCertificate(folder);
  const server = await hostileGit(files, behavior);
  servers.push(server);
  return {
    url: `git+https://127.0.0.1:${server.port}/codes.git`,
    env: { GIT_SSL_CAINFO: server.certificate },
  };
}

interface Place {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

const gitIn =
  ({ env }: Place, patience?: number) =>
  () =>
    scratchGit({ PATH: process.env.PATH, HOME: folder, ...env }, patience);

async function reserve(place: Place, patience = ENOUGH) {
  const ports = only<Ports>({
    clock: { now: () => Date.parse(now), sleep: async () => {} },
    random: (bytes: number) => new Uint8Array(bytes),
    scratchGit: gitIn(place, patience),
  });
  const lease = await openLease(new URL(place.url), ports);
  try {
    return await lease.reserve(wanted);
  } finally {
    await lease.close();
  }
}

const refused = (reason: RegExp) => ({
  exitCode: ExitCode.noUnspentCode,
  message: expect.stringMatching(new RegExp(`^can't reserve a code at git\\+[^ ]*: ${reason.source}$`)),
});

describe.skipIf(!needs("git", "openssl"))("over HTTPS (needs git, openssl)", () => {
  it.each<[string, Behavior]>([
    ["answers", { instead: () => {} }],
    ["ends its answer", { refs: (response) => drip(response, "0") }],
    ["says what became of a push", { pushed: () => {} }],
    [
      "comes to an end of that",
      { pushed: (response) => drip(response, line(`ng refs/twinseed/x ${"a".repeat(99)}\n`)) },
    ],
  ])("that never %s: one bound for all commands, and nothing is left running", async (_, behavior) => {
    const place = await gitThat(behavior);
    const began = performance.now();
    await expect(reserve(place, 1000)).rejects.toMatchObject(
      refused(/"git" did not answer within 1 seconds/),
    );
    expect(performance.now() - began).toBeLessThan(ENOUGH);
    await noneTalksTo(place.url);
  });

  it("of more refs than git may hold", async () => {
    let count = 0;
    const names = () =>
      advertised(["", ...Array.from({ length: 2000 }, () => `refs/heads/${++count}`)].slice(1));
    const place = await gitThat({ refs: (response) => flood(response, names) });
    await expect(reserve(place)).rejects.toMatchObject(
      refused(
        /it would need more than 16777216 bytes of memory at once.*|"git" used more than 67108864 bytes of memory/,
      ),
    );
    await noneTalksTo(place.url);
  });

  it.each<[string, Behavior, RegExp]>([
    ["garbage", { refs: (response) => void response.end("\u001b[31mhello") }, /protocol error: .*/],
    ["half a line", { refs: (response) => void response.end("00ff12") }, /.+/],
    ["a line of a giant length", { refs: (response) => void response.end("ffff".repeat(10)) }, /.+/],
    [
      "an error with escapes",
      {
        refs: (response) => void response.end(line(`ERR \u001b]0;x\u0007 \u202ego away ${"a".repeat(5000)}`)),
      },
      /remote error: .+/,
    ],
    ["no git at all", { instead: (response) => void response.end("<html>".repeat(1000)) }, /.+/],
    [
      "a refusal with escapes",
      { pushed: (response) => void response.end(`${line("unpack \u001b[2Jno\n")}0000`) },
      /.+/,
    ],
  ])("that says %s is refused, with a reason that is safe to show", async (_, behavior, reason) => {
    const error = await reserve(await gitThat(behavior)).catch((thrown: Error) => thrown);
    expect(error).toMatchObject(refused(reason));
    expect(String(error)).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(String(error).length).toBeLessThan(500);
  });

  it("of strange names: no record of ours", async () => {
    const own = `refs/twinseed/${KEY}`;
    const strange = [
      "-5",
      "NaN",
      "1e3",
      "0x10",
      "007",
      "9007199254740993",
      "9".repeat(20),
      "5/6",
      "\u001b[31m5",
    ];
    const place = await gitThat({
      refs: (response) =>
        void response.end(
          `${advertised([
            ...strange.map((name) => `${own}/${name}`),
            `refs/heads/${own}/59999999`,
            `refs/twinseed/${"0".repeat(32)}/59999999`,
            `refs/twinseed/../${KEY}/59999999`,
          ])}0000`,
        ),
    });
    const ports = only<Ports>({ clock: { now: () => 0, sleep: async () => {} }, scratchGit: gitIn(place) });
    const lease = await openLease(new URL(place.url), ports);
    expect(await lease.last(KEY)).toBeUndefined();
    await lease.close();
  });

  it("that has a step of the far future leaves no record here", async () => {
    const place = await gitThat({
      refs: (response) => void response.end(`${advertised([`refs/twinseed/${KEY}/9007199254740991`])}0000`),
    });
    const cli = testCli({ accounts: [github], now, scratchGit: gitIn(place) });
    expect(await cli.run(["code", "github", "--once", "--lease", place.url])).toMatchObject({
      exitCode: 7,
      stdout: "",
      stderr: expect.stringContaining("a code for a later time than now was spent"),
    });
    expect([...cli.folder.files.keys()].filter((name) => name.startsWith("steps/"))).toEqual([]);
    expect(await cli.run("code github --once --no-wait --lease none")).toMatchObject({ exitCode: 0 });
  });
});

describe.skipIf(!needs("git") || process.platform !== "linux")("over ssh (needs git, Linux)", () => {
  it("of refs without an end: git holds no more than it may, and the user's ssh ends with it", async () => {
    const ssh = join(folder, "ssh");
    const ref = (ability: string) => line(`${COMMIT} refs/heads/a${ability}\n`);
    const [first, second] = [ref(`\0x`).replace("\0", "\\000").replace("\n", "\\n"), ref("").trimEnd()];
    writeFileSync(ssh, `#!/bin/sh\necho $$ >"$0.pid"\nprintf '${first}'\nexec yes '${second}'\n`);
    chmodSync(ssh, 0o755);
    const place = {
      url: "git+ssh://host.example/codes.git",
      env: { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: "ssh" },
    };
    await expect(reserve(place, 60_000)).rejects.toMatchObject(
      refused(/"git" used more than 67108864 bytes of memory/),
    );
    const pid = Number(readFileSync(`${ssh}.pid`, "utf8"));
    await until(() => !isRunning(pid));
  });
});

it.skipIf(!needs("git"))("that takes its time for each command: one bound for all (needs git)", async () => {
  const ssh = join(folder, "slow-ssh");
  writeFileSync(ssh, "#!/bin/sh\nsleep 0.5\nexit 1\n");
  chmodSync(ssh, 0o755);
  const place = {
    url: "git+ssh://host.example/codes.git",
    env: { GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: "ssh" },
  };
  await expect(reserve(place, 800)).rejects.toMatchObject(
    refused(/"git" did not answer within 0\.8 seconds/),
  );
});

/** Waits until none of git's helpers is left. */
async function noneTalksTo(url: string): Promise<void> {
  const { spawnSync } = await import("node:child_process");
  await until(() => {
    const { stdout } = spawnSync("ps", ["-A", "-o", "args="], { encoding: "utf8" });
    return !stdout.includes(url.replace("git+", ""));
  });
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 20, timeout: 5000 }).toBe(true);
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
