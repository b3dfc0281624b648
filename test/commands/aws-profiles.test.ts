/** What `aws` makes of the profiles that people have. */
import { describe, expect, it } from "vitest";
import { KEYS } from "../helpers/aws-cloud.ts";
import { type Cli, ROLE, SERIAL, withDevice } from "../helpers/aws-device.ts";

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
