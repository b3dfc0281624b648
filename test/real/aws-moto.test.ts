/**
 * The flows of `aws` with AWS CLI 1 and 2, at an AWS that we did not write. In real time: AWS takes a code every 30 seconds, so all
 * of this runs at the same time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "../helpers/binary.ts";
import { inside } from "../helpers/inside.ts";
import {
  CLIS,
  codesOf,
  computerAt,
  hasMoto,
  type Moto,
  type MotoComputer,
  type MotoFault,
  removeFolders,
  requested,
  startMoto,
} from "../helpers/moto.ts";

/** A bound against hanging; without other work, all of it takes about three minutes. */
const long = { timeout: 550_000 };
const OTHER = "210987654321";
let moto: Moto;

beforeAll(async () => {
  if (hasMoto) moto = await startMoto();
});
afterAll(() => {
  moto?.close();
  removeFolders();
});

/** With what the program said, if it ended badly. */
function requireDone(what: string, { exitCode, stderr }: Pick<Ended, "exitCode" | "stderr">): void {
  expect(`${what}: ${exitCode} ${exitCode === 0 ? "" : stderr}`).toBe(`${what}: 0 `);
}

const uriOf = (name: string, seed: string): string =>
  `otpauth://totp/Amazon%20Web%20Services:${name}@123456789012?secret=${seed}&issuer=Amazon%20Web%20Services`;

/** A user with a device whose seed is on the computer, as an account with the user's name. */
async function enrolled(version: string, name: string, needsMfa = false): Promise<MotoComputer> {
  const keys = await moto.addUser({ name, needsMfa });
  const { seed } = await moto.addDevice({ name, user: name });
  const computer = computerAt(moto, version, { [name]: keys });
  const added = await inside(computer, ["add", "-", "--name", name], uriOf(name, seed));
  expect(added).toMatchObject({ exitCode: 0 });
  return computer;
}

async function requireNoCodeTwice(name: string): Promise<void> {
  const codes = await codesOf(moto, name);
  expect({ name, twice: codes.filter((code, i) => codes.indexOf(code) !== i) }).toEqual({ name, twice: [] });
}

/** A kill when AWS is about to do the call, and when it has done it. */
const KILLS = (
  actions: readonly string[],
): readonly (readonly [action: string, when: "before" | "after"])[] =>
  actions.flatMap(
    (action) =>
      [
        [action, "before"],
        [action, "after"],
      ] as const,
  );

/** Runs a command, kills it there, and runs it again. */
async function killedAt(
  computer: MotoComputer,
  command: readonly string[],
  user: string,
  [action, when]: readonly [string, "before" | "after"],
) {
  await moto.addFault({ action, user, when, delay: 3, drop: true });
  const running = computer.start(command, long);
  await Promise.race([requested(moto, user, action, when === "after"), running.ended]);
  running.kill();
  await running.ended;
  const again = await computer.run(command, long);
  requireDone(user, again);
  await requireNoCodeTwice(user);
}

async function requireOneDevice(computer: MotoComputer, user: string): Promise<void> {
  const { devices } = await moto.state();
  const own = devices.filter(({ serial }) => serial.endsWith(`/${user}`));
  expect(own).toEqual([expect.objectContaining({ user, drift: 0 })]);
  expect((await inside(computer, ["uri", "mine"])).stdout).toContain(`secret=${own[0]?.seed}`);
}

