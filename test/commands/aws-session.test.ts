/** `aws session` against an AWS in memory that checks codes by itself, at an injected time. */
import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { ROLE, SERIAL, withDevice } from "../helpers/aws-device.ts";

describe("aws session", () => {
  it("spends one code and keeps the session, in two formats", async () => {
    const { cli } = await withDevice();
    const first = await cli.run("aws session work --profile work");
    expect(first.stdout).toMatch(
      /^export AWS_ACCESS_KEY_ID='ASIA\w+'\nexport AWS_SECRET_ACCESS_KEY='.*'\nexport AWS_SESSION_TOKEN=/,
    );
    const second = JSON.parse((await cli.run("aws session work --profile work --format json")).stdout);
    expect(first.stdout).toContain(second.AccessKeyId);
    expect(second).toMatchObject({ Version: 1, Expiration: "2026-02-01T00:00:10Z" });
    const third = await cli.run("aws credentials work --profile work");
    expect(third).toMatchObject({ stdout: `${JSON.stringify(second)}\n`, stderr: "", exitCode: 0 });
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
    expect(JSON.stringify([...cli.folder.files])).not.toContain(second.SecretAccessKey);
  });

  it("keeps the serial that the label proposed once AWS has taken it", async () => {
    const { cli } = await withDevice("alice@my-company");
    cli.files.set(cli.aws.credentialsPath, "[default]\n");
    expect((await cli.run("aws session work")).stderr).toContain(
      `saved "${SERIAL}" as the MFA device of this account`,
    );
    await cli.run("aws session work --renew");
    expect(cli.aws.cloud.count("GetCallerIdentity")).toBe(1);
  });

  it("spends no code on a profile that is not there, and does not ask AWS about one that is", async () => {
    const { cli } = await withDevice();
    expect((await cli.run(`aws session work --profile work --serial ${SERIAL}`)).exitCode).toBe(0);
    for (const [options, env] of [
      ["--profile nosuch", {}],
      ["--profile work -- --profile nosuch", {}],
      ["", { AWS_PROFILE: "nosuch" }],
    ] as const) {
      cli.files.set(cli.aws.credentialsPath, "[work]\n");
      cli.aws.profiles.delete("");
      Object.assign(cli.upkeep.env, env);
      const session = await cli.run(`aws session work --renew ${options}`);
      expect(session).toMatchObject({ exitCode: 1, stdout: "" });
      expect(session.stderr).toContain("could not be found");
      expect(session.stderr).toContain("aws configure list-profiles");
    }
    delete cli.upkeep.env.AWS_PROFILE;
    cli.clock.now += 30_000;
    // The step is unspent, and nobody was asked whose keys these are.
    const asked = cli.aws.cloud.asked.length;
    expect((await cli.run("aws session work --renew --profile work")).exitCode).toBe(0);
    expect(cli.slept).toEqual([]);
    expect(cli.aws.cloud.asked.slice(asked).map(({ action }) => action)).toEqual(["GetSessionToken"]);
  });

  it("spends no code on keys of a session in the environment, as eval of its own answer leaves them", async () => {
    const { cli } = await withDevice();
    Object.assign(cli.upkeep.env, { AWS_ACCESS_KEY_ID: "ASIA", AWS_SESSION_TOKEN: "token" });
    const refused = await cli.run("aws session work");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("name the profile with the long-term keys");
    expect(cli.aws.commands).toEqual([]);
    expect((await cli.run("aws session work --profile work")).exitCode).toBe(0);
    expect((await cli.run(`aws session work --role-arn ${ROLE}`)).exitCode).toBe(0);
  });

  it("takes keys that no file describes: the AWS CLI is asked first", async () => {
    const { cli } = await withDevice();
    await cli.run(`aws session work --serial ${SERIAL}`);
    expect((await cli.run("aws session work --renew")).exitCode).toBe(0);
    expect(cli.aws.cloud.asked.at(-2)?.action).toBe("GetCallerIdentity");
    cli.upkeep.env.AWS_ACCESS_KEY_ID = "AKIA";
    expect((await cli.run("aws session work --renew")).exitCode).toBe(0);
    expect(cli.aws.cloud.asked.at(-2)?.action).toBe("GetSessionToken");
  });

  it("asks for the serial where nothing tells it", async () => {
    const { cli } = await withDevice("somebody@210987654321");
    const session = await cli.run("aws session work");
    expect(session.exitCode).toBe(2);
    expect(session.stderr).toContain("--serial ARN");
    expect((await cli.run(`aws session work --serial ${SERIAL}`)).exitCode).toBe(0);
    expect((await cli.run("aws session work --renew")).exitCode).toBe(0);
  });

  it("gets a new one when less than five minutes are left", async () => {
    const { cli } = await withDevice();
    await cli.run("aws session work --duration 15m");
    cli.clock.now += 10 * 60_000 - 1000;
    await cli.run("aws session work --duration 15m");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
    cli.clock.now += 1000;
    await cli.run("aws session work --duration 15m");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(2);
  });

  it("never mixes up profiles, roles, durations, options or the keys in the environment", async () => {
    const { cli } = await withDevice();
    for (const options of [
      "",
      "--profile work",
      "--duration 1h",
      `--role-arn ${ROLE}`,
      "-- --region eu-west-1",
    ])
      await cli.run(`aws session work ${options}`);
    cli.upkeep.env.AWS_PROFILE = "other";
    await cli.run("aws session work");
    expect(cli.aws.cloud.count("GetSessionToken") + cli.aws.cloud.count("AssumeRole")).toBe(6);
  });

  it("keeps the session where a variable only sounds like one of the AWS CLI's", async () => {
    const { cli } = await withDevice();
    await cli.run("aws session work");
    for (const name of ["OLD_AWS_PROFILE", "AWS_PROFILES", "AWS_PAGER"]) {
      cli.upkeep.env[name] = "other";
      expect(await cli.run("aws session work")).toMatchObject({ exitCode: 0 });
    }
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
  });

  it("takes on a role with the same code", async () => {
    const { cli } = await withDevice();
    const session = await cli.run(`aws session work --role-arn ${ROLE}`);
    expect(session.exitCode).toBe(0);
    expect(cli.aws.cloud.asked.at(-1)?.params).toMatchObject({
      RoleArn: ROLE,
      RoleSessionName: "twinseed",
      SerialNumber: SERIAL,
    });
  });

  it("tries the next code, once, when AWS does not take the first", async () => {
    const { cli, device } = await withDevice();
    // Another computer has used this code.
    device.last = Math.floor(cli.clock.now / 30_000);
    const session = await cli.run("aws session work");
    expect(session.exitCode).toBe(0);
    expect(session.stderr).toContain("trying the next one");
    expect(cli.slept).toEqual([20_000]);
  });

  it("stops after the second, and names the causes in order", async () => {
    const { cli, device } = await withDevice();
    device.last += 1e9;
    const session = await cli.run("aws credentials work --profile work");
    expect(session.exitCode).toBe(1);
    expect(session.stdout).toBe("");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(2);
    expect(session.stderr).toMatch(
      /invalid MFA one time pass code[\s\S]*clock[\s\S]*each works once[\s\S]*the seed may belong to another device/,
    );
    const codes = cli.aws.cloud.asked.flatMap(({ params }) => params.TokenCode ?? []);
    expect(new Set(codes).size).toBe(2);
    for (const code of codes) expect(session.stderr).not.toContain(code);
  });

  it("waits less than 55 seconds in all", async () => {
    const { cli, device } = await withDevice();
    device.last += 1e9;
    cli.clock.now += 1000;
    await cli.run("code work --once");
    const start = cli.clock.now;
    const session = await cli.run("aws credentials work --profile work");
    expect(session.exitCode).toBe(1);
    expect(cli.clock.now - start).toBeLessThan(55_000);
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
  });

  it("does not repeat a call that may have arrived, nor its code", async () => {
    const { cli } = await withDevice();
    cli.aws.after = (operation) => {
      if (operation === "get-session-token") throw new UserError('"aws" did not answer', ExitCode.failed);
    };
    expect((await cli.run("aws session work")).exitCode).toBe(1);
    delete cli.aws.after;
    expect((await cli.run("aws session work")).exitCode).toBe(0);
    const codes = cli.aws.cloud.asked.flatMap(({ params }) => params.TokenCode ?? []);
    expect(new Set(codes).size).toBe(2);
    expect(codes).toHaveLength(2);
  });

  it("spots the user's ARN in the place of the device's", async () => {
    const { cli } = await withDevice();
    const wrong = await cli.run("aws session work --serial arn:aws:iam::123456789012:user/alice");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(`perhaps: --serial ${SERIAL}`);
    expect(cli.aws.commands).toEqual([]);
    const other = await cli.run("aws session work --serial arn:aws:iam::123456789012:mfa/bob");
    expect(other.stderr).toContain("unable to validate MFA code");
    expect(other.stderr).toContain("--serial ARN");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
  });

  it("does not get its keys from itself", async () => {
    const { cli } = await withDevice();
    await cli.run("aws session work");
    const mark = cli.aws.calls.at(-1)?.env ?? {};
    Object.assign(cli.upkeep.env, mark);
    const inner = await cli.run("aws credentials work --profile work-mfa");
    expect(inner.exitCode).toBe(1);
    expect(inner.stderr).toContain("the profile gets its keys from twinseed");
  });

  it("refuses what AWS would refuse, before a code is spent", async () => {
    const { cli } = await withDevice();
    for (const options of [
      "--duration 10m",
      "--duration 37h",
      "--duration long",
      "--role-arn dev",
      "--format yaml",
      "stray",
    ])
      expect((await cli.run(`aws session work ${options}`)).exitCode).toBe(2);
    expect((await cli.run("aws session work --duration 1s")).stderr).toContain(
      "--duration for a session must be from 15m to 36h, such as 8h, 90m or 900s",
    );
    expect((await cli.run("aws credentials work")).exitCode).toBe(2);
    expect(cli.aws.commands).toEqual([]);
  });
});
