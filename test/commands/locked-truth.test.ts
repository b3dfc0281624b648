/** What a locked store was once taken for: accounts that are gone. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, bank, counting, github } from "../helpers/accounts.ts";
import { type Cli, now, status, uri } from "../helpers/ledger-truth.ts";
import { fakeKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("a keyring that is locked made accounts look gone", () => {
  let recipient = "";
  beforeAll(async () => {
    recipient = await identityToRecipient(await generateX25519Identity());
  });
  /** KWallet returns an empty text for each locked entry, KeePassXC says that there is none. */
  const LOCKED = { KWallet: "", KeePassXC: null } as const;

  async function locked(answer: string | null): Promise<Cli & { touched: string[] }> {
    const cli = testCli({ accounts: [github, aws, bank], now });
    await cli.run(["backup", "create", "nightly.age", "-r", recipient]);
    cli.folder.files.set("config.json", '{"version":1,"store":"keyring","why":"a keyring answered"}');
    const touched: string[] = [];
    class Locked extends Map<string, string> {
      override get() {
        return answer ?? undefined;
      }
    }
    const load = fakeKeyring(new Locked(), (call) => {
      if (call === "set" || call === "delete") touched.push(call);
      return undefined;
    });
    cli.faults.store = await SEED_STORES.keyring.open(testDeps({ keyring: { load } }));
    return { ...cli, touched };
  }

  it.each(Object.entries(LOCKED))("%s: a backup of nothing replaced a good one", async (_, answer) => {
    const cli = await locked(answer);
    const [before, ledger] = [cli.files.get("nightly.age"), new Map(cli.folder.files)];
    for (const options of [["--force"], ["--force", "--allow-missing"]]) {
      const { exitCode, stderr } = await cli.run([
        "backup",
        "create",
        "nightly.age",
        "-r",
        recipient,
        ...options,
      ]);
      expect([exitCode, stderr]).toEqual([
        6,
        expect.stringContaining(
          "the keyring store opens none of the 3 seeds that the ledger knows: it is locked",
        ),
      ]);
    }
    expect(cli.files.get("nightly.age")).toBe(before);
    expect(cli.folder.files).toEqual(ledger);
  });

  it.each(Object.entries(LOCKED))(
    "%s: each seed was called damaged, and nothing stopped",
    async (_, answer) => {
      const cli = await locked(answer);
      const files = new Map(cli.folder.files);
      const commands = [
        "code",
        "export uris --plaintext",
        "sheet",
        "watch --plain",
        "doctor",
        "doctor --repair",
      ];
      for (const command of commands) {
        const { exitCode, stdout, stderr } = await cli.run(command);
        expect([command, exitCode]).toEqual([command, 6]);
        expect(stdout + stderr).toContain("opens none of the 3 seeds that the ledger knows");
        expect(stdout + stderr).not.toMatch(/damaged|enroll it again/);
      }
      const other = uri({ ...github, label: "new", secret: counting.secret });
      for (const command of ["add -", "import - --yes"])
        expect(await cli.run(command, other)).toMatchObject({
          exitCode: 6,
          stderr: expect.stringContaining("--allow-missing"),
        });
      expect(cli.folder.files).toEqual(files);
      expect(cli.touched).toEqual([]);
    },
  );

  it("a backup with more accounts goes into no store that may be the wrong one", async () => {
    const identity = await generateX25519Identity();
    const from = testCli({ accounts: [github, aws], now, hostname: "desk" });
    await from.run(["backup", "create", "b.age", "-r", await identityToRecipient(identity)]);
    const cli = testCli({ accounts: [bank, { ...bank, label: "x", secret: counting.secret }], now });
    await cli.start();
    for (const [name, bytes] of from.files) cli.files.set(name, bytes);
    cli.files.set("key", identity);
    cli.uris.clear();
    const command = "backup restore b.age -i key --yes";
    expect(await cli.run(command)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining("opens none of the 2 seeds"),
    });
    expect(cli.uris.size).toBe(0);
    expect((await cli.run(`${command} --allow-missing`)).exitCode).toBe(0);
  });

  it("one seed that can't be read is left out only if the user says so", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.run(["backup", "create", "nightly.age", "-r", recipient]);
    const before = cli.files.get("nightly.age");
    const [[id = ""] = []] = [...cli.uris];
    cli.uris.delete(id);
    const command = ["backup", "create", "nightly.age", "-r", recipient, "--force"];
    const { exitCode, stderr } = await cli.run(command);
    expect([exitCode, stderr]).toEqual([
      6,
      expect.stringMatching(/no backup was written; "nightly.age" is as it was, and holds 2 accounts/),
    ]);
    expect(cli.files.get("nightly.age")).toBe(before);
    expect((await cli.run([...command, "--allow-missing"])).exitCode).toBe(1);
    expect(cli.files.get("nightly.age")).not.toBe(before);
  });

  it("a wiped keyring can be filled again: by the seeds that the ledger knows, or if the user says that it is a new one", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.start();
    cli.uris.clear();
    expect((await cli.run("add -", uri(bank))).exitCode).toBe(6);
    expect(await cli.run("add -", uri(github))).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("put back the missing seed"),
    });
    expect((await cli.run("add -", uri(bank))).exitCode).toBe(0);
    cli.uris.clear();
    expect(
      (await cli.run("add - --allow-missing", uri({ ...bank, label: "x", secret: counting.secret })))
        .exitCode,
    ).toBe(0);
  });

  it("a backup that was overwritten still counted for what was removed, and restored since", async () => {
    const cli = testCli({ accounts: [github, aws], now });
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    // As `backup verify --place safe` would.
    for (const [name, text] of cli.folder.files)
      if (name.startsWith("accounts/"))
        cli.folder.files.set(
          name,
          text.replace(/("addedAt": "[^"]*")(?=\s*\}\s*\])/, `$1, "confirmedAt": "${now}"`),
        );
      else if (name === "devices.json")
        cli.folder.files.set(
          name,
          text.replace(/"kind": "backup",/, `$& "place": "safe", "placedAt": "${now}",`),
        );
    expect(await status(cli, "b")).toEqual(["proved", "proved"]);
    await cli.run("remove octocat --yes");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    await cli.run("restore GitHub:octocat");
    expect(await status(cli, "b")).toEqual(["near", "near"]);
  });
});
