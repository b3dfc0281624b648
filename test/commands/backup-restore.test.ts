/** backup verify and restore, in memory. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { aws, bank, counting, everyAccount, github, key } from "../helpers/accounts.ts";
import {
  computer,
  copyTo,
  inside,
  ledgerOf,
  list,
  names,
  recipient,
  withBackup,
} from "../helpers/backup-computer.ts";
import { sealed } from "../helpers/backups.ts";
import { prove } from "../helpers/ledger-truth.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";

describe("verify", () => {
  it("everything is in it: exit 0, and its copies are confirmed", async () => {
    const cli = await withBackup();
    expect((await cli.run("audit")).stdout).toContain("the backup b was never verified");
    const { exitCode, stdout } = await cli.run("backup verify b.age -i key");
    expect([exitCode, stdout]).toEqual([
      0,
      "the backup of 2005-03-18 (2 accounts) has 2 of your 2 accounts\n",
    ]);
    // It may lie next to the seeds, and go with them.
    const { exitCode: still, stdout: why } = await cli.run("audit");
    expect([still, why]).toEqual([8, expect.stringContaining("twinseed backup verify FILE --place PLACE")]);
    const { stderr } = await cli.run(["backup", "verify", "b.age", "-i", "key", "--place", "bank box"]);
    expect(stderr).toContain('"b" is kept in "bank box"');
    expect(await cli.run("audit")).toMatchObject({ exitCode: 0, stdout: "2 accounts, none at risk\n" });
  });

  it("missing and changed accounts are listed, exit 1; what is in the backup only is mentioned", async () => {
    const cli = await withBackup();
    await cli.run("add -", { stdin: formatOtpauthUri(bank) });
    await cli.run("add - --replace", {
      stdin: formatOtpauthUri({ ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") }),
    });
    await cli.run("remove Amazon --yes");
    const { exitCode, stdout, stderr } = await cli.run("backup verify b.age -i key");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^missing +Bücher & Söhne:zoë@example.org .*\nchanged +GitHub:octocat .*\nthe backup of .* has 0 of your 2 accounts/,
    );
    expect(stderr).toContain(
      'only in the backup: "Amazon Web Services:root-account-mfa-device@123456789012"',
    );
    expect((await cli.run("audit")).stdout).toContain("the backup b is older than 2 of 2 accounts");
    const json = JSON.parse((await cli.run("backup verify b.age -i key --json")).stdout);
    expect(json).toMatchObject({
      version: 1,
      equal: [],
      missing: [{ issuer: bank.issuer }],
      changed: [{ name: "GitHub:octocat" }],
      onlyInBackup: [{ issuer: aws.issuer }],
      confirmed: 0,
    });
    expect(JSON.stringify(json)).not.toContain("GEZDGNBV");
  });

  it("a seed that is gone from here is said to be in the backup", async () => {
    const cli = await withBackup({ accounts: [github] });
    cli.uris.clear();
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("no seed here  GitHub:octocat"),
    });
  });

  it("a counter that has moved on is no difference, and is said", async () => {
    const cli = await withBackup({ accounts: [counting] });
    await cli.run("code Token");
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("is 1 here and 0 in the backup"),
    });
  });

  it("of a backup that is lost: nothing is confirmed, and that is why", async () => {
    const cli = await withBackup();
    await cli.run("device lost b");
    const { stderr } = await cli.run("backup verify b.age -i key");
    expect(stderr).toContain('nothing was confirmed: "b" is lost in the ledger');
    expect(stderr).not.toContain("later backup");
  });

  it("where nobody has heard of the backup: it becomes a device, and its copies are confirmed", async () => {
    const other = await copyTo(
      computer({ accounts: [github, aws], hostname: "desktop" }),
      await withBackup(),
    );
    const { exitCode, stdout } = await other.run("backup verify b.age -i key --json");
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { confirmed: 2 }]);
    for (const { copies } of await list(other))
      expect(copies).toMatchObject([{ device: "desktop" }, { device: "b", confirmedAt: expect.any(String) }]);
  });

  it("a backup that does not say what it is called can be compared, and confirms nothing", async () => {
    const cli = await withBackup();
    const content = await inside(cli);
    const other = computer({ accounts: [github, aws], hostname: "desktop" });
    other.files.set("b.age", await sealed({ ...content, devices: [] }, "pass"));
    const { exitCode, stdout } = await other.run("backup verify b.age --passphrase-file - --json", {
      stdin: "pass",
    });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { confirmed: 0, missing: [], changed: [] }]);
    expect(JSON.parse((await other.run("device list --json")).stdout)).toMatchObject([{ name: "desktop" }]);
  });

  it("a renamed account is the same", async () => {
    const cli = await withBackup();
    await cli.run("rename octocat hub");
    expect(await cli.run("backup verify b.age -i key")).toMatchObject({ exitCode: 0 });
  });
});

describe("restore", () => {
  it("brings the ARN of an AWS device to an account that is here without it, and overwrites none", async () => {
    const arn = (name: string) => `arn:aws:iam::123456789012:mfa/${name}`;
    const keep = (name: string) => `aws config Amazon --profile work --serial ${arn(name)}`;
    const cli = computer({ accounts: [aws] });
    await cli.run(keep("mine"));
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    for (const [before, after] of [
      [undefined, "mine"],
      ["other", "other"],
    ] as const) {
      const other = await copyTo(computer({ accounts: [aws] }), cli);
      if (before !== undefined) await other.run(keep(before));
      for (let i = 0; i < 2; i++)
        expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
      expect(JSON.stringify(ledgerOf(other.folder.files)).match(/arn:[^"\\]*/g)).toEqual([arn(after)]);
    }
  });

  it("into an empty home: the same accounts, devices and ledger, byte by byte, and the same codes", async () => {
    const cli = computer({ accounts: everyAccount });
    await cli.run("remove gordon --yes");
    await cli.run("device add phone --kind phone");
    await cli.run("code Token");
    await cli.run("verify octocat 081804 --device phone");
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    const asked = await cli.run("backup restore b.age -i key --into other", { answers: ["no"] });
    expect(asked.stderr + asked.terminal).toContain(
      "Would restore 5 accounts, 1 removed account, 3 devices. Restore into",
    );
    expect(await cli.run("backup restore b.age -i key --into new --yes")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 5 accounts, 1 removed account, 3 devices"),
    });
    const home = cli.homes.get("new");
    // Whatever was just restored from it is in it.
    await cli.run("backup verify b.age -i key");
    expect(ledgerOf(home?.folder.files ?? new Map())).toEqual(ledgerOf(cli.folder.files));
    const counted = [...cli.uris].map(([id, uri]) => [id, uri.replace("counter=0", "counter=1")]);
    expect(new Map(home?.uris)).toEqual(new Map(counted as [string, string][]));
    expect(await cli.run("backup restore b.age -i key --into new --yes")).toMatchObject({ exitCode: 1 });
  });

  it("on a new computer its seed store is a holder, too", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
    expect((await list(other))[0].copies.map(({ device }: { device: string }) => device).sort()).toEqual([
      "b",
      "desktop",
      "laptop",
    ]);
    expect((await other.run("code octocat")).stdout).toBe("081804\n");
  });

  it("a second time changes nothing", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    await other.run("backup restore b.age -i key --yes");
    const before = new Map(other.folder.files);
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 0 accounts; 2 were here already"),
    });
    expect(other.folder.files).toEqual(before);
  });

  it("never overwrites: the same name with another seed comes in beside it, an id that is taken gets a new one", async () => {
    const own = { ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") };
    const other = await copyTo(computer({ accounts: [own] }), await withBackup());
    await other.start();
    const before = new Map(other.uris);
    const { exitCode, stderr } = await other.run("backup restore b.age -i key --yes");
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      '"GitHub:octocat (2)" is "GitHub:octocat" in the backup: another account here has that name',
    );
    for (const [id, uri] of before) expect(other.uris.get(id)).toBe(uri);
    expect(await names(other)).toEqual([
      "Amazon Web Services:root-account-mfa-device@123456789012",
      "GitHub:octocat",
      "GitHub:octocat (2)",
    ]);
    expect((await other.run(["code", "GitHub:octocat (2)"])).stdout).toBe("081804\n");
    expect((await other.run(["code", "GitHub:octocat"])).stdout).not.toBe("081804\n");
  });

  it("said that it had restored an account whose id the seed store has another seed under, and stored none", async () => {
    const from = await withBackup();
    const other = await copyTo(computer({ hostname: "desktop" }), from);
    const [id = "", uri = ""] = [...from.uris].find(([, text]) => text.includes("GitHub")) ?? [];
    const stray = formatOtpauthUri({ ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") });
    other.uris.set(id, stray);
    const { exitCode, stdout } = await other.run("backup restore b.age -i key --yes --json");
    expect([exitCode, JSON.parse(stdout).accounts]).toMatchObject([
      0,
      [{ status: "added" }, { status: "added" }],
    ]);
    expect(other.uris.get(id)).toBe(stray);
    expect([...other.uris.values()].sort()).toEqual([...from.uris.values(), stray].sort());
    expect(uri).toContain("GitHub");
    for (const name of await names(other))
      expect(await other.run(["code", name])).toEqual(await from.run(["code", name]));
  });

  it("a phone that was wiped and taken off the list, and one that was a mistake, do not come back as safe", async () => {
    const cli = computer({ accounts: [github] });
    await cli.start();
    for (const device of ["phone", "tablet"]) {
      cli.clock.now += 60_000;
      await prove(cli, github, device);
    }
    cli.clock.now += 60_000;
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    cli.clock.now += 60_000;
    for (const command of ["wiped phone", "remove phone", "remove tablet --mistake"])
      expect(await cli.run(`device ${command}`)).toMatchObject({ exitCode: 0 });
    expect((await cli.run("audit")).exitCode).toBe(8);
    expect(await cli.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
    const { copies } = (await list(cli))[0];
    const status = Object.fromEntries(
      copies.map((one: { device: string; status: string }) => [one.device, one.status]),
    );
    expect(status).toEqual({ laptop: "proved", b: "near", phone: "shown", tablet: "shown" });
    expect((await cli.run("audit")).stdout).toContain(
      "the copies on phone and tablet are no longer confirmed",
    );
  });

  it("a seed that came back after a newer one: an older backup does not prove it again where it is in doubt", async () => {
    const cli = computer({ accounts: [github] });
    await cli.start();
    await prove(cli, github, "phone");
    await cli.run(["backup", "create", "b.age", "-r", recipient]);
    const [id = ""] = cli.uris.keys();
    const newer = { ...github, secret: key("MFRGGZDFMZTWQ2LKMFRGGZDF") };
    cli.clock.now += 60_000;
    await cli.run("add - --replace --name GitHub:octocat", { stdin: formatOtpauthUri(newer) });
    await prove(cli, newer, "phone");
    cli.clock.now += 60_000;
    expect(await cli.run(["restore", id, "--name", "old"])).toMatchObject({ exitCode: 0 });
    await cli.run("backup restore b.age -i key --yes");
    const old = (await list(cli)).find(({ name }: { name: string }) => name === "old");
    expect(old.copies).toContainEqual(expect.objectContaining({ device: "phone", status: "shown" }));
  });

  it("an account that got a new seed on another computer: which of the two works is asked, and nothing is called safe", async () => {
    const seed = (text: string) => formatOtpauthUri({ ...github, secret: key(text) });
    const replace = ["add", "-", "--replace", "--name", "GitHub:octocat"];
    const first = await withBackup();
    const [second, third] = ["desktop", "third"].map((hostname) => computer({ hostname }));
    if (second === undefined || third === undefined) throw new Error("no computer");
    for (const other of [second, third]) {
      await (await copyTo(other, first)).run("backup restore b.age -i key --yes");
      other.clock.now += 60_000;
    }
    await second.run(replace, { stdin: seed("MFRGGZDFMZTWQ2LKMFRGGZDF") });
    await second.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    const said =
      '"GitHub:octocat (2)" is a new seed of "GitHub:octocat", which it got elsewhere on 2005-03-18: only one of the two works';
    const rivals = async (cli: ReturnType<typeof computer>) =>
      JSON.parse((await cli.run("audit --json")).stdout).accounts.flatMap(
        ({ account, findings }: { account: { name: string }; findings: { kind: string }[] }) =>
          findings.some(({ kind }) => kind === "two-seeds") ? [account.name] : [],
      );
    // One that has the old seed still, and one that has another new one.
    await third.run(replace, { stdin: seed("KRSXG5CTMVRXEZLUKRSXG5CT") });
    for (const other of [first, third]) {
      await copyTo(other, second);
      const { exitCode, stderr } = await other.run("backup restore b.age -i key --yes");
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining(said)]);
      expect((await rivals(other)).sort()).toEqual(["GitHub:octocat", "GitHub:octocat (2)"]);
    }
    // Whoever has decided is not asked again.
    await first.run(["remove", "GitHub:octocat (2)", "--yes"]);
    expect((await first.run("backup restore b.age -i key --yes")).stderr).not.toContain("got elsewhere");
    expect(await rivals(first)).toEqual([]);
  });

  it("the same seed under another id and name is the same account; what was known of its copies stays", async () => {
    const from = await withBackup({ accounts: [bank, github] });
    const other = await copyTo(computer({ accounts: [github], hostname: "desktop" }), from);
    await other.run("rename octocat hub");
    const [{ id }] = await list(other);
    await other.run("backup restore b.age -i key --yes");
    const hub = (await list(other)).find(({ name }: { name: string }) => name === "hub");
    expect(hub.id).toBe(id);
    expect(hub.copies.map(({ device }: { device: string }) => device)).toEqual(["desktop", "laptop", "b"]);
    expect(await names(other)).toHaveLength(2);
  });

  it("of two counters the larger one goes on, and that is said", async () => {
    const cli = await withBackup({ accounts: [counting] });
    for (let i = 0; i < 3; i++) await cli.run("code Token");
    expect((await cli.run("backup restore b.age -i key --yes")).stderr).toContain("continues at counter 3");
    expect((await cli.run("uri Token")).stdout).toContain("counter=3");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    const other = await copyTo(computer({ accounts: [counting] }), cli);
    expect((await other.run("backup restore b.age -i key --yes")).stderr).toContain("continues at counter 3");
    expect((await other.run("uri Token")).stdout).toContain("counter=3");
  });

  it("two accounts of the backup with one seed set the counter back: the largest one counts", async () => {
    const uri = (counter: number) =>
      formatOtpauthUri({ ...counting, otp: { type: "hotp", algorithm: "SHA1", digits: 6, counter } });
    const from = computer();
    await from.run("add - --name h", { stdin: uri(50) });
    // As after a sync of two computers that both enrolled it.
    const [{ id }] = await list(from);
    const twin = "a".repeat(16);
    const entry = JSON.parse(from.folder.files.get(`accounts/${id}.json`) ?? "");
    from.folder.files.set(
      `accounts/${twin}.json`,
      JSON.stringify({ ...entry, id: twin, name: "old", counter: 5 }),
    );
    from.uris.set(twin, from.uris.get(id) ?? "");
    await from.run(["backup", "create", "b.age", "-r", recipient]);
    const other = await copyTo(computer({ hostname: "desktop" }), from);
    await other.run("add - --name mine", { stdin: uri(5) });
    const { stderr } = await other.run("backup restore b.age -i key --yes");
    expect(stderr).toContain('"mine" continues at counter 50, the higher one');
    expect((await list(other)).map(({ counter }: { counter: number }) => counter)).toEqual([50]);
    const before = new Map(other.folder.files);
    await other.run("backup restore b.age -i key --yes");
    expect(other.folder.files).toEqual(before);
  });

  it("a counter of what was removed here goes on, too, and it stays removed", async () => {
    const cli = await withBackup({ accounts: [counting] });
    for (let i = 0; i < 3; i++) await cli.run("code Token");
    await cli.run(["backup", "create", "b.age", "-r", recipient, "--force"]);
    const other = await copyTo(computer({ accounts: [counting], hostname: "desktop" }), cli);
    await other.run("remove Token --yes");
    expect((await other.run("backup restore b.age -i key --yes")).exitCode).toBe(0);
    expect(await names(other)).toEqual([]);
    const [name = ""] = [...other.folder.files.keys()].filter((file) => file.startsWith("removed/"));
    expect(JSON.parse(other.folder.files.get(name) ?? "")).toMatchObject({ counter: 3 });
  });

  it("--into a folder where it was interrupted: run again, it goes on; into another one's folder it does not", async () => {
    const cli = await withBackup();
    const put = async () => {
      throw new UserError("killed", 1);
    };
    cli.faults.store = { ...memorySeedStore(new Map(), "file"), putAll: put };
    const command = "backup restore b.age -i key --into new --yes";
    expect(await cli.run(command)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("killed") });
    delete cli.faults.store;
    expect([...(cli.homes.get("new")?.folder.files.keys() ?? [])]).toContain("unfinished-restore");
    expect(await cli.run(command)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("restored 2 accounts"),
    });
    expect([...(cli.homes.get("new")?.folder.files.keys() ?? [])]).not.toContain("unfinished-restore");
    expect(await cli.run(command)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("not empty"),
    });
  });

  it("what was removed here stays removed, and that is said", async () => {
    const cli = await withBackup();
    await cli.run("remove octocat --yes");
    const { stderr } = await cli.run("backup restore b.age -i key --yes");
    expect(stderr).toContain('"GitHub:octocat" was removed here on 2005-03-18, and remains removed');
    expect(await names(cli)).toHaveLength(1);
  });

  it("puts a seed back that was gone", async () => {
    const cli = await withBackup();
    cli.uris.clear();
    expect((await cli.run("backup restore b.age -i key --yes")).stderr).toContain("had lost its seed here");
    expect((await cli.run("code octocat")).stdout).toBe("081804\n");
  });

  it("fixes a damaged entry, whose file is kept", async () => {
    const cli = await withBackup();
    const [{ id }] = (await list(cli)).filter(({ issuer }: { issuer: string }) => issuer === "GitHub");
    cli.folder.files.set(`accounts/${id}.json`, "{ damaged");
    expect(await cli.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 0 });
    expect(cli.folder.files.get(`damaged/${id}.json`)).toBe("{ damaged");
    expect((await cli.run("code octocat")).stdout).toBe("081804\n");
  });

  it("devices are the same by id, by host, or by name and kind", async () => {
    const from = await withBackup();
    const other = computer({ accounts: [bank] });
    await other.run("device add b --kind phone");
    await copyTo(other, from);
    await other.run("backup restore b.age -i key --yes");
    const devices = JSON.parse((await other.run("device list --json")).stdout);
    expect(devices.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ["laptop", "computer"],
      ["b", "phone"],
      ["b (2)", "backup"],
    ]);
  });

  it("--dry-run lists and writes nothing; no terminal and no --yes is exit 2; no means no", async () => {
    const other = await copyTo(computer({ hostname: "desktop" }), await withBackup());
    const dry = await other.run("backup restore b.age -i key --dry-run");
    expect(dry.stdout).toMatch(/^added {3}Amazon.*\nadded {3}GitHub:octocat\n$/);
    expect(await other.run("backup restore b.age -i key")).toMatchObject({ exitCode: 2 });
    expect(await other.run("backup restore b.age -i key", { answers: ["n"] })).toMatchObject({ exitCode: 1 });
    expect([other.folder.files.size, other.uris.size]).toEqual([0, 0]);
    const done = await other.run("backup restore b.age -i key --json", { answers: ["y"] });
    expect(JSON.parse(done.stdout)).toMatchObject({
      version: 1,
      accounts: [{ status: "added" }, { status: "added" }],
    });
  });

  it("bad entries are named, the rest comes in, exit 1", async () => {
    const cli = await withBackup();
    const content = await inside(cli);
    content.accounts[0].uri = "otpauth://totp/x";
    const other = computer({ hostname: "desktop" });
    other.files.set("b.age", await sealed(content, "pass"));
    other.files.set("pass", "pass\n");
    const { exitCode, stderr } = await other.run("backup restore b.age --passphrase-file pass --yes");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("the URI has no secret")]);
    expect(await names(other)).toHaveLength(1);
  });

  it.each([
    ["no backup", "hello"],
    ["a cut-off one", undefined],
  ])("%s: exit 5, and nothing is restored", async (_, text) => {
    const cli = await withBackup();
    const bytes = Buffer.from(cli.files.get("b.age") ?? "");
    const other = computer();
    other.files.set("b.age", text ?? bytes.subarray(0, bytes.length - 1));
    expect(await other.run("backup restore b.age -i key --yes")).toMatchObject({ exitCode: 5 });
    expect([other.folder.files.size, other.uris.size]).toEqual([0, 0]);
  });

  it("an unreadable or missing file is exit 5", async () => {
    expect(await computer().run("backup verify nowhere.age -i key")).toMatchObject({ exitCode: 5 });
  });
});
