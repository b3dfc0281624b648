/** `aws audit` with AWS CLI 1 and 2, at an AWS that we did not write: what it finds, and that its policy is enough and minimal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inside } from "../helpers/inside.ts";
import {
  CLIS,
  computerAt,
  hasMoto,
  type Moto,
  type MotoComputer,
  removeFolders,
  startMoto,
} from "../helpers/moto.ts";

/** A bound against hanging. */
const long = { timeout: 550_000 };
const OLD = "2020-01-01T00:00:00+00:00";
const ACCOUNT = "123456789012";

afterAll(removeFolders);

const uriOf = (name: string, seed: string, account = ACCOUNT): string =>
  `otpauth://totp/Amazon%20Web%20Services:${name}@${account}?secret=${seed}&issuer=Amazon%20Web%20Services`;

async function addSeed(computer: MotoComputer, name: string, uri: string): Promise<void> {
  expect(await inside(computer, ["add", "-", "--name", name], uri)).toMatchObject({ exitCode: 0 });
}

async function policyOf(computer: MotoComputer): Promise<string[]> {
  const { stdout } = await inside(computer, ["aws", "audit", "--policy"]);
  return JSON.parse(stdout).Statement[0].Action;
}

async function audited(computer: MotoComputer, profile: string) {
  const { exitCode, stdout, stderr } = await computer.run(
    ["aws", "audit", "--json", "--profile", profile],
    long,
  );
  if (stdout === "") throw new Error(stderr);
  const report = JSON.parse(stdout);
  const parts = [...report.accounts, report];
  return {
    exitCode,
    found: parts
      .flatMap(({ findings }) => findings)
      .map((one) => `${one.kind} ${one.account?.name ?? one.user ?? one.serial}`)
      .toSorted(),
    missing: parts.flatMap(({ notLookedAt }) => notLookedAt).map((gap) => gap.action ?? gap.what),
  };
}

for (const version of ["1", "2"])
  describe.skipIf(!hasMoto || CLIS[version] === undefined)(
    `aws audit with AWS CLI ${version} at moto (needs moto and AWS CLI ${version})`,
    long,
    () => {
      let moto: Moto;
      beforeAll(async () => {
        moto = await startMoto();
      });
      afterAll(() => moto.close());

      it("finds one of each among 30 users, nothing else, and nothing after the fixes; each line of its policy is needed", async () => {
        const policy = await policyOf(computerAt(moto, version, {}));
        const keys: Record<string, { key: string; secret: string }> = {
          auditor: await moto.addUser({ name: "auditor", allowed: policy }),
          none: await moto.addUser({ name: "none", allowed: [] }),
        };
        for (const line of policy)
          keys[line.replace(":", "-")] = await moto.addUser({
            name: line.replace(":", "-"),
            allowed: policy.filter((one) => one !== line),
          });
        const computer = computerAt(moto, version, keys);

        for (let i = Object.keys(keys).length; i < 26; i++) {
          await moto.addUser({ name: `user-${i}`, password: true });
          const { seed } = await moto.addDevice({ name: `user-${i}`, user: `user-${i}` });
          await addSeed(computer, `seed-${i}`, uriOf(`user-${i}`, seed));
        }
        const root = await moto.setRoot(["root-1"]);
        await addSeed(computer, "root-1", uriOf("root-1", root.devices[0]?.seed ?? ""));
        await moto.addUser({ name: "open", password: true });
        await moto.addUser({ name: "phone", password: true });
        const phone = await moto.addDevice({ name: "phone", user: "phone" });
        await moto.addUser({ name: "old", keySince: OLD });
        await moto.addUser({ name: "gone" });
        const gone = await moto.addDevice({ name: "gone", user: "gone" });
        await addSeed(computer, "gone", uriOf("gone", gone.seed));
        await moto.forget(gone.serial);
        const left = await moto.addDevice({ name: "left" });
        const begun = await moto.addDevice({ name: "begun" });
        await addSeed(computer, "begun", uriOf("begun", begun.seed));
        const { closed } = await moto.addOrganization();
        await addSeed(computer, "closed", uriOf("root", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", closed));

        const expected = [
          "account-closed closed",
          "device-gone gone",
          `device-unassigned ${left.serial}`,
          "enrollment-unfinished begun",
          "old-key old",
          `root-one-device ${root.devices[0]?.serial}`,
          "seed-not-here phone",
          "user-no-mfa open",
        ];
        expect(await audited(computer, "auditor")).toEqual({ exitCode: 8, found: expected, missing: [] });

        // What AWS allows does not depend on the CLI, and each audit takes seconds.
        const isFirst = Object.keys(CLIS)[0] === version;
        for (const line of isFirst ? policy : []) {
          const { exitCode, missing } = await audited(computer, line.replace(":", "-"));
          expect({ line, exitCode, missing }).toEqual({
            line,
            exitCode: 1,
            missing: [expect.stringContaining(line)],
          });
        }
        const none = await audited(computer, "none");
        expect(none).toMatchObject({ exitCode: 1, found: [] });
        expect(none.missing).toHaveLength(5);

        const two = await moto.setRoot(["root-1", "root-2"]);
        await inside(computer, ["remove", "root-1", "--yes"]);
        for (const { serial, seed } of two.devices)
          await addSeed(
            computer,
            serial.split("/").at(-1) ?? "",
            uriOf(serial.split("/").at(-1) ?? "", seed),
          );
        const opened = await moto.addDevice({ name: "open", user: "open" });
        await addSeed(computer, "open", uriOf("open", opened.seed));
        await addSeed(computer, "phone", uriOf("phone", phone.seed));
        for (const { serial } of [left, begun]) await moto.forget(serial);
        for (const name of ["gone", "begun", "closed"]) await inside(computer, ["remove", name, "--yes"]);
        await moto.forgetUser("old");
        expect(await audited(computer, "auditor")).toEqual({ exitCode: 0, found: [], missing: [] });
      });

      it("reads all pages of a list", async () => {
        const pager = await startMoto();
        try {
          const computer = computerAt(pager, version, { auditor: await pager.addUser({ name: "auditor" }) });
          const made: string[] = [];
          for (let i = 0; i < 230; i++) made.push((await pager.addDevice({ name: `left-${i}` })).serial);
          const { found } = await audited(computer, "auditor");
          expect(found.filter((one) => one.startsWith("device-unassigned"))).toEqual(
            made.map((serial) => `device-unassigned ${serial}`).toSorted(),
          );
        } finally {
          pager.close();
        }
      });
    },
  );
