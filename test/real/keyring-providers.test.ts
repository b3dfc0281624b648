/**
 * The keyrings of KDE and KeePassXC, for real. GNOME's: test/e2e/keyring.test.ts, and its faults: test/real/keyring-faults.test.ts.
 * What each makes of a lock, a refusal, and of many accounts; that nothing is lost, and that no one is asked more than once.
 */
import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { temporaryFolder } from "../helpers/child.ts";
import {
  KEEPASSXC_PROGRAMS,
  KWALLET_PROGRAMS,
  type Provider,
  startKeePassXc,
  startKWallet,
} from "../helpers/keyring-providers.ts";
import { startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

const run = promisify(execFile);
const PASSPHRASE = { TWINSEED_PASSPHRASE: "correct horse battery" };

/** Its identity is in no file. */
const RECIPIENT = "age1y42zu0sfg2tzgjlgx9f3zyn6lamgz4earxjrqd9j9y0566zdjgnsrkpf0w";

const digit = (i: number): string =>
  String(i)
    .padStart(16, "0")
    .replace(/\d/g, (one) => "ABCDEFGHIJ"[Number(one)] ?? "");
const uris = (amount: number): string =>
  Array.from(
    { length: amount },
    (_, i) => `otpauth://totp/Site${i}:u${i}@example.com?secret=${digit(i)}AAAAAAAA&issuer=Site${i}`,
  ).join("\n");

function computer(provider: Provider, env: Record<string, string> = {}): Computer {
  const folder = mkdtempSync(join(provider.env.HOME ?? "", "computer-")); // goes with the provider
  return computerIn(join(folder, "home"), { ...provider.env, TWINSEED_STATE: join(folder, "state"), ...env });
}

const add = async (own: Computer, amount: number) =>
  expect(await own.run(["add", "-"], { stdin: { text: uris(amount) } })).toMatchObject({ exitCode: 0 });

const lines = (text: string): number => text.split("\n").filter(Boolean).length;

describe.skipIf(!needs(...KWALLET_PROGRAMS))("KWallet (needs kwalletd5, python3, Xvfb, xdotool)", () => {
  let kwallet: Provider;
  let own: Computer;

  beforeAll(async () => {
    kwallet = await startKWallet();
    own = computer(kwallet, { TWINSEED_KEYRING_WAIT: "60" });
    await add(own, 61);
  });
  afterAll(() => kwallet?.stop());

  // Without a second try, 86 of 100 runs would fail here; 300 and 20 were run by hand.
  it("KDE bug 514194: 150 codes of one account, and 10 of all 61, without a failure", async () => {
    const failed: string[] = [];
    const count = async (args: string[], times: number, expected: number) => {
      for (let i = 0; i < times; i++) {
        const { exitCode, stdout, stderr } = await own.run(args);
        if (exitCode !== 0 || lines(stdout) !== expected) failed.push(stderr);
      }
    };
    const one = ["code", "Site7:u7@example.com"];
    await Promise.all([count(one, 75, 1), count(one, 75, 1), count(["code"], 10, 61)]);
    expect(failed).toEqual([]);
  });

  it("is named, with labels that a person can judge", async () => {
    expect((await own.run(["store"])).stdout).toContain("keyring KWallet");
    const { stdout, stderr } = await run("secret-tool", ["search", "--all", "service", "twinseed"], {
      env: kwallet.env,
    });
    expect(stdout + stderr).toContain("label = twinseed: Site7, u7@example.com");
  });

  it("closed: codes, a backup and a move wait for its one window, and finish; refused, they change nothing", async () => {
    await kwallet.lock();
    const backup = join(own.home, "..", "backup.age");
    const commands = [
      ["code"],
      ["backup", "create", backup, "--recipient", RECIPIENT],
      ["store", "move", "file"],
    ];
    const refused = Promise.all(commands.map((args) => own.run(args, { env: PASSPHRASE })));
    for (const { exitCode, stderr } of await kwallet.answering("escape", refused))
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("locked") });
    expect((await own.run(["store", "--json"])).stdout).toContain('"store":"keyring"');
    const waiting = Promise.all([
      own.run(["code"]),
      own.run(["backup", "create", backup, "--recipient", RECIPIENT]),
    ]);
    const [codes, written] = await kwallet.answering("password", waiting);
    expect(lines(codes.stdout)).toBe(61);
    expect(written).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("61 accounts") });
    await kwallet.lock();
    const moved = await kwallet.answering(
      "password",
      own.run(["store", "move", "file"], { env: PASSPHRASE }),
    );
    expect(moved).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("moved 61 seeds") });
  });

  it("has all seeds after a move back into it, and a restart", async () => {
    expect(await own.run(["store", "move", "keyring"], { env: PASSPHRASE })).toMatchObject({ exitCode: 0 });
    await kwallet.restart();
    expect(lines((await own.run(["code"])).stdout)).toBe(61);
  });

  it("without an entry that was deleted in it says which account, and has the others", async () => {
    const [{ id }] = JSON.parse((await own.run(["list", "--json"])).stdout);
    await run("secret-tool", ["clear", "service", "twinseed", "username", id], { env: kwallet.env });
    const { exitCode, stdout, stderr } = await own.run(["code"]);
    expect({ exitCode, codes: lines(stdout) }).toEqual({ exitCode: 6, codes: 60 });
    expect(stderr).toContain("was not found in the keyring");
  });
});

