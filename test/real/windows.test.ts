/**
 * Windows, as far as Wine is one: what users do there, the names of their folders, the programs in the way, the keys that they
 * press. All of it shares one Wine, and takes a minute or two.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { readQrCodes } from "../../src/qr/read.ts";
import { bank, github, key } from "../helpers/accounts.ts";
import { EXAMPLE } from "../helpers/binary.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { needs } from "../helpers/system-packages.ts";
import { startTmux, TMUX_NEEDS } from "../helpers/tmux.ts";
import { startWine, WINE_NEEDS, type Wine } from "../helpers/wine.ts";

const ALL = [...WINE_NEEDS, ...TMUX_NEEDS];
const KEY = Buffer.alloc(32, 7).toString("base64");
const AT = "2026-01-31T12:00:00Z";
const LEASE = "git+https://example.org/leases.git";
const PICTURE = "Bildschirm äöü 截图.png";

/** The code at AT. */
function codeAt({ secret, otp }: Enrollment): string {
  if (otp.type === "hotp") throw new Error("it has no time");
  return codeOf(secret, otp, stepAt(otp, Date.parse(AT)));
}

/** An account of its own. */
function withSeed(number: number): Enrollment {
  return { ...github, label: `user-${number}`, secret: key("ABCDEFGH".charAt(number).repeat(32)) };
}

