/** `sync` in memory, with a real git: test/real/sync.test.ts has several computers at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newDataKey } from "../../src/seeds/file/data-key.ts";
import { writeSlot } from "../../src/seeds/file/slots.ts";
import { writeConfig } from "../../src/settings/config-file.ts";
import { effectOf } from "../helpers/between-looks.ts";
import { SHARED_URL, sharedRepository } from "../helpers/git-machine.ts";
import { begin, good, join, machine } from "../helpers/sharing.ts";
import { needs } from "../helpers/system-packages.ts";
import { testCli } from "../helpers/test-cli.ts";

describe.skipIf(!needs("git"))("in a work tree without a commit, as `git init` leaves it", () => {
  let repository: Awaited<ReturnType<typeof sharedRepository>> | undefined;
  beforeAll(async () => {
    repository = await sharedRepository();
  });
  afterAll(() => repository?.remove());

  async function initialized() {
    const cli = testCli();
    repository?.join(cli);
    const git = async (...args: string[]) => {
      const { ok, output = "" } = (await cli.workTree.git?.(args)) ?? { ok: false };
      return ok ? output.trim() : undefined;
    };
    expect(await git("init", "--quiet", "--initial-branch=main")).toBe("");
    return { cli, committed: () => git("ls-tree", "-r", "--name-only", "HEAD") };
  }

  it("nothing is committed where there is nothing to share yet, and that is no error", async () => {
    const { cli, committed } = await initialized();
    expect(await cli.run("sync --json")).toMatchObject({ exitCode: 0 });
    expect(await committed()).toBeUndefined();
  });

  it("nothing is committed where there is no list of members, and --init begins one", async () => {
    const { cli, committed } = await initialized();
    await cli.run("device add phone --kind phone");
    expect(await cli.run("sync --json")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/has no list of members.*\n.*twinseed sync --init\n/),
    });
    expect(await committed()).toBeUndefined();
    const key = new Uint8Array(32);
    cli.upkeep.env.TWINSEED_KEY = Buffer.from(key).toString("base64");
    const random = (bytes: number) => new Uint8Array(bytes).fill(1);
    await writeSlot(cli.folder, newDataKey(random), { kind: "raw-key", key }, random);
    expect(await cli.run("sync --init --name me/laptop")).toMatchObject({ exitCode: 0 });
    expect((await committed())?.split("\n")).toEqual(
      expect.arrayContaining(["devices.json", "members/1.json", expect.stringMatching(/^keys\/raw-key-/)]),
    );
    expect(await cli.run("sync --json")).toMatchObject({ exitCode: 0 });
  });

  it("a `store move keyring` that ends while we wait for the lock: nothing is shared", async () => {
    const { cli, committed } = await initialized();
    await cli.run("device add phone --kind phone");
    const { locked } = cli.folder;
    cli.folder.locked = (work) => {
      writeConfig(cli.folder, { store: "keyring", why: "store move" });
      return locked(work);
    };
    expect(await cli.run("sync")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("the seeds are in the keyring, which can't be shared"),
    });
    expect(await committed()).toBeUndefined();
  });
});

describe.skipIf(!needs("git"))("where nothing can be shared", () => {
  let repository: Awaited<ReturnType<typeof sharedRepository>> | undefined;
  beforeAll(async () => {
    repository = await sharedRepository();
  });
  afterAll(() => repository?.remove());

  const UNREACHABLE = "git@example.com:team/nowhere.git";

  async function trying(command: string, hostname: string) {
    if (repository === undefined) throw new Error("no repository");
    const cli = machine(repository, { hostname, accounts: [] });
    const files = () => [...cli.folder.list(""), ...cli.folder.list("members"), ...cli.state.list("")];
    const before = files();
    const end = await cli.run(command);
    return { cli, end, before, after: files(), hasGit: await cli.workTree.isThere?.() };
  }

  it.each(["--init", "--join"])(
    "%s with an address that can't be reached makes nothing, and says so",
    async (option) => {
      const { end, before, after, hasGit } = await trying(`sync ${option} ${UNREACHABLE}`, "laptop");
      expect(end).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /^twinseed: error: can't reach the repository: .*\n.*git ls-remote git@example\.com:team\/nowhere\.git\ntwinseed: hint: nothing was changed\n$/,
        ),
      });
      expect({ after, hasGit }).toEqual({ after: before, hasGit: false });
    },
  );

  it("--init where another store is, and --join where none is, leave nothing in the way of the right address", async () => {
    const joining = await trying(`sync --join ${SHARED_URL}`, "early");
    expect(joining.end).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no list of members to join"),
    });
    expect(joining).toMatchObject({ after: joining.before, hasGit: false });
    if (repository === undefined) throw new Error("no repository");
    const first = machine(repository, { hostname: "first" });
    await begin(first, "alice/first");
    const other = await trying(`sync --init ${SHARED_URL}`, "late");
    expect(other.end).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /the repository holds a different store\n(.*\n)+.*nothing was changed\n$/,
      ),
    });
    expect(other).toMatchObject({ after: other.before, hasGit: false });
    await join(joining.cli, first, "bob/early");
  });

  it("what another process here changes during a sync does not count as changed by others", async () => {
    if (repository === undefined) throw new Error("no repository");
    const cli = machine(repository, { hostname: "busy", accounts: [] });
    await good(cli, "sync --init --name alice/busy");
    const uri = "otpauth://totp/Test:second?secret=MFRGGZDFMZTWQ2LK&issuer=Test";
    const add = await effectOf(() => good(cli, "add -", uri), cli.folder);
    const { git } = cli.workTree;
    if (git === undefined) throw new Error("no git");
    cli.workTree.git = async (args, options) => {
      if (args.includes("symbolic-ref")) add();
      return git(args, options);
    };
    const { exitCode, stdout, stderr } = await cli.run("sync --json");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "twinseed: nothing new to pull; no remote to share it with: git remote add origin URL\n",
    });
    expect(JSON.parse(stdout)).toMatchObject({ accounts: [], came: [] });
  });

  it("a sync that can't reach the repository any more does not say that nothing was changed", async () => {
    if (repository === undefined) throw new Error("no repository");
    const cli = machine(repository, { hostname: "cut-off", accounts: [] });
    await good(cli, "sync --init --name alice/cut-off");
    await cli.workTree.git?.(["remote", "add", "origin", UNREACHABLE]);
    const { exitCode, stderr } = await cli.run("sync");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("nothing here is lost");
    expect(stderr).not.toContain("nothing was changed");
  });
});