// Sessions have less than a minute; enrollments, which have more, come afterwards.
describe("sessions", () => {
  for (const version of ["1", "2"])
    describe
      .skipIf(!hasMoto || CLIS[version] === undefined)
      .concurrent(
        `sessions with AWS CLI ${version} at moto (needs moto and AWS CLI ${version})`,
        long,
        () => {
          const named = (what: string): string => `${what}${version}`;

          it("and resyncs end well: killed at each call and said again", async () => {
            const ended = await Promise.allSettled([
              ...KILLS(["ResyncMFADevice"]).map((kill) => flowKilled("resync", kill)),
              ...KILLS(["GetSessionToken"]).map((kill) => flowKilled("credentials", kill)),
            ]);
            expect(ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []))).toEqual(
              [],
            );
          });

          async function flowKilled(
            command: string,
            kill: readonly [string, "before" | "after"],
          ): Promise<void> {
            const user = named(`${command}-${kill.join("-")}`);
            const computer = await enrolled(version, user);
            await killedAt(computer, ["aws", command, user, "--profile", user], user, kill);
          }

          it("sessions by user, by role profile, in another account with an external ID; profiles of every name; faults", async () => {
            const user = named("people");
            const computer = await enrolled(version, user);
            const other = `arn:aws:iam::${OTHER}:role/${user}`;
            const chained = `arn:aws:iam::123456789012:role/${user}`;
            await moto.addRole({ arn: other, mfa: true, externalId: "x1" });
            await moto.addRole({ arn: chained });
            const serial = `arn:aws:iam::123456789012:mfa/${user}`;
            computer.writeConfig(
              [
                `[profile 本番]\nrole_arn = ${other}\nsource_profile = ${user}\nmfa_serial = ${serial}\nexternal_id = x1`,
                `role_session_name = taro\nregion = eu-west-1\n\n[profile chain]\nrole_arn = ${chained}\nsource_profile = 本番`,
                `[profile sso]\nsso_account_id = 1\nsso_role_name = x\nsso_start_url = https://example.org\n`,
              ].join("\n"),
            );
            const session = await computer.run(
              ["aws", "session", user, "--profile", "本番", "--format", "json"],
              long,
            );
            requireDone("role", session);
            const chain = await computer.run(["aws", "credentials", user, "--profile", "chain"], long);
            requireDone("chain", chain);
            const sso = await computer.run(["aws", "credentials", user, "--profile", "sso"], long);
            expect(sso).toMatchObject({ exitCode: 1 });
            expect(sso.stderr).toContain("come from a sign-in");
            const line = ["aws", "session", user, "--profile", user, "--role-arn", other];
            // Without the external ID, AWS refuses; given in either way, it accepts. All three in one step would need three codes.
            requireDone("run", await computer.run([...line, "--", "--external-id", "x1"], long));
            const { requests } = await moto.state();
            const asked = requests.filter((one) => one.user === user && one.action === "AssumeRole");
            expect(asked[0]?.params).toMatchObject({
              ExternalId: "x1",
              RoleSessionName: "taro",
              SerialNumber: serial,
            });
            expect(requests.filter(({ params }) => params.RoleArn === chained)).toHaveLength(1);
            await requireNoCodeTwice(user);

            // The profile is turned over: now the CLI assumes the role itself, with the session that twinseed gives it.
            const config = await computer.run(
              ["aws", "config", user, "--profile", user, "--as", "mfa", "--roles", "--write", "--yes"],
              long,
            );
            requireDone("config", config);
            expect(readFileSync(join(computer.home, ".aws", "config"), "utf8")).toContain(
              "source_profile = mfa\n",
            );
            if (version === "2") return; // It would ask the real AWS: it knows no AWS_ENDPOINT_URL for that inner call.
            const { spawnSync } = await import("node:child_process");
            const used = spawnSync("aws", ["sts", "get-caller-identity", "--profile", "本番"], {
              env: { ...computer.env, PATH: computer.env.PATH },
              encoding: "utf8",
            });
            expect(used.stderr).toBe("");
            expect(JSON.parse(used.stdout).Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/${user}/taro`);
          });
        },
      );
});

describe("enrollments", () => {
  for (const version of ["1", "2"])
    describe
      .skipIf(!hasMoto || CLIS[version] === undefined)
      .concurrent(
        `enrollments with AWS CLI ${version} at moto (needs moto and AWS CLI ${version})`,
        long,
        () => {
          const named = (what: string): string => `${what}${version}`;

          it("end well: killed at each call and said again, among others, and with the keys of a session", async () => {
            const ended = await Promise.allSettled([
              ...KILLS(["CreateVirtualMFADevice", "EnableMFADevice", "GetSessionToken"]).map(enrollKilled),
              twoAtOnce(),
              secondDevice(),
              broken(),
            ]);
            expect(ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []))).toEqual(
              [],
            );
          });

          async function enrollKilled(kill: readonly [string, "before" | "after"]): Promise<void> {
            const user = named(`enroll-${kill.join("-")}`);
            const computer = computerAt(moto, version, {
              [user]: await moto.addUser({ name: user, path: "/eng/" }),
            });
            await killedAt(computer, ["aws", "enroll", "--profile", user, "--name", "mine"], user, kill);
            await requireOneDevice(computer, user);
            expect(await inside(computer, ["list", "--json"])).toMatchObject({ exitCode: 0 });
          }

          /** An administrator enrolls two users at the same time. */
          async function twoAtOnce(): Promise<void> {
            const admin = named("admin");
            const keys = await moto.addUser({ name: admin });
            const users = [named("bob"), named("taro")];
            for (const name of users) await moto.addUser({ name });
            const computer = computerAt(moto, version, { [admin]: keys });
            const runs = users.map((user) =>
              computer.run(
                ["aws", "enroll", "--profile", admin, "--user", user, "--device-name", user],
                long,
              ),
            );
            for (const one of await Promise.all(runs)) requireDone("two at once", one);
            const { devices } = await moto.state();
            expect(devices.filter(({ user }) => user !== null && users.includes(user))).toHaveLength(2);
          }

          /** AWS's sample policy: without MFA, no one may do anything but set MFA up. So the keys are those of a session. */
          async function secondDevice(): Promise<void> {
            const user = named("second");
            const computer = await enrolled(version, user, true);
            const { AccessKeyId, SecretAccessKey, SessionToken } = await moto.addSession({ user });
            writeFileSync(
              join(computer.home, ".aws", "credentials"),
              `[session]\naws_access_key_id=${AccessKeyId}\naws_secret_access_key=${SecretAccessKey}\naws_session_token=${SessionToken}\n`,
            );
            const device = `${user}-other`;
            const command = [
              "aws",
              "enroll",
              "--profile",
              "session",
              "--device-name",
              device,
              "--name",
              "other",
            ];
            const ended = await computer.run(command, long);
            requireDone(user, ended);
            expect(ended.stderr).not.toContain("out of sync");
            const { devices, requests } = await moto.state();
            expect(devices.filter((one) => one.user === user)).toHaveLength(2);
            expect(requests.filter((one) => one.user === user && one.action === "GetSessionToken")).toEqual(
              [],
            );
            expect((await computer.run(command, long)).stderr).toContain("is enrolled already");
          }

          /** AWS is busy, the connection breaks, and the CLI fails when AWS has made the device. */
          async function broken(): Promise<void> {
            const user = named("broken");
            const computer = computerAt(moto, version, { [user]: await moto.addUser({ name: user }) });
            const command = ["aws", "enroll", "--profile", user, "--name", "mine"];
            await moto.addFault({ action: "CreateVirtualMFADevice", user, when: "after", drop: true });
            const first = await computer.run(command, long);
            expect(first).toMatchObject({ exitCode: 1 });
            expect(first.stderr).toContain("run the same command again");
            const busy: MotoFault = {
              action: "EnableMFADevice",
              user,
              code: "EntityTemporarilyUnmodifiable",
            };
            await moto.addFault({ ...busy, message: "wait" });
            const second = await computer.run(command, long);
            requireDone(user, second);
            expect(second.stderr).toContain("AWS is busy");
            await requireOneDevice(computer, user);
            await requireNoCodeTwice(user);
          }
        },
      );
});
