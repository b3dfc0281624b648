/** `sync` in memory, with a real git: test/real/sync.test.ts has several computers at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newDataKey } from "../../src/seeds/file/data-key.ts";
import { writeSlot } from "../../src/seeds/file/slots.ts";
import { writeConfig } from "../../src/settings/config-file.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
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
