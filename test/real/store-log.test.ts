/** What a member is told about the others: who changed what, and who removed whom. Computers in memory, over a real git. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { openSeedStore } from "../../src/seeds/open-store.ts";
import { aws, github } from "../helpers/accounts.ts";
import { sharedRepository } from "../helpers/git-machine.ts";
import { differences } from "../helpers/json-page.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";
import { testDeps } from "../helpers/seed-store-deps.ts";
import { begin, type Cli, good, join, machine } from "../helpers/sharing.ts";
import { needs } from "../helpers/system-packages.ts";

interface Event {
  readonly by: string | null;
  readonly signed: boolean;
  readonly changes: readonly { readonly what: string; readonly name?: string }[];
}

/** "BY: what NAME, …" of all events, sorted: a commit and an entry of the list may be of the same second. */
async function logOf(cli: Cli): Promise<string[]> {
  const events: Event[] = JSON.parse(await good(cli, "store log --json"));
  return events
    .map(
      ({ by, changes }) =>
        `${by}: ${changes.map(({ what, name }) => (name === undefined ? what : `${what} ${name}`)).join(", ")}`,
    )
    .toSorted();
}

describe.skipIf(!needs("git"))("alice and bob (needs git)", () => {
  let repository: Awaited<ReturnType<typeof sharedRepository>>;
  beforeAll(async () => {
    repository = await sharedRepository();
  });
  afterAll(() => repository.remove());

  /** Each of their commands is a minute after the one before. */
  async function scene() {
    repository.remove();
    repository = await sharedRepository();
    const alice = machine(repository, { hostname: "desk" });
    const env = {};
    const bob = machine(repository, { hostname: "laptop", env });
    let minutes = 0;
    const at = async (cli: Cli, command: string | readonly string[], stdin = "") => {
      minutes += 1;
      alice.clock.now = bob.clock.now = Date.parse("2026-01-31T12:00:00Z") + minutes * 60_000;
      return good(cli, command, stdin);
    };
    return { alice, bob, env, at };
  }

  it("the first commit was listed as other files", async () => {
    const { alice, at } = await scene();
    await at(alice, "add - --name first", formatOtpauthUri(github));
    await begin(alice, "alice/desk");
    expect(await logOf(alice)).toEqual([
      "alice/desk: account added first, devices changed",
      "alice/desk: began",
    ]);
  });

  it("notes were listed as other files, and a seed that was exchanged was not listed at all", async () => {
    const { alice, bob, env, at } = await scene();
    await at(alice, "add - --name first", formatOtpauthUri(github));
    await begin(alice, "alice/desk");
    await join(bob, alice, "bob/laptop");
    await at(bob, "note first --edit", "ask Carol\n");
    await at(bob, "sync");
    expect(await logOf(bob)).toContain("bob/laptop: account changed first, note changed first");
    // What a member can do by hand: the key of the store seals anything under the name of the account.
    const [{ id = "" } = {}]: { id?: string }[] = JSON.parse(await good(bob, "list --json"));
    const deps = testDeps({
      folder: bob.folder,
      env,
      isRepository: async () => true,
      stateFolder: async () => bob.state,
    });
    const store = await openSeedStore(deps, { create: false });
    await store.delete(id);
    await store.put(id, { ...github, secret: aws.secret });
    await at(bob, "sync");
    await alice.run("sync");
    expect(await logOf(alice)).toContain("bob/laptop: seed sealed again first");
  });

  it("what sync --json prints is in docs/json.md", async () => {
    const { alice, bob, at } = await scene();
    await at(alice, "add - --name first", formatOtpauthUri(github));
    await begin(alice, "alice/desk");
    await join(bob, alice, "bob/laptop");
    await at(alice, "add - --name second", formatOtpauthUri(aws));
    await at(alice, "sync");
    const values = [JSON.parse(await at(bob, "sync --json")), JSON.parse(await at(bob, "sync --json"))];
    expect(values).toMatchObject([{ accounts: [{ change: "added" }] }, { accounts: [], came: [] }]);
    expect(differences(new Map([["sync", values]]))).toEqual([]);
  });

  it("who was removed was told that this computer only reads", async () => {
    const { alice, bob, at } = await scene();
    await at(alice, "add - --name first", formatOtpauthUri(github));
    await begin(alice, "alice/desk");
    await join(bob, alice, "bob/laptop");
    await at(bob, "sync");
    await at(alice, "store members remove bob/laptop");
    for (const command of ["sync", "add - --name mine", "sync"]) {
      const { stderr } = await bob.run(command, { stdin: formatOtpauthUri(aws) });
      if (command !== "sync") continue;
      expect(stderr).toContain(
        "this computer, bob/laptop, was removed from the store by alice/desk on 2026-01-31",
      );
      expect(stderr).not.toContain("only reads");
    }
  });

  it("who was removed, and has no signing key (any more), was told the same", async () => {
    const { alice, at } = await scene();
    await at(alice, "add - --name first", formatOtpauthUri(github));
    await begin(alice, "alice/desk");
    const state = memoryFolder();
    const bob = machine(repository, { hostname: "laptop", state });
    await join(bob, alice, "bob/laptop");
    await good(bob, "sync");
    const [key = ""] = [...state.files.keys()].filter((name) => name.endsWith("/signing-key.json"));
    expect(state.files.delete(key)).toBe(true);
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    const TWINSEED_IDENTITY = await generateX25519Identity();
    const reader = machine(repository, {
      hostname: "ci",
      env: { TWINSEED_IDENTITY, TWINSEED_PASSPHRASE: "" },
    });
    const recipient = await identityToRecipient(TWINSEED_IDENTITY);
    const reply = await at(alice, ["store", "members", "add", recipient, "--name", "ci"]);
    await good(reader, reply.trim().replace(/^twinseed /, ""));
    for (const cli of [bob, reader])
      expect((await cli.run("sync")).stderr).not.toContain("was removed from the store");
    for (const name of ["bob/laptop", "ci"]) await at(alice, ["store", "members", "remove", name]);
    for (const [cli, name] of [
      [bob, "bob/laptop"],
      [reader, "ci"],
    ] as const) {
      const { stderr } = await cli.run("sync");
      expect(stderr).toContain(
        `this computer, ${name}, was removed from the store by alice/desk on 2026-01-31`,
      );
      expect(stderr).not.toContain("only reads");
    }
  });
});
