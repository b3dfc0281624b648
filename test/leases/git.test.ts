/** The git engine over the transports that the contract suite does not use: HTTPS with a password, and ssh. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { withLease } from "../../src/leases/index.ts";
import { parseLeaseUrl } from "../../src/leases/lease-url.ts";
import type { Ports } from "../../src/ports/index.ts";
import { scratchGit } from "../../src/system/programs/scratch-git.ts";
import { type GitServer, startGitServer } from "../helpers/git-server.ts";
import { only } from "../helpers/only.ts";
import { needs } from "../helpers/system-packages.ts";
import { freshKey } from "./contract.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-git-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function context(env: Record<string, string>) {
  const home = { PATH: process.env.PATH, HOME: root };
  return only<Ports>({
    clock: { now: () => Date.parse("2026-01-31T12:00:00Z"), sleep: async () => {} },
    random: (bytes: number) => Uint8Array.from(randomBytes(bytes)),
    scratchGit: () => scratchGit({ ...home, ...env }),
  });
}

const url = (text: string) => parseLeaseUrl(text, "here", ["git+https", "git+ssh", "git+file"]);
const wanted = { first: 58_000_000, amount: 2, sweepBelow: 0 };

describe.skipIf(!needs("git", "openssl"))("over HTTPS (needs git, openssl)", () => {
  let server: GitServer | undefined;
  beforeAll(async () => {
    spawnSync("git", ["init", "--quiet", "--bare", join(root, "codes.git")]);
    server = await startGitServer(root, "robot:ge:heim/@ü");
  });
  afterAll(() => server?.stop());
  const at = (login: string) => url(`git+https://${login}@127.0.0.1:${server?.port}/codes.git`);
  const ctx = () => context({ GIT_SSL_CAINFO: server?.certificate ?? "" });
  const right = `robot:${encodeURIComponent("ge:heim/@ü")}`;

  it("reserves with the password of the URL", async () => {
    const key = freshKey();
    const reserve = () => withLease(at(right), ctx(), (lease) => lease.reserve({ key, ...wanted }));
    expect(await reserve()).toEqual({ isOurs: true });
    expect(await reserve()).toEqual({ isOurs: false, last: 58_000_001 });
    await withLease(at(right), ctx(), (lease) => lease.check());
  });

  it.each(["robot:wrong", "robot", "token"])("asks nobody where %s is not enough", async (login) => {
    const trial = withLease(at(login), ctx(), (lease) => lease.check());
    await expect(trial).rejects.toMatchObject({
      exitCode: ExitCode.noUnspentCode,
      message: expect.stringMatching(
        /^can't reserve a code at git\+https:\/\/127\.0\.0\.1:\d+\/codes\.git: /,
      ),
    });
    await expect(trial).rejects.not.toMatchObject({ message: expect.stringMatching(/wrong|robot|token/) });
  });

  it("gets the password from the user's own helper", async () => {
    const home = join(root, "home");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, ".git-credentials"), `https://${right}@127.0.0.1%3a${server?.port}\n`);
    writeFileSync(join(home, ".gitconfig"), "[credential]\n\thelper = store\n");
    const own = context({ GIT_SSL_CAINFO: server?.certificate ?? "", HOME: home });
    await withLease(at("robot"), own, (lease) => lease.check());
  });
});

describe.skipIf(!needs("git"))("over ssh (needs git)", () => {
  it("uses the user's own ssh, and needs no terminal", async () => {
    const repository = join(root, "by-ssh.git");
    spawnSync("git", ["init", "--quiet", "--bare", repository]);
    // The last word is what sshd would run.
    const ssh = join(root, "ssh");
    const words = 'for last; do :; done; echo "$SSH_ASKPASS_REQUIRE $*" >>"$0.log"; exec sh -c "$last"';
    writeFileSync(ssh, `#!/bin/sh\nunset GIT_DIR GIT_CONFIG_COUNT\n${words}\n`);
    chmodSync(ssh, 0o755);
    const key = freshKey();
    const reserve = () =>
      withLease(
        url(`git+ssh://me@host.example:2222${repository}`),
        context({ GIT_SSH_COMMAND: ssh }),
        (lease) => lease.reserve({ key, ...wanted }),
      );
    expect(await reserve()).toEqual({ isOurs: true });
    expect(await reserve()).toEqual({ isOurs: false, last: 58_000_001 });
    const said = spawnSync("cat", [`${ssh}.log`], { encoding: "utf8" }).stdout;
    expect(said).toMatch(/^force .*-p 2222 me@host\.example git-receive-pack/m);
  });

  it("a server that refuses is exit 7 with its reason", async () => {
    const repository = join(root, "refusing.git");
    spawnSync("git", ["init", "--quiet", "--bare", repository]);
    const hook = join(repository, "hooks", "pre-receive");
    writeFileSync(hook, "#!/bin/sh\nexit 1\n");
    chmodSync(hook, 0o755);
    const trial = withLease(url(`git+file://${repository}`), context({}), (lease) =>
      lease.reserve({ key: freshKey(), ...wanted }),
    );
    await expect(trial).rejects.toMatchObject({
      exitCode: ExitCode.noUnspentCode,
      message: expect.stringContaining("pre-receive hook declined"),
    });
  });
});
