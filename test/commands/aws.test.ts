/** `aws` against an AWS in memory that checks codes by itself, at an injected time. */
import { describe, expect, it } from "vitest";
import { ExitCode, UserError } from "../../src/base/errors.ts";
import { parseBase32 } from "../../src/otp/base32.ts";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import type { Mac } from "../../src/ports/mac.ts";
import { type Device, KEYS } from "../helpers/aws-cloud.ts";
import { memorySeedStore } from "../helpers/memory-seed-store.ts";
import { only } from "../helpers/only.ts";
import { testCli } from "../helpers/test-cli.ts";

const NOW = "2026-01-31T12:00:10Z";
const SERIAL = "arn:aws:iam::123456789012:mfa/alice";
const ROLE = "arn:aws:iam::123456789012:role/dev";

type Cli = ReturnType<typeof testCli>;

function enrollmentOf({ seed }: Device, label = "alice@123456789012") {
  const secret = parseBase32(seed);
  const otp = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 } as const;
  return { issuer: "Amazon Web Services", label, otp, secret };
}

/** alice's device is enabled at AWS, and its seed is here. */
async function withDevice(label?: string): Promise<{ cli: Cli; device: Device }> {
  const cli = testCli({ now: NOW });
  const device = cli.aws.cloud.enabled("alice", "alice");
  const added = await cli.run("add - --name work", { stdin: formatOtpauthUri(enrollmentOf(device, label)) });
  expect(added.exitCode).toBe(0);
  return { cli, device };
}

