/** `aws enroll` against an AWS in memory that checks codes by itself, at an injected time. */
import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { accountFiles, killAt, NOW, SERIAL, withDevice } from "../helpers/aws-device.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { testCli } from "../helpers/test-cli.ts";

describe("aws enroll", () => {
  it("creates, stores, enables with two fresh codes, and proves with a third", async () => {
    const cli = testCli({ now: NOW });
    const session = await cli.run("aws enroll --profile work --name work");
    expect(session).toMatchObject({ exitCode: 0, stdout: "" });
    expect(cli.aws.cloud.devices.get(SERIAL)).toMatchObject({ user: "alice", drift: 0 });
    expect(cli.aws.cloud.asked.map(({ action }) => action)).toEqual([
      "GetCallerIdentity",
      "CreateVirtualMFADevice",
      "EnableMFADevice",
      "GetSessionToken",
    ]);
    expect(cli.slept).toEqual([20_000, 30_000]);
    const code = await cli.run("code work");
    const device = cli.aws.cloud.devices.get(SERIAL);
    expect(code.stdout.trim()).toBe(device && cli.aws.cloud.codeAt(device, cli.clock.now));
    const [account = ""] = accountFiles(cli);
    expect(JSON.parse(cli.folder.files.get(account) ?? "")).toMatchObject({
      name: "work",
      mfaSerial: SERIAL,
    });
    expect(accountFiles(cli)).toHaveLength(1);
  });

  it("creates nothing and uses no code where the AWS CLI can't take one", async () => {
    const { cli } = await withDevice();
    cli.aws.handover = () => {
      throw new UserError("the script can't read it", ExitCode.failed);
    };
    for (const line of [
      "aws enroll --profile work --device-name second",
      `aws session work --profile work --serial ${SERIAL}`,
      "aws resync work --profile work",
    ]) {
      const session = await cli.run(line);
      expect(session).toMatchObject({ exitCode: 1, stdout: "" });
      expect(session.stderr).toContain("the script can't read it");
    }
    expect(cli.aws.cloud.asked.filter(({ action }) => action !== "GetCallerIdentity")).toEqual([]);
    expect((await cli.run("code work --once --no-wait")).exitCode).toBe(0);
  });

  it("passes nothing secret on the command line, and nothing secret on", async () => {
    const cli = testCli({ now: NOW });
    const { stderr } = await cli.run("aws enroll --profile work -- --region eu-west-1");
    const device = cli.aws.cloud.devices.get(SERIAL);
    const codes = cli.aws.cloud.asked.flatMap(({ params }) =>
      Object.entries(params).flatMap(([name, value]) => (/Code/.test(name) ? [value] : [])),
    );
    expect(codes).toHaveLength(3);
    expect(cli.aws.commands.join()).toContain("--profile work --region eu-west-1");
    for (const secret of [...codes, device?.seed ?? "?"])
      expect(`${cli.aws.commands.join()} ${stderr}`).not.toContain(secret);
  });

  it("draws the QR code for the phone on a terminal", async () => {
    const cli = testCli({ now: NOW });
    const session = await cli.run("aws enroll --name work", { answers: ["y", ""] });
    expect(session.terminal).toContain("Draw its QR code for a second device now?");
    expect(session.pictures.join()).toContain("▄");
  });

  it("puts the device of another user right by a resync, as only they can log in with it", async () => {
    const cli = testCli({ now: NOW });
    expect((await cli.run("aws enroll --profile admin --user bob")).exitCode).toBe(0);
    expect(cli.aws.cloud.asked.map(({ action }) => action).slice(-2)).toEqual([
      "EnableMFADevice",
      "ResyncMFADevice",
    ]);
  });

  it("notices that AWS took the pair too late and is out of step, and fixes that", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.before = (operation) => {
      if (operation === "enable-mfa-device") cli.clock.now += 100_000;
    };
    const session = await cli.run("aws enroll");
    expect(session.stderr).toContain("AWS and the device were out of sync; now they are synchronized");
    expect(session.exitCode).toBe(0);
    expect(cli.aws.cloud.devices.get(SERIAL)?.drift).toBe(0);
  });

  it("takes other codes after a pause between the two, as of a laptop that slept", async () => {
    const cli = testCli({ now: NOW });
    const sleep = cli.slept;
    const push = sleep.push.bind(sleep);
    sleep.push = (...times) => {
      if (sleep.length === 0) cli.clock.now += 3_600_000;
      return push(...times);
    };
    expect((await cli.run("aws enroll")).exitCode).toBe(0);
    expect(cli.aws.cloud.devices.get(SERIAL)?.drift).toBe(0);
  });

  it("deletes a device that was not enabled, and puts its seed aside", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.refusals.set("EnableMFADevice", {
      status: 409,
      code: "LimitExceeded",
      message: "Cannot exceed quota for MFADevicesPerUser: 8",
    });
    const session = await cli.run("aws enroll --name work");
    expect(session.exitCode).toBe(1);
    expect(session.stderr).toMatch(
      /the device was not enabled and has been deleted; "work" is in removed\/: twinseed restore \w+/,
    );
    expect(session.stderr).toContain("MFADevicesPerUser: 8 (LimitExceeded)");
    expect(cli.aws.cloud.devices.size).toBe(0);
    expect(accountFiles(cli)).toEqual([expect.stringMatching(/^removed\//)]);
    expect(cli.uris.size).toBe(1);
  });

  it("keeps everything where AWS refuses the device, and then can't be asked to delete it", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.refusals.set("EnableMFADevice", { status: 409, code: "LimitExceeded", message: "no" });
    cli.aws.before = (operation) => {
      if (operation === "delete-virtual-mfa-device")
        throw new UserError('"aws" did not answer', ExitCode.failed);
    };
    const session = await cli.run("aws enroll --name work");
    expect(session).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("run the same command again to resume"),
    });
    expect(cli.aws.cloud.devices.size).toBe(1);
    expect(accountFiles(cli)).toContainEqual(expect.stringMatching(/^accounts\//));
  });

  it("deletes a device whose seed could not be stored", async () => {
    const cli = testCli({ now: NOW });
    cli.faults.store = {
      ...memorySeedStore(new Map(), "file"),
      putAll: async () => {
        throw new UserError("the keyring is full", ExitCode.failed);
      },
    };
    const session = await cli.run("aws enroll");
    expect(session.stderr).toContain("error: the keyring is full");
    expect(cli.aws.cloud.devices.size).toBe(0);
    expect(accountFiles(cli)).toEqual([]);
  });

  it("creates nothing at AWS where the seed store is locked, or the name is taken", async () => {
    const { cli } = await withDevice();
    expect((await cli.run("aws enroll --device-name other --name work")).stderr).toContain(
      'there is an account "work" already; nothing was created',
    );
    cli.faults.seeds = new UserError("locked", ExitCode.locked);
    expect((await cli.run("aws enroll --device-name other")).exitCode).toBe(6);
    expect(cli.aws.cloud.count("CreateVirtualMFADevice")).toBe(0);
  });

  it("tells of a device that somebody left, and does not delete it", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.enabled("alice", "alice").user = undefined;
    for (let i = 0; i < 2; i++) {
      const { exitCode, stderr } = await cli.run("aws enroll --profile work");
      expect(exitCode).toBe(1);
      expect(stderr).toContain("--device-name NAME");
      expect(stderr).toContain(`aws iam delete-virtual-mfa-device --serial-number ${SERIAL} --profile work`);
    }
    expect(cli.aws.cloud.devices.size).toBe(1);
    expect(accountFiles(cli)).toEqual([]);
  });

  it("names the policy that wants the device called as the user", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.cloud.refusals.set("CreateVirtualMFADevice", {
      status: 403,
      code: "AccessDenied",
      message:
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:CreateVirtualMFADevice",
    });
    const { stderr } = await cli.run("aws enroll --device-name alice-laptop");
    expect(stderr).toMatch(/mfa\/\$\{aws:username\}/);
    expect(stderr).toContain("--device-name alice\n");
    expect(accountFiles(cli)).toEqual([]);
  });

  it("leads root through the console", async () => {
    const cli = testCli({ now: NOW });
    const refused = await cli.run("aws enroll --profile root");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(/can only be enrolled in the AWS console[\s\S]*twinseed add[\s\S]*--pair/);
    expect(cli.aws.cloud.count("CreateVirtualMFADevice")).toBe(0);
    expect((await cli.run("aws enroll --root")).exitCode).toBe(0);
  });

  describe("killed in the middle", () => {
    it("before AWS has made the device: the next run makes it", async () => {
      const cli = testCli({ now: NOW });
      killAt(cli, "before", "create-virtual-mfa-device");
      expect((await cli.run("aws enroll")).exitCode).toBe(1);
      expect(await cli.run("aws enroll")).toMatchObject({ exitCode: 0 });
    });

    it("before the seed was stored: the next run deletes the device that nobody has the seed of", async () => {
      const cli = testCli({ now: NOW });
      killAt(cli, "after", "create-virtual-mfa-device");
      await cli.run("aws enroll");
      expect(cli.aws.cloud.devices.size).toBe(1);
      const next = await cli.run("aws enroll");
      expect(next.stderr).toContain("an interrupted run left it without a stored seed");
      expect(next.exitCode).toBe(0);
    });

    it.each(["before", "after"] as const)(
      "%s AWS has enabled it: the next run goes on with the seed",
      async (when) => {
        const cli = testCli({ now: NOW });
        killAt(cli, when, "enable-mfa-device");
        await cli.run("aws enroll --name work");
        const seeds = [...cli.uris];
        const next = await cli.run("aws enroll --name work");
        expect(next.stderr).toContain('resuming the interrupted enrollment of "work"');
        expect(next.exitCode).toBe(0);
        expect([...cli.uris]).toEqual(seeds);
        expect(cli.aws.cloud.devices.get(SERIAL)?.user).toBe("alice");
        expect(accountFiles(cli)).toEqual([expect.stringMatching(/^accounts\//)]);
      },
    );

    it("at the proof: the next run proves it", async () => {
      const cli = testCli({ now: NOW });
      killAt(cli, "after", "get-session-token");
      await cli.run("aws enroll");
      expect(await cli.run("aws enroll")).toMatchObject({ exitCode: 0 });
      expect(cli.aws.cloud.count("EnableMFADevice")).toBe(2);
      expect(cli.aws.cloud.count("CreateVirtualMFADevice")).toBe(1);
    });
  });

  it("keeps everything where nobody knows whether AWS has enabled the device, and goes on next time", async () => {
    const cli = testCli({ now: NOW });
    cli.aws.after = (operation) => {
      if (operation === "enable-mfa-device") throw new UserError('"aws" did not answer', ExitCode.failed);
    };
    const first = await cli.run("aws enroll --name work");
    expect(first.stderr).toContain("run the same command again to resume");
    delete cli.aws.after;
    expect((await cli.run("aws enroll --name work")).exitCode).toBe(0);
  });
});