describe.skipIf(!needs(...KEEPASSXC_PROGRAMS))("KeePassXC that asks (needs keepassxc, Xvfb, xdotool)", () => {
  let keepassxc: Provider;

  beforeAll(async () => {
    keepassxc = await startKeePassXc(true);
  });
  afterAll(() => keepassxc?.stop());

  /** Allows each request, and counts the windows, until the work is done. */
  async function allowing<T>(work: Promise<T>): Promise<{ result: T; windows: number }> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    let windows = 0;
    let wasOpen = false;
    while (!isDone) {
      const isOpen = await keepassxc.press("Access Request");
      if (isOpen && !wasOpen) windows++;
      wasOpen = isOpen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { result: await done, windows };
  }

  it("one entry opens 60 accounts with one window; also in a store that two homes share, without a passphrase", async () => {
    const folder = temporaryFolder();
    const first = computer(keepassxc, { TWINSEED_STORE: "file" });
    expect(await first.run(["add", "-"], { stdin: { text: uris(60) }, env: PASSPHRASE })).toMatchObject({
      exitCode: 0,
    });
    const slot = await first.run(["store", "unlock-with", "keyring"], { env: PASSPHRASE });
    expect(slot).toMatchObject({ exitCode: 0 });
    const alone = await allowing(first.run(["code"]));
    expect({ codes: lines(alone.result.stdout), windows: alone.windows }).toEqual({ codes: 60, windows: 1 });

    const repository = join(folder, "store.git");
    await run("git", ["init", "--quiet", "--bare", repository]);
    const second = computer(keepassxc);
    const share = await allowing(first.run(["sync", "--init", repository, "--name", "me/one"]));
    expect(share.result).toMatchObject({ exitCode: 0 });
    const joining = await second.run(["sync", "--join", repository, "--name", "me/two"]);
    const added = await allowing(first.run(["store", "members", "add", joining.stdout.trim(), "--yes"]));
    const [, , ...reply] = added.result.stdout.trim().split(" ");
    expect((await allowing(second.run(["sync", ...reply]))).result).toMatchObject({ exitCode: 0 });
    for (const own of [first, second]) {
      const { result, windows } = await allowing(own.run(["code"]));
      expect({ codes: lines(result.stdout), windows }).toEqual({ codes: 60, windows: 1 });
    }
  });

  it("keeps seeds entry by entry, too; says that its recycle bin has what was moved away", async () => {
    const own = computer(keepassxc);
    await add(own, 2);
    const moved = await allowing(own.run(["store", "move", "file"], { env: PASSPHRASE }));
    expect(moved.result).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("recycle bin") });
    expect(moved.windows).toBeGreaterThan(0);
  });

  it("locked: a code waits until it is unlocked; refused, it is exit 6", async () => {
    const own = computer(keepassxc, { TWINSEED_KEYRING_WAIT: "60" });
    await add(own, 1);
    await keepassxc.lock();
    expect(await keepassxc.answering("escape", own.run(["code"]))).toMatchObject({ exitCode: 6, stdout: "" });
    const { result } = await allowing(keepassxc.answering("password", own.run(["code"])));
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it("another keyring in its place is named, and so is this one", async () => {
    const own = computer(keepassxc);
    await add(own, 2);
    await keepassxc.quit();
    const other = await startSecretService({ state: "unlocked" });
    const env = {
      DBUS_SESSION_BUS_ADDRESS: other.env.DBUS_SESSION_BUS_ADDRESS ?? "",
      XDG_RUNTIME_DIR: other.env.XDG_RUNTIME_DIR ?? "",
    };
    const both = "GNOME Keyring answers now, and the seeds were stored with KeePassXC";
    expect(await own.run(["code"], { env })).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining(both),
    });
    expect((await own.run(["doctor"], { env })).stdout).toContain(both);
    await other.stop();
    await keepassxc.restart();
  });
});
