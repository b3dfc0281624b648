/** What `aws` does where AWS, its CLI or the clock is not as it should be; and `aws resync`. */
import { describe, expect, it } from "vitest";
import { accountFiles, NOW, SERIAL, withDevice } from "../helpers/aws-device.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("aws resync", () => {
  it("brings AWS into step again", async () => {
    const { cli, device } = await withDevice();
    device.drift = -5;
    expect((await cli.run("aws resync work")).exitCode).toBe(0);
    expect(device.drift).toBe(0);
    expect((await cli.run("aws session work")).exitCode).toBe(0);
  });

  it("tells root how to do it by hand", async () => {
    const { cli } = await withDevice();
    const session = await cli.run("aws resync work --profile root");
    expect(session.stderr).toContain("twinseed code work --pair");
    expect(session.exitCode).toBe(1);
  });
});

it("says what is wrong where the AWS CLI does not get far", async () => {
  const cli = testCli({ now: NOW });
  const session = await cli.run("aws enroll --profile nobody");
  expect(session.stderr).toContain("The config profile (nobody) could not be found");
  expect(session.stderr).toContain("aws configure list-profiles");
});

describe("what goes wrong at AWS", () => {
  it("takes a resync as the proof where the keys are those of a session", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.enabled("alice", "alice");
    cli.aws.cloud.refusals.set("GetSessionToken", {
      status: 403,
      code: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
    const session = await cli.run("aws enroll --profile work --device-name second");
    expect(session).toMatchObject({ exitCode: 0 });
    expect(session.stderr).not.toContain("out of sync");
    expect(session.stderr).toContain("two more codes prove it");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(1);
    expect(accountFiles(cli).filter((name) => name.startsWith("aws/"))).toEqual([]);
  });

  it("does not try to log in with keys that are known to be those of a session", async () => {
    const cli = testCli({ now: NOW });
    cli.files.set(cli.aws.credentialsPath, "[work]\naws_access_key_id = ASIA1\naws_session_token = t\n");
    expect(await cli.run("aws enroll --profile work")).toMatchObject({ exitCode: 0 });
    expect(cli.aws.cloud.asked.map(({ action }) => action).slice(-2)).toEqual([
      "EnableMFADevice",
      "ResyncMFADevice",
    ]);
  });

  it("goes on after the CLI failed once AWS had made the device", async () => {
    const cli = testCli({ now: NOW });
    const { run } = cli.aws.cli;
    let isBroken = true;
    Object.assign(cli.aws.cli, {
      async run(call: Parameters<typeof run>[0]) {
        const end = await run(call);
        if (!isBroken || call.command[1] !== "create-virtual-mfa-device") return end;
        isBroken = false;
        return { ok: false, stdout: "", stderr: "[Errno 2] No such file or directory: '/dev/shm/seed'" };
      },
    });
    const first = await cli.run("aws enroll --name work");
    expect(first).toMatchObject({ exitCode: 1 });
    expect(first.stderr).toContain(`it is not known whether AWS created "${SERIAL}"`);
    expect(await cli.run("aws enroll --name work")).toMatchObject({ exitCode: 0 });
    expect(cli.aws.cloud.devices.size).toBe(1);
  });

  it.each(["EntityTemporarilyUnmodifiable", "Throttling"])(
    "tries again with new codes on %s",
    async (code) => {
      const cli = testCli({ now: NOW });
      const { refusals } = cli.aws.cloud;
      cli.aws.before = (operation) => {
        const seen = cli.aws.cloud.count("EnableMFADevice");
        if (operation === "enable-mfa-device" && seen < 2)
          refusals.set("EnableMFADevice", { status: 409, code, message: "later" });
        else refusals.delete("EnableMFADevice");
      };
      expect(await cli.run("aws enroll")).toMatchObject({ exitCode: 0 });
      const codes = cli.aws.cloud.asked.flatMap(({ params }) => params.AuthenticationCode1 ?? []);
      expect(new Set(codes).size).toBe(3);
    },
  );

  it("keeps the device where AWS stays busy, and goes on next time", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.refusals.set("EnableMFADevice", {
      status: 400,
      code: "Throttling",
      message: "Rate exceeded",
    });
    const first = await cli.run("aws enroll");
    expect(first.stderr).toContain("run the same command again to resume");
    expect(cli.aws.cloud.devices.size).toBe(1);
    cli.aws.cloud.refusals.clear();
    expect(await cli.run("aws enroll")).toMatchObject({ exitCode: 0 });
    expect(cli.aws.cloud.devices.size).toBe(1);
  });

  it("spends no code where there is no time for the call", async () => {
    const { cli } = await withDevice();
    const { alone } = cli.aws.cli;
    Object.assign(cli.aws.cli, {
      alone(name: string, patience: number, work: Parameters<typeof alone>[2]) {
        expect(patience).toBeGreaterThanOrEqual(0);
        cli.clock.now += 45_000;
        return alone(name, patience, work);
      },
    });
    const session = await cli.run("aws credentials work --profile work");
    expect(session).toMatchObject({ exitCode: 7, stdout: "" });
    expect(session.stderr).toContain("no time is left to ask AWS");
    expect(cli.aws.cloud.count("GetSessionToken")).toBe(0);
    expect((await cli.run("code work --once --no-wait")).exitCode).toBe(0);
  });
});