const accountFiles = (cli: Cli): string[] =>
  [...cli.folder.files.keys()].filter((name) => /^(accounts|removed|aws|cache)\//.test(name));

class Kill extends Error {}

/** As if the process had been killed when AWS has heard (or is about to hear) of this. */
function killAt(cli: Cli, when: "before" | "after", operation: string): void {
  cli.aws[when] = (one) => {
    if (one !== operation) return;
    delete cli.aws[when];
    throw new Kill();
  };
}

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

describe("aws config", () => {
  it("prints the lines for sh and for Windows", async () => {
    const { cli } = await withDevice();
    const { stdout } = await cli.run("aws config work --profile work");
    expect(stdout).toMatch(
      /^\[profile work-mfa\]\ncredential_process = twinseed aws credentials \w{16} --profile work\n\n\[profile work\]\nmfa_serial = arn:aws:iam::123456789012:mfa\/alice\nmfa_process = twinseed code \w{16} --once\n$/,
    );
    const windows = await cli.run("aws config work --profile work --windows");
    expect(windows.stdout).toContain("credential_process = twinseed.cmd aws credentials");
  });

  it("has absolute paths on macOS, where apps have no PATH, unless one can't be quoted", async () => {
    const { cli } = await withDevice();
    for (const [words, expected] of [
      [
        ["/opt/homebrew/bin/node", "/Users/a b/bin/twinseed"],
        '/opt/homebrew/bin/node "/Users/a b/bin/twinseed" aws',
      ],
      [["/Users/$(id)/node", "/x/twinseed"], "twinseed aws"],
      [[], "twinseed aws"],
    ] as const) {
      cli.desktop.mac = only<Mac>({ startWords: async () => words });
      const { stdout } = await cli.run("aws config work --profile work");
      expect(stdout).toContain(`\ncredential_process = ${expected} credentials `);
    }
  });

  it("adds them once, and leaves everything else as it is", async () => {
    const { cli } = await withDevice();
    const before = "[default]\nregion = eu-west-1 # mine\n";
    cli.files.set(cli.aws.configPath, before);
    const command = "aws config work --profile work --duration 8h --write -- --region us-east-1";
    expect((await cli.run(command)).stderr).toContain("credential_process");
    const after = String(cli.files.get(cli.aws.configPath));
    expect(after.startsWith(before)).toBe(true);
    expect(after).toMatch(/--profile work --duration 8h -- --region us-east-1\n$/);
    expect((await cli.run(command)).stderr).toContain("already has these lines");
    expect(String(cli.files.get(cli.aws.configPath))).toBe(after);
    await cli.run("aws config work --profile work --mfa-process --write");
    expect(String(cli.files.get(cli.aws.configPath))).toContain(`mfa_serial = ${SERIAL}\nmfa_process = `);
    const other = await cli.run("aws config work --profile work --write --duration 1h");
    expect(other).toMatchObject({ exitCode: 1 });
    expect(other.stderr).toContain("already has its own credential_process line; nothing was changed");
  });

  it("keeps a serial that is given", async () => {
    const { cli } = await withDevice("x");
    const serial = "arn:aws-cn:iam::123456789012:mfa/path/alice";
    await cli.run(`aws config work --profile work --serial ${serial}`);
    expect((await cli.run("aws config work --profile work --mfa-process")).stdout).toContain(serial);
    expect(cli.aws.commands).toEqual([]);
  });

  it("refuses names that no config file can hold", async () => {
    const { cli } = await withDevice();
    for (const name of ["a]b", "-x", "a%b"])
      expect((await cli.run(["aws", "config", "work", `--profile=${name}`])).exitCode).toBe(2);
  });
});

it("says what is wrong where the AWS CLI does not get far", async () => {
  const cli = testCli({ now: NOW });
  const session = await cli.run("aws enroll --profile nobody");
  expect(session.stderr).toContain("The config profile (nobody) could not be found");
  expect(session.stderr).toContain("aws configure list-profiles");
});

describe("profiles as they are", () => {
  const ADMIN = "arn:aws:iam::210987654321:role/admin";
  const KEYS_FILE = "[work]\naws_access_key_id = AKIAALICE\naws_secret_access_key = x\n";
  const role = (...lines: string[]): string =>
    ["[profile admin]", `role_arn = ${ADMIN}`, "source_profile = work", ...lines, ""].join("\n");

  async function withConfig(config: string, credentials = KEYS_FILE): Promise<Cli> {
    const { cli } = await withDevice();
    cli.files.set(cli.aws.configPath, config);
    cli.files.set(cli.aws.credentialsPath, credentials);
    return cli;
  }

  /** The parameters of the last request, without the code. */
  function lastAsked(cli: Cli) {
    const { TokenCode: _, ...params } = cli.aws.cloud.asked.at(-1)?.params ?? {};
    return params;
  }

  it("takes role, source, device, external ID, duration, session name and region from a role profile", async () => {
    const cli = await withConfig(
      role(
        `mfa_serial = ${SERIAL}`,
        "external_id = x1",
        "duration_seconds = 7200",
        "role_session_name = alice",
        "region = eu-west-3",
      ),
    );
    for (const command of ["session", "credentials"])
      expect(await cli.run(`aws ${command} work --profile admin`)).toMatchObject({ exitCode: 0 });
    expect(lastAsked(cli)).toEqual({
      RoleArn: ADMIN,
      RoleSessionName: "alice",
      ExternalId: "x1",
      DurationSeconds: "7200",
      SerialNumber: SERIAL,
    });
    expect(cli.aws.commands).toEqual(["aws sts assume-role --profile work --region eu-west-3"]);
    await cli.run("aws session work --profile admin --external-id x2 --duration 15m --role-session-name bob");
    expect(lastAsked(cli)).toMatchObject({
      ExternalId: "x2",
      DurationSeconds: "900",
      RoleSessionName: "bob",
    });
    cli.clock.now += 60_000;
    await cli.run(`aws session work --profile admin --role-arn ${ROLE}`);
    expect(lastAsked(cli)).toEqual({ RoleArn: ROLE, RoleSessionName: "twinseed", SerialNumber: SERIAL });
  });

  it("follows a chain of roles: the code goes with the first one", async () => {
    const cli = await withConfig(
      `[profile last]\nrole_arn = ${ROLE}\nsource_profile = admin\nexternal_id = x9\n${role()}`,
    );
    expect(await cli.run("aws session work --profile last")).toMatchObject({ exitCode: 0 });
    const [first, second] = cli.aws.cloud.asked.slice(-2);
    expect(first?.params).toMatchObject({ RoleArn: ADMIN, SerialNumber: SERIAL });
    expect(second?.params).toEqual({ RoleArn: ROLE, RoleSessionName: "twinseed", ExternalId: "x9" });
    const { env = {} } = cli.aws.calls.at(-1) ?? {};
    expect(env.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(cli.aws.commands.join()).not.toContain("ASIA");
  });

  it.each([
    ["SSO", "[profile admin]\nsso_account_id = 1\nsso_role_name = x\n", "come from a sign-in"],
    [
      "a role that builds on SSO",
      `${role()}[profile sso]\nsso_account_id = 1\n`.replace("= work", "= sso"),
      "sign-in",
    ],
    ["aws login", "[profile admin]\nlogin_session = x\n", "come from a sign-in"],
    [
      "keys of a session",
      "[profile admin]\naws_access_key_id = ASIA1\naws_session_token = t\n",
      "belong to a session",
    ],
    [
      "the machine's keys",
      `[profile admin]\nrole_arn = ${ADMIN}\ncredential_source = Ec2InstanceMetadata\n`,
      "belong to a role",
    ],
    [
      "twinseed itself",
      "[profile admin]\ncredential_process = twinseed aws credentials x --profile admin\n",
      "from twinseed itself",
    ],
    [
      "a source that is not there",
      role().replace("= work", "= gone"),
      'source_profile "gone" does not exist',
    ],
    [
      "a circle",
      `${role().replace("= work", "= b")}[profile b]\nrole_arn = ${ROLE}\nsource_profile = admin\n`,
      "leads back",
    ],
    ["no source", `[profile admin]\nrole_arn = ${ADMIN}\n`, "neither source_profile nor credential_source"],
    ["two sources", role("credential_source = Environment"), "both source_profile and credential_source"],
    ["another device", role("mfa_serial = arn:aws:iam::123456789012:mfa/bob"), "asks for the MFA device"],
    [
      "the user in place of the device",
      role("mfa_serial = arn:aws:iam::123456789012:user/alice"),
      "names the user",
    ],
    [
      "a code with a role's keys",
      `${role()}[profile last]\nrole_arn = ${ROLE}\nsource_profile = admin\nmfa_serial = ${SERIAL}\n`,
      "for which AWS accepts none",
      "last",
    ],
    ["an external ID that is none", role("external_id = x y"), "external_id"],
    ["a duration that no role has", role("duration_seconds = 60"), "duration_seconds"],
  ])(
    "says of %s that it can't work, before anything is spent or asked",
    async (_, config, why, name = "admin") => {
      const cli = await withConfig(config);
      await cli.run(`aws config work --profile work --serial ${SERIAL}`);
      for (const command of ["session", "credentials"]) {
        const session = await cli.run(`aws ${command} work --profile ${name}`);
        expect(session).toMatchObject({ exitCode: 1, stdout: "" });
        expect(session.stderr).toContain(why);
      }
      expect(cli.aws.commands).toEqual([]);
      expect((await cli.run("code work --once --no-wait")).exitCode).toBe(0);
    },
  );

  it("hides a role from the CLI that would otherwise be assumed for the keys next to it", async () => {
    const cli = await withConfig(role().replace("= work", "= admin"), KEYS_FILE.replace("work", "admin"));
    cli.aws.profiles.set("admin", KEYS.alice);
    expect(await cli.run("aws session work --profile admin")).toMatchObject({ exitCode: 0 });
    expect(cli.aws.calls.at(-1)?.env).toMatchObject({ AWS_CONFIG_FILE: "/dev/null" });
    expect(cli.aws.commands.at(-1)).toContain("--profile admin");
  });

  it("takes keys of the environment for a profile that says so", async () => {
    const cli = await withConfig(`[profile admin]\nrole_arn = ${ADMIN}\ncredential_source = Environment\n`);
    Object.assign(cli.upkeep.env, { AWS_ACCESS_KEY_ID: "AKIA", AWS_PROFILE: "admin" });
    expect(await cli.run(`aws session work --profile admin --serial ${SERIAL}`)).toMatchObject({
      exitCode: 0,
    });
    expect(cli.aws.commands).toEqual(["aws sts assume-role --region us-east-1"]);
    expect(cli.aws.calls[0]?.env).toHaveProperty("AWS_PROFILE", undefined);
  });

  it("asks aws-vault's include_profile for what the profile does not have", async () => {
    const base = `[profile base]\nexternal_id = x3\nmfa_serial = ${SERIAL}\nrole_arn = ${ROLE}\n`;
    const cli = await withConfig(`${role("include_profile = base")}${base}`);
    expect(await cli.run("aws session work --profile admin")).toMatchObject({ exitCode: 0 });
    expect(lastAsked(cli)).toMatchObject({ RoleArn: ADMIN, ExternalId: "x3" });
  });

  it("does not let the CLI ask for a code: not in enroll, nor in resync", async () => {
    const cli = await withConfig(role(`mfa_serial = ${SERIAL}`));
    for (const line of ["aws enroll --user bob --profile admin", "aws resync work --profile admin"]) {
      const session = await cli.run(line);
      expect(session).toMatchObject({ exitCode: 1 });
      expect(session.stderr).toContain('profile "admin" asks for an MFA code (mfa_serial)');
    }
    expect(cli.aws.commands).toEqual([]);
  });

  it("passes options after -- to the calls that they fit", async () => {
    const { cli } = await withDevice("alice@my-company");
    const own = ["--policy-arns", "arn=a", "arn=b", "--external-id=x1"];
    const line = [
      "aws",
      "session",
      "work",
      "--profile",
      "work",
      "--role-arn",
      ROLE,
      "--",
      "--region",
      "us-west-2",
      ...own,
    ];
    expect(await cli.run(line)).toMatchObject({ exitCode: 0 });
    const [caller = "", check = "", role = ""] = cli.aws.commands;
    expect(caller).toBe("aws sts get-caller-identity --profile work --region us-west-2");
    expect(check).toContain("--generate-cli-skeleton");
    expect(role).toBe(`aws sts assume-role --profile work --region us-west-2 ${own.join(" ")}`);
  });

  it("refuses options for a role where there is none", async () => {
    const { cli } = await withDevice();
    for (const option of [
      "--external-id x1",
      "--role-session-name me",
      "--external-id x",
      "--role-session-name a/b",
    ])
      expect((await cli.run(`aws session work ${option}`)).exitCode).toBe(2);
    expect(cli.aws.commands).toEqual([]);
  });
});

describe("aws config --roles", () => {
  const PROFILES = Array.from({ length: 100 }, (_, i) =>
    [
      `# about ${i}`,
      i % 3 === 0 ? `[profile "role ${i}"]` : `[profile 役割${i}]`,
      `role_arn=arn:aws:iam::123456789012:role/r${i}`,
      `${i % 2 ? "source_profile : work" : "SOURCE_PROFILE=work  "}`,
      "s3 =",
      "  max_concurrent_requests = 20",
      `mfa_serial   = ${SERIAL}`,
      "",
    ].join(i % 5 ? "\n" : "\r\n"),
  );
  const TEXT = `\ufeff[default]\nregion = eu-west-1\n\n${PROFILES.join("\n")}\n[profile other]\nrole_arn = x\nsource_profile = elsewhere\nmfa_serial = ${SERIAL}`;

  it("turns a hundred over and back: the file differs where it was said, and is then what it was", async () => {
    const { cli } = await withDevice();
    cli.files.set(cli.aws.configPath, TEXT);
    const preview = await cli.run("aws config work --profile work --roles");
    const command = "aws config work --profile work --roles --write";
    expect(await cli.run(command)).toMatchObject({ exitCode: 2 });
    expect(String(cli.files.get(cli.aws.configPath))).toBe(TEXT);
    const refused = await cli.run(command, { answers: ["n"] });
    expect(refused.terminal).toContain("Change 100 role profiles in this way?");
    expect(String(cli.files.get(cli.aws.configPath))).toBe(TEXT);
    expect((await cli.run(command, { answers: ["y"] })).stderr).toContain("changed 100 role profiles");
    const turned = String(cli.files.get(cli.aws.configPath));
    const lines = (text: string): string[] => text.split(/\r?\n/);
    const had = new Set(lines(TEXT));
    expect(lines(turned).filter((line) => line === "source_profile = work-mfa")).toHaveLength(100);
    const added = preview.stdout.split("\n").filter((line) => line.startsWith("+"));
    for (const line of lines(turned)) if (!had.has(line)) expect(added).toContain(`+${line.trimEnd()}`);
    expect((await cli.run(command)).stderr).toContain("no role profile needs a change");
    const back = await cli.run("aws config work --profile work --undo-roles --write --yes");
    expect(back.stderr).toContain("changed 100 role profiles");
    const after = String(cli.files.get(cli.aws.configPath));
    // The new profile itself stays, at the end.
    expect(after.startsWith(`${TEXT}\r\n\r\n[profile work-mfa]\r\n`)).toBe(true);
  });

  it("leaves those that would not work", async () => {
    const { cli } = await withDevice();
    await cli.run(`aws config work --profile work --serial ${SERIAL}`);
    const of = (name: string, ...more: string[]) =>
      [`[profile ${name}]`, `role_arn = ${ROLE}`, "source_profile = work", ...more, ""].join("\n");
    const text = `${of("long", "duration_seconds = 7200", `mfa_serial = ${SERIAL}`)}${of("other", "mfa_serial = arn:aws:iam::123456789012:mfa/bob")}${of("plain")}`;
    cli.files.set(cli.aws.configPath, text);
    const session = await cli.run("aws config work --profile work --roles --write --yes");
    expect(session.stderr).toContain('"long" stays as it is: its duration_seconds is more than the 3600');
    expect(session.stderr).toContain('"other" stays as it is: its mfa_serial is another device');
    expect(String(cli.files.get(cli.aws.configPath))).toBe(text);
  });

  it("is suggested where it would help", async () => {
    const { cli } = await withDevice();
    cli.files.set(cli.aws.configPath, TEXT);
    const session = await cli.run("aws config work --profile work --write");
    expect(session.stderr).toContain("hint: 100 role profiles could use it");
  });

  it("has names as people in Japan have them", async () => {
    const { cli } = await withDevice();
    for (const name of ["本番", "o'neil", "prod(1)"]) {
      cli.files.set(cli.aws.configPath, "");
      expect(await cli.run(["aws", "config", "work", "--profile", name, "--write"])).toMatchObject({
        exitCode: 0,
      });
      expect(String(cli.files.get(cli.aws.configPath))).toContain(`--profile "${name}"\n`);
    }
    const refused = await cli.run(["aws", "config", "work", "--profile", "a#b"]);
    expect(refused.stderr).toContain('"#" means something else to a shell');
  });
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
