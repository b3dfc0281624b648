/** A computer that joins a shared store, with a real keyring (gnome-keyring), and at a real terminal (tmux). */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { type Computer, computerIn } from "../helpers/binary.ts";
import { EXAMPLE_URI } from "../helpers/example.ts";
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";
import { beginSharing, good, makeRepository } from "../helpers/team.ts";
import { terminal } from "../helpers/terminal-session.ts";

const root = mkdtempSync(join(tmpdir(), "twinseed-joining-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function shared(name: string): Promise<{ alice: Computer; bare: string; folder: string }> {
  const folder = join(root, name);
  const bare = join(folder, "remote.git");
  makeRepository(bare);
  const env = { TWINSEED_STORE: "file", TWINSEED_KEY: randomBytes(32).toString("base64") };
  const alice = computerIn(join(folder, "alice"), env);
  await good(alice, ["add", "-", "--name", "aws-root"], EXAMPLE_URI);
  await beginSharing(alice, bare, "alice/desk");
  return { alice, bare, folder };
}

/** Every file below a folder, with its text. */
function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"));
}

const hasKeyring = needs("git", ...SECRET_SERVICE_PROGRAMS);

describe.skipIf(!hasKeyring)("with a keyring (needs git, gnome-keyring)", () => {
  it("keeps its identity there, and nowhere plain; then codes need nothing but the keyring", async () => {
    const service = await startSecretService({ state: "unlocked" });
    onTestFinished(() => service.stop());
    const { alice, bare, folder } = await shared("keyring");
    const bus = { DBUS_SESSION_BUS_ADDRESS: service.env.DBUS_SESSION_BUS_ADDRESS ?? "" };
    const bob = computerIn(join(folder, "bob"), bus);
    const line = await good(bob, ["sync", "--join", bare, "--name", "bob/laptop"]);
    expect(line).toMatch(
      /^twinseed-member 1 bob\/laptop age1[a-z0-9]+ ssh-ed25519 [A-Za-z0-9+/]+ [0-9a-f]{8}\n$/,
    );
    const reply = await good(alice, ["store", "members", "add", line.trim(), "--yes"]);
    await good(bob, reply.trim().split(" ").slice(1));
    expect(await good(bob, ["code", "aws-root", "--at", "0"])).toBe(
      await good(alice, ["code", "aws-root", "--at", "0"]),
    );
    await good(alice, ["store", "rekey"]);
    await good(bob, ["sync"]);
    await good(bob, ["code", "aws-root"]);
    await good(bob, ["doctor"]);
    for (const text of everythingIn(bob.home)) expect(text).not.toContain("AGE-SECRET-KEY-1");
    await service.restart("locked");
    expect(await bob.run(["code", "aws-root"])).toMatchObject({ exitCode: 6 });
  }, 240_000);
});

const hasTerminal = needs("git", "tmux");

describe.skipIf(!hasTerminal)("at a terminal (needs git, tmux)", () => {
  it("asks for a passphrase to seal its identity with, and for it again later", async () => {
    const { alice, bare, folder } = await shared("terminal");
    const bob = computerIn(join(folder, "bob"));
    const joining = await terminal(bob, ["sync", "--join", bare, "--name", "bob/laptop"], {
      columns: 220,
      rows: 40,
    });
    await joining.waitFor("New passphrase for this computer");
    await joining.type("correct horse", "Enter");
    await joining.waitFor("Confirm passphrase:");
    await joining.type("correct horse", "Enter");
    await joining.waitFor(/exit \d/);
    const [line = ""] =
      /twinseed-member 1 .*[0-9a-f]{8}/.exec((await joining.screen()).replaceAll("\n", " ")) ?? [];
    const adding = await terminal(alice, ["store", "members", "add", `"${line}"`], {
      columns: 220,
      rows: 40,
    });
    await adding.waitFor('Let "bob/laptop" open every seed in this store?');
    await adding.type("y", "Enter");
    await adding.waitFor("exit 0");
    const [, words = ""] = /--words ([a-z-]+)/.exec(await adding.screen()) ?? [];
    await good(bob, ["sync", "--join", bare, "--words", words]);
    const asking = await terminal(bob, ["code", "aws-root", "--at", "0"]);
    await asking.waitFor("Passphrase for this computer:");
    await asking.type("correct horse", "Enter");
    await asking.waitFor("exit 0");
    expect(await asking.screen()).toContain((await good(alice, ["code", "aws-root", "--at", "0"])).trim());
  }, 240_000);
});
