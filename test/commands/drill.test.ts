/** `drill`: what it notes, what it never touches, and what it calls missing. */
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { mergeEntries } from "../../src/ledger/merge-accounts.ts";
import { codeOf, stepAt } from "../../src/otp/one-time-code.ts";
import { aws, github } from "../helpers/accounts.ts";
import { testCli } from "../helpers/test-cli.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const DAY = 86_400_000;

function codeAt(enrollment: typeof aws, now: number): string {
  if (enrollment.otp.type === "hotp") throw new Error("not time-based");
  return codeOf(enrollment.secret, enrollment.otp, stepAt(enrollment.otp, now));
}

describe("a backup that opens", () => {
  let cli: ReturnType<typeof testCli>;
  beforeEach(async () => {
    cli = testCli({ accounts: [aws, github], files: { words: "an old song" } });
    await cli.run("backup create seeds.age --passphrase-file words");
  });
  const drill = (...more: readonly string[]) =>
    cli.run(["drill", "seeds.age", "--passphrase-file", "words", ...more]);
  const dates = async () => {
    const { accounts } = JSON.parse((await cli.run("audit --json")).stdout);
    return accounts.map(({ drilledAt }: { drilledAt: string | null }) => drilledAt);
  };

  it("is tried without the seeds here, which would be gone; only dates are written", async () => {
    cli.faults.seeds = new UserError("the store is locked", 6);
    const before = new Map(cli.folder.files);
    expect(await drill("--code", codeAt(aws, NOW), "--json")).toMatchObject({ exitCode: 0 });
    expect(await dates()).toEqual([new Date(NOW).toISOString(), new Date(NOW).toISOString()]);
    for (const [name, content] of cli.folder.files) {
      if (!name.startsWith("accounts/")) expect(content, name).toEqual(before.get(name));
      else {
        const { drilledAt: _, ...rest } = JSON.parse(String(content));
        expect(rest).toEqual(JSON.parse(String(before.get(name))));
      }
    }
  });

  it.each([
    ["a wrong code", ["--code", "000000"]],
    ["the wrong passphrase", ["--code", codeAt(aws, NOW), "--passphrase-file", "wrong"]],
  ])("notes nothing with %s", async (_, options) => {
    cli.files.set("wrong", "a new song");
    const before = [...cli.folder.files];
    const { exitCode, stdout } = await drill(...options);
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe("");
    expect([...cli.folder.files]).toEqual(before);
  });

  it("names what is missing from it, another seed, and a newer backup", async () => {
    await cli.run(["add", "-"], {
      stdin: "otpauth://totp/Shop:me?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR&issuer=Shop",
    });
    await cli.run(["add", "-", "--replace"], {
      stdin: "otpauth://totp/GitHub:octocat?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS&issuer=GitHub",
    });
    cli.clock.now += 1000;
    await cli.run("backup create later.age --passphrase-file words");
    const { exitCode, stderr, stdout } = await drill("--code", codeAt(aws, NOW));
    expect(exitCode).toBe(1);
    expect(stdout).toContain("brings back 1 of your 3 accounts");
    expect(stderr).toContain('missing: the backup does not have "Shop:me"');
    expect(stderr).toContain('missing: the backup has another seed for "GitHub:octocat"');
    expect(stderr).toContain('there is a newer backup, "later" of 2026-01-31');
  });

  it("takes the answer about the root user's e-mail and phone back with a no", async () => {
    const answers = (last: string) => ({ answers: [codeAt(aws, NOW), last] });
    const again = (last: string) => cli.run("drill seeds.age --passphrase-file words", answers(last));
    await again("y");
    expect((await cli.run("drill seeds.age --passphrase-file words", answers("y"))).stderr).toContain(
      "last checked on 2026-01-31",
    );
    await again("n");
    expect((await again("y")).stderr).toContain("never checked");
  });
});

it("says how long it took, and after a year that it is due again", async () => {
  let now = NOW;
  let calls = 0;
  const clock = { now: () => (calls++ === 0 ? now : now + 134_000), sleep: async () => {} };
  let isSlow = false;
  const cli = testCli({
    accounts: [aws],
    files: { words: "an old song" },
    instead: () => (isSlow ? { clock } : {}),
  });
  await cli.run("backup create seeds.age --passphrase-file words");
  isSlow = true;
  const code = codeAt(aws, now + 134_000);
  const { stdout } = await cli.run(`drill seeds.age --passphrase-file words --code ${code}`);
  expect(stdout).toContain("it took 2 min 14 s, and brings back 1 of your 1 account");
  now += 401 * DAY;
  expect((await cli.run("audit")).stderr).toContain("last tried more than a year ago");
});

describe("when two computers merge", () => {
  const fields = {
    ...{
      version: 1,
      id: "a",
      name: "n",
      issuer: "i",
      label: "l",
      type: "totp",
      algorithm: "SHA1",
      digits: 6,
    },
    ...{ period: 30, addedAt: "2026-01-01T00:00:00.000Z", copies: [], fingerprint: "" },
  };
  const devices = { idOf: (id: string) => id, isComputer: () => false, openedAt: () => undefined };
  const base = { fields, isRemoved: false };
  const drilled = (drilledAt: string) => ({ fields: { ...fields, drilledAt }, isRemoved: false });

  it("the later drill counts, from either side", () => {
    const [a, b] = [drilled("2026-02-01T00:00:00.000Z"), drilled("2026-03-01T00:00:00.000Z")];
    for (const merged of [mergeEntries(base, a, b, devices), mergeEntries(base, b, a, devices)])
      expect(merged?.fields.drilledAt).toBe("2026-03-01T00:00:00.000Z");
  });

  it("a drill does not bring back what was removed elsewhere", () => {
    const removed = { fields: { ...fields, removedAt: "2026-02-02T00:00:00.000Z" }, isRemoved: true };
    expect(mergeEntries(base, removed, drilled("2026-03-01T00:00:00.000Z"), devices)?.isRemoved).toBe(true);
  });
});
