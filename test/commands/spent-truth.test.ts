/** A code that was once given out twice: by `--once`, after a removal, to two names of one seed. */
import { describe, expect, it } from "vitest";
import type { Enrollment } from "../../src/otp/enrollment.ts";
import { codeOf } from "../../src/otp/one-time-code.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { counting, github } from "../helpers/accounts.ts";
import { type Cli, HOUR, now, uri } from "../helpers/ledger-truth.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("--once gave one code twice", () => {
  it.each([
    ["--once", 30_000],
    ["--once", 3 * HOUR],
    ["--once --pair", 30_000],
  ])("when the clock is set back during the reservation: %s, by %i ms", async (options, back) => {
    const cli = testCli({ accounts: [github], now });
    const first = await cli.run("code octocat --once");
    cli.clock.now += 30_000;
    const { create } = cli.folder;
    const step = Math.floor(cli.clock.now / 30_000);
    Object.assign(cli.folder, {
      create(name: string, text: string) {
        const isCreated = create(name, text);
        if (name.startsWith("steps/")) cli.clock.now -= back;
        return isCreated;
      },
    });
    const { exitCode, stdout } = await cli.run(`code octocat ${options}`);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")[0]).toBe(codeOf(github.secret, github.otp, step));
    expect(stdout).not.toContain(first.stdout.trim());
    const records = [...cli.folder.files.keys()].filter((name) => name.endsWith(`/${step}`));
    expect(records).toHaveLength(1);
  });

  it("when one seed is asked for by two ways on one computer", async () => {
    const cli = testCli({ accounts: [github], now });
    Object.assign(cli.upkeep.env, { TWINSEED_URI: formatOtpauthUri({ ...github, label: "ci" }) });
    expect((await cli.run("code octocat --once")).exitCode).toBe(0);
    expect(await cli.run("code --env --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
    expect(await cli.run("code - --once --no-wait", uri(github))).toMatchObject({ exitCode: 7, stdout: "" });
    cli.clock.now += 30_000;
    expect((await cli.run("code --env --once")).exitCode).toBe(0);
    expect(await cli.run("code octocat --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("when two accounts have one seed, as after a sync", async () => {
    const cli = await twins(github);
    expect((await cli.run("code first --once")).exitCode).toBe(0);
    expect(await cli.run("code second --once --no-wait")).toMatchObject({ exitCode: 7, stdout: "" });
  });

  it("counters, too: two accounts, the environment, and a code that a device showed", async () => {
    const cli = await twins(counting);
    Object.assign(cli.upkeep.env, { TWINSEED_URI: formatOtpauthUri(counting) });
    const codes: string[] = [];
    const ways = [
      "code first",
      "code second",
      "code --env --once",
      "code first --once",
      "code - --once",
      "code second",
    ];
    for (const way of ways) codes.push((await cli.run(way, uri(counting))).stdout.trim());
    const [next] = await device(cli, "first", 6);
    codes.push(next ?? "", (await cli.run("code second")).stdout.trim());
    expect(codes).toEqual(Array.from({ length: 8 }, (_, i) => codeOf(counting.secret, counting.otp, i)));
  });

  /** The device shows the code of this counter, which spends it. */
  async function device(cli: Cli, name: string, counter: number): Promise<string[]> {
    const code = codeOf(counting.secret, counting.otp, counter);
    expect((await cli.run(["verify", name, code, "--device", "token", "--kind", "hardware"])).exitCode).toBe(
      0,
    );
    return [code];
  }

  async function twins(enrollment: Enrollment): Promise<Cli> {
    const cli = testCli({ now });
    await cli.run("add - --name first", uri(enrollment));
    const [[id = "", text = ""] = []] = [...cli.uris];
    const entry = JSON.parse(cli.folder.files.get(`accounts/${id}.json`) ?? "");
    const twin = { ...entry, id: "a".repeat(16), name: "second" };
    cli.folder.files.set(`accounts/${twin.id}.json`, JSON.stringify(twin));
    cli.uris.set(twin.id, text);
    return cli;
  }
});