describe.skipIf(!needs(...ALL))(`on Windows (needs ${ALL.join(", ")})`, () => {
  let wine: Wine;
  beforeAll(async () => {
    wine = await startWine();
    await wine.compile("hold.c", "hold.exe");
  });
  afterAll(() => wine?.stop());

  /** A user's folder, the working folder of all commands, with a data folder in it. */
  function computer(name: string, more: Readonly<Record<string, string>> = {}) {
    const own = `${name} 截图 b`;
    const folder = join(wine.drive, "users", own);
    mkdirSync(folder, { recursive: true });
    const home = `C:\\users\\${own}\\twin seed é`;
    const env = { TWINSEED_HOME: home, TWINSEED_STATE: `C:\\users\\${own}\\state é`, ...more };
    return {
      folder,
      env,
      run: (args: readonly string[], stdin = "", also: Readonly<Record<string, string>> = {}) =>
        wine.twinseed(args, { env: { ...env, ...also }, stdin, cwd: folder }),
      /** For each account its file: a path of Windows. */
      accountFiles: () =>
        readdirSync(join(folder, "twin seed é/accounts")).map((file) => `${home}\\accounts\\${file}`),
    };
  }

  const fileStore = { TWINSEED_STORE: "file", TWINSEED_KEY: KEY };

  it.concurrent.for([
    ["keyring", { TWINSEED_STORE: "keyring" }],
    ["file", fileStore],
  ] as const)("a day with the %s store", async ([store, env], { expect }) => {
    const { folder, run } = computer(store, env);
    writeFileSync(join(folder, PICTURE), readFileSync(EXAMPLE));
    writeFileSync(join(folder, "passphrase.txt"), "correct horse battery staple\r\n");
    const passphrase = ["--passphrase-file", "passphrase.txt"];
    /** Exit code, the expected part of stdout, that of stderr. */
    const steps: [args: string[], exitCode: number, stdout: string, stderr: string, stdin?: string][] = [
      [["add", PICTURE, "--name", "aws"], 0, "", 'added "aws"'],
      [["add", "-"], 0, "", 'added "GitHub:octocat"', formatOtpauthUri(github)],
      [["add", "-", "--name", "bank"], 0, "", 'added "bank"', formatOtpauthUri(bank)],
      [["code", "github", "--at", AT], 0, `${codeAt(github)}\n`, ""],
      [["code", "bank", "--at", AT, "--json"], 0, `"code":"${codeAt(bank)}"`, ""],
      [["list", "--json"], 0, "Bücher & Söhne", ""],
      [["uri", "aws"], 0, EXAMPLE_URI.slice(0, 20), ""],
      [["rename", "aws", "Büro 東京"], 0, "", 'renamed "aws" to "Büro 東京"'],
      [["code", "Büro 東京"], 0, "\n", ""],
      [["verify", "github", codeAt(github), "--device", "Phone"], 1, "", "code"],
      [["device", "add", "Zoës Handy", "--kind", "phone"], 0, "", ""],
      [["device", "list"], 0, "Zoës Handy", ""],
      [["audit"], 8, "", ""],
      [["qr", "bank", "--output", "bank é.png"], 0, "", "bank é.png"],
      [["qr", "bank", "--output", "bank é.png"], 1, "", "already exists"],
      [["backup", "create", "backup.age", ...passphrase], 0, "", ""],
      [["backup", "verify", "backup.age", ...passphrase], 0, "", ""],
      [["backup", "restore", "backup.age", ...passphrase, "--dry-run"], 0, "", ""],
      [["export", "aegis", ...passphrase, "--output", "aegis.json"], 0, "", "aegis.json"],
      [["import", "aegis.json", ...passphrase, "--yes"], 0, "", ""],
      [["sheet", "--output", "sheet.html"], 0, "", "sheet.html"],
      [["remove", "bank", "--yes"], 0, "", 'removed "bank"'],
      [["restore", "bank"], 0, "", "bank"],
      [["completion", "powershell"], 0, "Register-ArgumentCompleter", ""],
      [["store"], 0, store, ""],
      // What is not there names what a user of Windows can do about it.
      [["code", "github", "--copy"], 1, "", "System32"],
      [["code", "github", "--once", "--lease", LEASE], 7, "", "winget install --id Git.Git"],
      [["aws", "session", "Büro 東京", "--profile", "work"], 1, "", "winget install --id Amazon.AWSCLI"],
      [["doctor"], 0, "can't tell whether other users can read", ""],
    ];
    expect(steps.length).toBeGreaterThan(20);
    for (const [args, exitCode, stdout, stderr, stdin] of steps) {
      const end = await run(args, stdin);
      expect.soft(end, args.join(" ")).toEqual({
        exitCode,
        stdout: expect.stringContaining(stdout),
        stderr: expect.stringContaining(stderr),
      });
      expect.soft(`${end.stdout}${end.stderr}`, args.join(" ")).not.toMatch(/this is a bug|\bapt\b|ls -l/);
      if (args[0] === "doctor") expect.soft(end.stdout).not.toMatch(/^wrong|no other user can read/m);
    }
    expect(await readQrCodes(readFileSync(join(folder, "bank é.png")))).toEqual([formatOtpauthUri(bank)]);
  });

  it.concurrent("six processes at once: all six accounts are there", async ({ expect }) => {
    const { run } = computer("six", fileStore);
    const names = Array.from({ length: 6 }, (_, i) => `account-${i}`);
    const ends = await Promise.all(
      names.map((name, i) => run(["add", "-", "--name", name], formatOtpauthUri(withSeed(i)))),
    );
    expect(ends.map(({ exitCode, stderr }) => (exitCode === 0 ? 0 : stderr))).toEqual(names.map(() => 0));
    expect((await run(["list", "--json"])).stdout.match(/account-\d/g)?.sort()).toEqual(names);
    expect((await run(["doctor"])).stdout).not.toMatch(/^wrong/m);
  });

  it.concurrent.for([
    ["without sharing it", "0"],
    ["sharing all but its deletion", "3"],
  ])(
    "a program has a file open, %s: waits until it lets go, or says so",
    async ([, share = ""], { expect }) => {
      const { folder, run, accountFiles } = computer(`held ${share}`, fileStore);
      await run(["add", "-", "--name", "first"], formatOtpauthUri(github));
      const [file = ""] = accountFiles();
      const mark = (name: string) => join(folder, name);
      const hold = async (until: string) => {
        const held = wine.start("C:\\hold.exe", [file, share, `held-${until}`, until], { cwd: folder });
        await expect.poll(() => existsSync(mark(`held-${until}`)), { timeout: 30_000 }).toBe(true);
        return { letGo: () => writeFileSync(mark(until), ""), held };
      };

      const soon = await hold("soon");
      const renaming = run(["rename", "first", "second"]);
      // Only once the command is about to write.
      await expect
        .poll(() => existsSync(join(folder, "twin seed é/.lock")), { timeout: 30_000, interval: 5 })
        .toBe(true);
      soon.letGo();
      expect(await renaming).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('to "second"') });
      await soon.held;

      const never = await hold("never");
      const { exitCode, stderr } = await run(["rename", "second", "third"]);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain("another program has it open");
      never.letGo();
      await never.held;
      expect((await run(["list"])).stdout).toContain("second");
      expect(
        readdirSync(join(folder, "twin seed é/accounts")).filter((name) => name.startsWith(".tmp")),
      ).toEqual([]);
    },
  );

  it.concurrent("Ctrl-C in qr wipes the code, and in watch the codes", async ({ expect }) => {
    const { folder, env, run } = computer("keys", fileStore);
    await run(["add", "-", "--name", "first"], formatOtpauthUri(github));
    const tmux = await startTmux("exec sh", { columns: 100, rows: 50, env: { ...wine.env, ...env } });
    try {
      const lineFor = (args: string) => `cd '${folder}'; ${wine.twinseedLine} ${args}; echo "exit $?"`;
      await tmux.type(lineFor("qr first"), "Enter");
      await tmux.waitFor(/[▀▄█]{5}[\s\S]*Scan it/);
      expect(await tmux.alternate()).toBe(true);
      await tmux.press("C-c");
      expect(await tmux.waitFor("exit 130")).not.toMatch(/[▀▄█]/);
      expect(await tmux.alternate()).toBe(false);

      await tmux.type(`clear; ${lineFor("watch")}`, "Enter");
      await tmux.until("watch", tmux.alternate);
      await tmux.waitFor("first");
      await tmux.press("C-c");
      expect(await tmux.waitFor("exit 130")).not.toMatch(/bug|\d{3} ?\d{3}/);
      expect(await tmux.alternate()).toBe(false);
    } finally {
      await tmux.stop();
    }
  });

  it.concurrent("a git.exe in the current folder is never started, one along the path is", async ({
    expect,
  }) => {
    const { folder, run } = computer("planted", fileStore);
    await run(["add", "-", "--name", "first"], formatOtpauthUri(github));
    mkdirSync(join(wine.drive, "Program Files/Git é"));
    await Promise.all([
      wine.compile("witness.c", join("users", basename(folder), "git.exe")),
      wine.compile("witness.c", "Program Files/Git é/git.exe"),
    ]);
    const started = (path: string) => existsSync(`${join(path, "git.exe")} was started`);
    const once = ["code", "first", "--once", "--lease", LEASE];
    expect(await run(once)).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining("git is not installed"),
    });
    await run(once, "", { WINEPATH: "C:\\Program Files\\Git é" });
    expect(started(join(wine.drive, "Program Files/Git é"))).toBe(true);
    expect(started(folder)).toBe(false);
  });
});
